import type { Helper } from './helper.ts';

/** Why a call does not fit its helper; undefined when it does. */
export const misuse = (
  { takes: [min, max], options = [] }: Pick<Helper, 'takes' | 'options'>,
  argumentCount: number,
  optionNames: readonly string[],
): string | undefined => {
  const exactly = min === max;
  if (argumentCount < min) return `needs ${exactly ? '' : 'at least '}${counted(min)}`;
  if (argumentCount > max) return `takes ${exactly ? '' : 'at most '}${counted(max)}`;
  const unknown = optionNames.find((name) => options !== 'any' && !options.includes(name));
  return unknown === undefined ? undefined : `has no option ${unknown}`;
};

const counted = (count: number) => (count === 1 ? '1 argument' : `${count} arguments`);
