export type Command =
  | Readonly<{ kind: 'verify'; folder: string }>
  | Readonly<{ kind: 'backup'; from: string; to: string }>
  | Readonly<{ kind: 'unknown' }>;

export const usage = [
  'verify <folder>           reads all of a log, and names what is not as it was written',
  'backup <folder> <target>  copies a log, of a running server too, into an empty folder or an earlier backup',
].join('\n');

export const parseCommand = (args: readonly string[]): Command => {
  const [name, first, second, ...more] = args;
  if (more.length > 0 || first === undefined) return { kind: 'unknown' };
  if (name === 'verify' && second === undefined) return { kind: 'verify', folder: first };
  if (name === 'backup' && second !== undefined) return { kind: 'backup', from: first, to: second };
  return { kind: 'unknown' };
};
