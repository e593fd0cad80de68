import { readArguments, usage } from './arguments.ts';
import { loadConfig } from './config.ts';
import { launch } from './launch.ts';
import type { RunningStack } from './stack.ts';
import { stopSignals } from './stop-signals.ts';

const print = (line: string) => process.stdout.write(`${line}\n`);
const complain = (line: string) => process.stderr.write(`${line}\n`);

const request = readArguments(process.argv.slice(2));
if (request.kind === 'help') {
  print(usage);
  process.exit(0);
}
if (request.kind === 'refused') {
  complain(request.reason);
  process.exit(2);
}

const stopping = new AbortController();
let running: RunningStack | undefined;
const onSignal = stopSignals({
  onStop: () => stopping.abort(),
  onImpatience: () => {
    print('Killing what still runs');
    // What has no process of ours any more is ended by its guard.
    void running?.kill().finally(() => process.exit(130));
    if (!running) process.exit(130);
  },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);

try {
  const config = loadConfig(process.env);
  const onRunning = (stack: RunningStack) => (running = stack);
  await launch({ config, demo: request.demo, signal: stopping.signal, print, onRunning });
} catch (error) {
  if (!stopping.signal.aborted) {
    complain(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}
print('Stopped');
process.exit(0);
