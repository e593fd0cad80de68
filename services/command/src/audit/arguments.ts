export type AuditRequest =
  | Readonly<{ command: 'verify'; org: string | undefined; keptHeads: string | undefined }>
  | Readonly<{ command: 'heads' }>
  | Readonly<{ command: 'export'; org: string }>
  | Readonly<{ command: 'verify-file'; path: string }>
  | Readonly<{ refused: string }>;

const usage = `Usage: npm run audit -- <command>
  verify [org] [--kept <file>]   that each audit log is whole and as it was recorded; with heads that were kept: that none was cut
  heads                          the last entry of each audit log, to be kept elsewhere
  export <org>                   one audit log in JSON lines; that of the server itself is called system
  verify-file <file>             the same of an export in JSON lines, without the event store
It reads EVENTSTORE_URL, and the master keys as the services do; docs/audit.md explains each.`;

export const readArguments = ([command, ...rest]: readonly string[]): AuditRequest => {
  const [first, ...more] = rest;
  switch (command) {
    case 'heads':
      return first === undefined ? { command } : { refused: `heads takes no arguments.\n${usage}` };
    case 'export':
      return first === undefined || more.length > 0
        ? { refused: `Say of which one organisation.\n${usage}` }
        : { command, org: first };
    case 'verify-file':
      return first === undefined || more.length > 0
        ? { refused: `Say which one file.\n${usage}` }
        : { command, path: first };
    case 'verify':
      return verification(rest);
    default:
      return { refused: usage };
  }
};

const verification = (rest: readonly string[]): AuditRequest => {
  const flag = rest.indexOf('--kept');
  const keptHeads = flag < 0 ? undefined : rest[flag + 1];
  const [org, ...more] = flag < 0 ? rest : rest.toSpliced(flag, 2);
  if ((flag >= 0 && keptHeads === undefined) || more.length > 0 || org?.startsWith('-')) {
    return { refused: usage };
  }
  return { command: 'verify', org, keptHeads };
};
