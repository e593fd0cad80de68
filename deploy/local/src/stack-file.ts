import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writePrivateFile } from './private-file.ts';

/** What other programs read about a running stack. */
const Stack = z.object({
  gateway: z.url(),
  /** The first organisation's admin key. */
  api_key: z.string(),
  nats: z.string(),
  eventstore: z.string(),
  postgres: z.string(),
  /** Where each part tells of its health and its metrics. */
  ops: z.record(z.string(), z.url()),
  /** The process ids of what runs now; a part that is being restarted is missing. */
  processes: z.record(z.string(), z.number().int()),
});
export type Stack = z.infer<typeof Stack>;

export type StackFile = Readonly<{
  path: string;
  /** Undefined when there is none, or none that can be read. */
  read: () => Stack | undefined;
  write: (stack: Stack) => void;
  remove: () => void;
}>;

export const stackFile = (dataDir: string): StackFile => {
  const path = join(dataDir, 'stack.json');
  return {
    path,
    read: () => parseStack(path),
    write: (stack) => writePrivateFile(path, `${JSON.stringify(stack, null, 2)}\n`),
    remove: () => rmSync(path, { force: true }),
  };
};

const parseStack = (path: string): Stack | undefined => {
  try {
    return Stack.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
};
