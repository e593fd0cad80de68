import { parseArgs } from 'node:util';

export type ReplayRequest = Readonly<{
  workflow: string;
  last: number;
  /** The path of a JSON file. */
  draft: string | undefined;
  gateway: string | undefined;
  apiKey: string | undefined;
}>;

export const usage = `Usage: npm run replay -- --workflow <id> [--last 50] [--draft changes.json]

Follows the last runs of a workflow again, with the answers that they got, and says which would come out
differently: by its definition of now, or by that with the changes of a file. Nothing is sent to anybody, and
nothing is stored.

  --workflow <id>    the workflow, wkfl_...
  --last <n>         how many of its last runs, 1 to 200 (default: 50); those that are not over are left out
  --draft <file>     changes that are not saved, as update_workflow takes them:
                     {"actions": [{"slug": "map_order", "parameters_template": "..."}]}
  --gateway <url>    of which stack, and
  --api-key <key>    with which key (default: the stack that runs from DATA_DIR, with its first key;
                     KARRIO_API_KEY keeps a key out of the list of processes)

It ends with 0 where every run would be the same, 1 where one would not, and 2 where it could not be told.
`;

const options = {
  workflow: { type: 'string' },
  last: { type: 'string', default: '50' },
  draft: { type: 'string' },
  gateway: { type: 'string' },
  'api-key': { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export const readArguments = (
  args: readonly string[],
): ReplayRequest | Readonly<{ refused: string }> | Readonly<{ help: true }> => {
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true, allowPositionals: false });
    const { workflow, draft, gateway, 'api-key': apiKey } = values;
    const last = Number(values.last);
    if (values.help) return { help: true };
    if (workflow === undefined) return { refused: `Say which workflow, with --workflow.\n\n${usage}` };
    if (!Number.isInteger(last) || last < 1 || last > 200) {
      return { refused: `--last ${values.last} is no whole number from 1 to 200.` };
    }
    return { workflow, last, draft, gateway, apiKey };
  } catch (error) {
    return { refused: `${error instanceof Error ? error.message : String(error)}\n\n${usage}` };
  }
};
