import type { Subject } from './subject.ts';

/** A token of a concrete subject, such as the organisation. @throws TypeError where it has no such token */
export const subjectToken = (
  { pattern }: Pick<Subject<unknown>, 'pattern'>,
  token: string,
  concrete: string,
): string => {
  const value = concrete.split('.')[pattern.split('.').indexOf(`{${token}}`)];
  if (value === undefined) throw new TypeError(`no ${token} in ${concrete}`);
  return value;
};
