import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';

const script = resolve(import.meta.dirname, '../../../services/event-store/src/access/main.ts');

/** A line for the event store's `EVENTSTORE_USERS_FILE`, made as operators make it. */
export const eventStoreUser = async (
  name: string,
  access: 'read' | 'write',
  password: string,
): Promise<string> => {
  const child = spawn(process.execPath, [script, name, access], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(`${password}\n`);
  const [line] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return line;
};
