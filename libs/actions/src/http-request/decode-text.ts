/**
 * Bytes as text. A byte order mark says more than the header, the header more than an XML declaration. What is
 * said wrongly is tried as UTF-8; then a type that is text is read as Windows-1252, the web's habit, where every
 * byte is a character. Undefined for bytes that are no text.
 */
export const decodeText = (
  body: Buffer,
  mimeType: string,
  charset: string | undefined,
): string | undefined => {
  const said = markOf(body) ?? charset ?? (textType.test(mimeType) ? declaredIn(body) : undefined);
  if (said === undefined || said === 'utf-8' || said === 'utf8') return utf8(body) ?? habit(body, mimeType);
  return decoded(body, said) ?? utf8(body) ?? habit(body, mimeType);
};

const textType = /^(?:text\/|application\/(?:[\w.+-]+\+)?(?:json|xml)$|application\/x-www-form-urlencoded$)/;

const markOf = ([first, second]: Buffer): string | undefined => {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
};

const declaredIn = (body: Buffer): string | undefined =>
  /^<\?xml[^>]*\sencoding=["']([\w-]+)["']/.exec(body.toString('latin1', 0, 200))?.[1];

const decoded = (body: Buffer, charset: string): string | undefined => {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
};

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

const utf8 = (body: Buffer): string | undefined => {
  try {
    return strictUtf8.decode(body);
  } catch {
    return undefined;
  }
};

const habit = (body: Buffer, mimeType: string) =>
  textType.test(mimeType) ? decoded(body, 'windows-1252') : undefined;
