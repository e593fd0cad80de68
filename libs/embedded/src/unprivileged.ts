import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** How to run a program that refuses to be root: `prefix` before its command line, files owned by `owner`. */
export type Unprivileged = Readonly<{ prefix: readonly string[]; owner: number | undefined }>;

/** What to spawn so that `program` runs this way. */
export const commandLine = ({ prefix }: Unprivileged, program: string, args: readonly string[]) => {
  const [wrapper, ...wrapperArgs] = prefix;
  return wrapper === undefined
    ? { command: program, args }
    : { command: wrapper, args: [...wrapperArgs, program, ...args] };
};

/** Debian's nobody. Any user without rights would do. */
const nobody = 65_534;
const asNobody = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'];

/** Best first. */
const waysForRoot: readonly Unprivileged[] = [
  // In its own eyes the program is user 1, to everybody else it is root: it works in any folder.
  { prefix: ['unshare', '--user', '--map-user=1', '--map-group=1', '--'], owner: 0 },
  // Where user namespaces are refused (Docker's default profile). The capability lets it through a 0700 home.
  { prefix: [...asNobody, '--inh-caps=+dac_override', '--ambient-caps=+dac_override', '--'], owner: nobody },
  { prefix: [...asNobody, '--'], owner: nobody },
];

/** @throws when this is root and there is no way to run `program` as anything else */
export const unprivileged = async (program: string): Promise<Unprivileged> => {
  if (process.getuid?.() !== 0) return { prefix: [], owner: undefined };
  const refusals: string[] = [];
  for (const way of waysForRoot) {
    const { command, args } = commandLine(way, program, ['--version']);
    const refusal = await run(command, args).then(
      () => undefined,
      (error: Error) => error.message.trim(),
    );
    if (refusal === undefined) return way;
    refusals.push(refusal);
  }
  throw new Error(
    `${program} refuses to run as root, and no way to run it as another user works here. ` +
      `Start this as a normal user, or set DATABASE_URL to a PostgreSQL of your own.\n${refusals.join('\n')}`,
  );
};
