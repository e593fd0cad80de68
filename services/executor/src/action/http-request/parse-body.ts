import type { Json } from '@karrio/domain';
import type { WireHeaders } from '../../egress/exchange.ts';

export type ParsedBody = { readonly value: Json } | { readonly problem: string; readonly text: string };

/** What an answer says, by its Content-Type; an empty body is null, and bytes that are no text are base64. */
export const parseBody = (headers: WireHeaders, body: Buffer): ParsedBody => {
  if (body.length === 0) return { value: null };
  const contentType = String(headers['content-type'] ?? '').toLowerCase();
  const mimeType = contentType.split(';')[0]?.trim() ?? '';
  const text = textOf(body, /charset="?([\w-]+)/.exec(contentType)?.[1]);
  if (text === undefined) return { value: body.toString('base64') };
  if (/^(?:application|text)\/(?:[\w.+-]+\+)?json$/.test(mimeType)) return parseJson(text, mimeType);
  if (mimeType === 'application/x-www-form-urlencoded') return { value: formOf(text) };
  // Without a type, what looks like JSON and is JSON, is JSON.
  if (mimeType === '' && /^\s*[[{]/.test(text)) {
    const guessed = parseJson(text, 'application/json');
    return 'value' in guessed ? guessed : { value: text };
  }
  return { value: text };
};

/** Undefined for bytes that are not of this charset. */
const textOf = (body: Buffer, charset = 'utf-8'): string | undefined => {
  if (charset === 'utf-8' || charset === 'utf8') return utf8(body);
  try {
    return new TextDecoder(charset, { fatal: true }).decode(body);
  } catch {
    return utf8(body);
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

const excerptCharsMax = 120;

const parseJson = (text: string, mimeType: string): ParsedBody => {
  try {
    return { value: JSON.parse(text) };
  } catch {
    const excerpt = text.trim().slice(0, excerptCharsMax);
    return { problem: `The answer says ${mimeType} but is not JSON. It begins: ${excerpt}`, text };
  }
};

const formOf = (text: string): Json => {
  const form = new URLSearchParams(text);
  const members: [string, Json][] = [];
  for (const name of new Set(form.keys())) {
    const values = form.getAll(name);
    members.push([name, values.length === 1 ? (values[0] ?? '') : values]);
  }
  return Object.fromEntries(members);
};
