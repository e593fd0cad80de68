type Truncation = Readonly<{ length: number; cutsWords: boolean; end: string; leeway: number }>;

/** Cut to `length` characters with `end` among them, at a word's end unless words may be cut. */
export const truncated = (text: string, { length, cutsWords, end, leeway }: Truncation): string => {
  if (text.length <= length + leeway) return text;
  const cut = text.slice(0, Math.max(0, length - end.length));
  if (cutsWords) return cut + end;
  const lastSpace = cut.lastIndexOf(' ');
  return (lastSpace < 0 ? cut : cut.slice(0, lastSpace)) + end;
};
