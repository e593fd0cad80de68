/**
 * Rows as one JSON text that Postgres takes. U+0000 and halves of surrogate pairs are JSON but no text there;
 * the replacement character stands for them in the read models, the log keeps what was sent.
 */
export const rowJson = (rows: readonly unknown[]): string => {
  const json = JSON.stringify(rows);
  // JSON.stringify writes a surrogate as an escape only when its other half is missing.
  return json.includes('\\u') ? json.replace(refusedEscape, replaced) : json;
};

/** `\\` is matched along, so that the text `\u0000` (a backslash, then letters) stays as it is. */
const refusedEscape = /\\(?:\\|u0000|ud[89a-f][0-9a-f]{2})/g;
const replaced = (escape: string) => (escape === '\\\\' ? escape : '\\ufffd');
