/** The lowest number from `low` on of which something holds, given that it holds of all behind that one. */
export const firstFrom = (low: number, high: number, holds: (value: number) => boolean) => {
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
};
