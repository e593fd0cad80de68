/** Something in a file that is not as it was written. */
export type Finding = Readonly<{ file: string; offset: number; problem: string }>;

export const findingLine = ({ file, offset, problem }: Finding) => `${file}:${String(offset)}: ${problem}`;
