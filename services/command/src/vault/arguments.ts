export type VaultRequest =
  | Readonly<{ command: 'status' | 'rotate-master' }>
  | Readonly<{ command: 'rotate-data-key' | 'destroy'; org: string }>
  | Readonly<{ refused: string }>;

const usage = `Usage: npm run vault -- <command>
  status                   which keys there are, and how many secrets are under each
  rotate-master            from KWE_MASTER_KEY_PREVIOUS to KWE_MASTER_KEY
  rotate-data-key <org>    a new data key for an organisation
  destroy <org> --yes      makes an organisation's secrets, or a user's name and address, unreadable, for good
It reads EVENTSTORE_URL, and the master keys as the services do; docs/runbooks/secrets.md explains each.`;

/** A person's key is destroyed and never replaced; without that of the directory nobody could sign in. */
const kinds = { 'rotate-data-key': /^org_/, destroy: /^(org|user)_/ } as const;

export const readArguments = ([command, org, ...rest]: readonly string[]): VaultRequest => {
  if (command === 'status' || command === 'rotate-master') {
    return org === undefined ? { command } : { refused: `${command} takes no arguments.\n${usage}` };
  }
  if (command !== 'rotate-data-key' && command !== 'destroy') return { refused: usage };
  if (org === undefined) return { refused: `Say whose, by its id.\n${usage}` };
  const kind = kinds[command];
  if (!kind.test(org))
    return { refused: `${command} needs an id that begins with ${kind.source}.\n${usage}` };
  if (command === 'destroy' && rest[0] !== '--yes') {
    return { refused: `This cannot be taken back: add --yes to destroy the keys of ${org}.` };
  }
  return { command, org };
};
