/**
 * The contract's clients read `code` and `status_code` beside an error's `message`; GraphQL's own place for
 * them is `extensions`, where they stay as well.
 */
export const withCodes = (text: string): string => {
  if (!text.includes('"extensions"')) return text;
  const result: unknown = JSON.parse(text);
  if (typeof result !== 'object' || result === null || !('errors' in result)) return text;
  return Array.isArray(result.errors)
    ? JSON.stringify({ ...result, errors: result.errors.map(withCode) })
    : text;
};

const withCode = (error: unknown): unknown => {
  if (typeof error !== 'object' || error === null || !('extensions' in error)) return error;
  const { extensions } = error;
  if (typeof extensions !== 'object' || extensions === null) return error;
  return {
    ...error,
    ...('code' in extensions ? { code: extensions.code } : {}),
    ...('status_code' in extensions ? { status_code: extensions.status_code } : {}),
  };
};
