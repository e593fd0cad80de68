/** One line of the report. */
export type Figure = Readonly<{ what: string; value: number; unit: string }>;

export const figure = (what: string, value: number, unit: string): Figure => ({
  what,
  value: Number(value.toPrecision(3)),
  unit,
});

export const reportOf = (figures: readonly Figure[]): string => {
  const width = Math.max(...figures.map(({ what }) => what.length));
  return figures
    .map(({ what, value, unit }) => `${what.padEnd(width)}  ${String(value).padStart(8)} ${unit}`)
    .join('\n');
};
