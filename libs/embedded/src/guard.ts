import { spawn } from 'node:child_process';

/**
 * Stands outside of this process and ends `pid` when this process is gone, whatever took it: its standard
 * input reaches end of file when the last holder of the other end, which is this process, dies.
 * `prctl(PR_SET_PDEATHSIG)` would do on Linux, but not on macOS, and it fires when the *thread* ends that
 * started the child, so not from a worker thread.
 *
 * @returns takes the guard away
 */
export const guard = (pid: number, signal: 'INT' | 'TERM'): (() => void) => {
  const watcher = spawn('/bin/sh', ['-c', script, 'guard', signal, String(pid)], {
    cwd: '/',
    // A session of its own, so that a signal to our process group leaves the guard to do its work.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.unref();
  return () => {
    watcher.kill('SIGKILL');
  };
};

/** Ten seconds to end well, then SIGKILL. */
const script = `
read -r _
kill -s "$1" "$2" 2>/dev/null
left=100
while kill -0 "$2" 2>/dev/null && [ "$left" -gt 0 ]; do sleep 0.1; left=$((left - 1)); done
kill -s KILL "$2" 2>/dev/null`;
