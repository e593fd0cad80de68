import { toString as inWords } from 'cronstrue';

/** `At 09:00, Monday through Friday (Europe/Berlin)`; undefined for what has no words. */
export const describeSchedule = (expression: string, timezone: string): string | undefined => {
  try {
    return `${inWords(expression, { use24HourTimeFormat: true })} (${timezone})`;
  } catch {
    return undefined;
  }
};
