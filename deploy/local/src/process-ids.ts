import type { Stack, StackFile } from './stack-file.ts';
import type { PartNews } from './supervisor.ts';

/** Which process runs which part now. Once published, every change is written to the stack file. */
export const processIds = (file: StackFile) => {
  const pids = new Map<string, number>();
  let published: Omit<Stack, 'processes'> | undefined;

  const write = () => {
    if (published) file.write({ ...published, processes: Object.fromEntries(pids) });
  };
  return {
    note: (part: string, news: PartNews) => {
      if (news.state === 'not started') return;
      if (news.state === 'ready') pids.set(part, news.pid);
      else pids.delete(part);
      write();
    },
    publish: (stack: Omit<Stack, 'processes'>) => {
      published = stack;
      write();
    },
    /** Nobody is to use what is about to stop. */
    withdraw: () => {
      published = undefined;
      file.remove();
    },
  };
};
