import type { PartNews } from './supervisor.ts';

export type Progress = Readonly<{
  say: (line: string) => void;
  part: (name: string, news: PartNews) => void;
}>;

/** One line per piece of news, the part's name first. */
export const progressTo = (print: (line: string) => void): Progress => ({
  say: print,
  part: (name, news) => {
    if (news.state !== 'starting') print(`${name.padEnd(12)} ${describe(news)}`);
  },
});

export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

const describe = (news: Exclude<PartNews, { state: 'starting' }>): string => {
  switch (news.state) {
    case 'ready':
      return `ready   ${seconds(news.tookMs)}`;
    case 'ended': {
      const { code, signal } = news.exit;
      return `ended   ${signal ?? `exit code ${code}`}; starting again in ${seconds(news.restartInMs)}`;
    }
    case 'not started':
      return `failed  ${firstLine(news.error)}; trying again in ${seconds(news.restartInMs)}`;
  }
};

const firstLine = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
