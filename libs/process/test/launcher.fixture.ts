/** Starts a service with an IPC channel, prints a line when that is ready, and does nothing to stop it. */
import { fork } from 'node:child_process';
import { resolve } from 'node:path';

const service = fork(resolve(import.meta.dirname, 'service.fixture.ts'), [], {
  stdio: ['ignore', 'pipe', 'inherit', 'ipc', 3],
});
service.stdout?.once('data', () => console.log('up'));
