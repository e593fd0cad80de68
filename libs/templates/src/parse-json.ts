import type { Json } from '@karrio/domain';

/** @throws SyntaxError when the text is not JSON. */
export const parseJson = (text: string): Json => {
  // oxlint-disable-next-line typescript/no-unsafe-return -- what JSON.parse gives is JSON
  return JSON.parse(text);
};
