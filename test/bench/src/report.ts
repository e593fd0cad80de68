import type { Level } from './measure.ts';

/** A table for people: levels across, figures down. */
export const report = (levels: readonly Level[]): string => {
  const names = Object.keys(levels[0]?.cpu_ms_per_run_by_process ?? {});
  const rows: (readonly [string, (level: Level) => string | number])[] = [
    ['runs/s', (level) => level.runs_per_s],
    ['p50 ms', (level) => level.p50_ms],
    ['p99 ms', (level) => level.p99_ms],
    ['failed', (level) => level.failed],
    ['CPU-ms a run', (level) => level.cpu_ms_per_run],
    ...names.map(
      (name) => [`  ${name}`, (level: Level) => level.cpu_ms_per_run_by_process[name] ?? '-'] as const,
    ),
    ...names.map(
      (name) =>
        [`RSS MiB ${name}`, (level: Level) => Math.round(level.rss_mb_by_process[name] ?? 0)] as const,
    ),
  ];
  const width = Math.max(...rows.map(([title]) => title.length));
  const line = (title: string, cells: readonly (string | number)[]) =>
    title.padEnd(width) + cells.map((cell) => String(cell).padStart(10)).join('');
  return [
    line(
      'in flight',
      levels.map((level) => level.in_flight),
    ),
    ...rows.map(([title, figure]) => line(title, levels.map(figure))),
  ].join('\n');
};
