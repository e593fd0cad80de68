import { monitorEventLoopDelay } from 'node:perf_hooks';
import { gauge, meter } from './metrics.ts';

const nanosecondsPerSecond = 1e9;
let isObserved = false;

/** Begins at the first scrape, so that a process nobody looks at pays for no timer. Repeating it does nothing. */
export const observeProcess = () => {
  if (isObserved) return;
  isObserved = true;

  meter
    .createObservableCounter('process_cpu_seconds_total', { description: 'CPU time, user and system.' })
    .addCallback((result) => {
      const { user, system } = process.cpuUsage();
      result.observe((user + system) / 1e6);
    });
  gauge('process_resident_memory_bytes', 'Resident set size.', () => process.memoryUsage.rss());
  gauge('process_uptime_seconds', 'Time since the process began.', () => process.uptime());

  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  gauge(
    'nodejs_eventloop_lag_p99_seconds',
    'Event loop delay since the scrape before, percentile 99.',
    () => {
      const nanoseconds = delay.percentile(99);
      delay.reset();
      return nanoseconds / nanosecondsPerSecond;
    },
  );
};
