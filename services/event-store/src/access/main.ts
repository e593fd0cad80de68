import { text } from 'node:stream/consumers';
import { hashPassword } from './password-hash.ts';
import { formatUser } from './users.ts';

const [name = '', access = ''] = process.argv.slice(2);
const isUsable = /^[^:\s]+$/.test(name) && (access === 'read' || access === 'write');
const password = isUsable ? (await text(process.stdin)).replace(/\r?\n$/, '') : '';

if (isUsable && password !== '') {
  process.stdout.write(`${formatUser({ name, access, hash: await hashPassword(password) })}\n`);
} else {
  process.stderr.write(
    'Prints a line for EVENTSTORE_USERS_FILE. The password is read from standard input:\n' +
      '  node services/event-store/src/access/main.ts NAME read|write < password-file\n',
  );
  process.exitCode = 2;
}
