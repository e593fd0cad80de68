import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';
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

/** In its own eyes the program is user 1 (daemon), to everybody else still who started it, so any folder will do. */
const inUserNamespace = ['unshare', '--user', '--map-user=1', '--map-group=1', '--'];

/** Best first. */
const waysForRoot: readonly Unprivileged[] = [
  { prefix: inUserNamespace, owner: 0 },
  // Where user namespaces are refused (Docker's default profile). The capability lets it through a 0700 home.
  { prefix: [...asNobody, '--inh-caps=+dac_override', '--ambient-caps=+dac_override', '--'], owner: nobody },
  { prefix: [...asNobody, '--'], owner: nobody },
];

/** Of a container that runs as a bare number, say: initdb wants to know its name. */
const waysForNameless: readonly Unprivileged[] = [{ prefix: inUserNamespace, owner: undefined }];

/** @throws when this user may not run `program`, and there is no way to be another */
export const unprivileged = async (program: string): Promise<Unprivileged> => {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && hasName()) return { prefix: [], owner: undefined };
  const refusals: string[] = [];
  for (const way of isRoot ? waysForRoot : waysForNameless) {
    const refusal = await refusalOf(way, program);
    if (refusal === undefined) return way;
    refusals.push(refusal);
  }
  throw new Error(
    `PostgreSQL refuses to run as ${isRoot ? 'root' : 'a user without a name'}, and no way to run it as another works here. ` +
      `Start this as a normal user, or set DATABASE_URL to a PostgreSQL of your own.\n${refusals.join('\n')}`,
  );
};

const hasName = () => {
  try {
    return userInfo().username !== '';
  } catch {
    return false;
  }
};

const refusalOf = async (way: Unprivileged, program: string): Promise<string | undefined> => {
  const { command, args } = commandLine(way, program, ['--version']);
  try {
    await run(command, args);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.trim() : String(error);
  }
};
