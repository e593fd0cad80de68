import type { Json } from '@karrio/domain';
import type { WireHeaders } from '../../egress/exchange.ts';

export type ParsedBody = { readonly value: Json } | { readonly problem: string; readonly text: string };

/** What an answer says, by its Content-Type; an empty body is null, and bytes that are no text are base64. */
export const parseBody = (headers: WireHeaders, body: Buffer): ParsedBody => {
  if (body.length === 0) return { value: null };
  const contentType = String(headers['content-type'] ?? '').toLowerCase();
  const text = textOf(body, /charset="?([\w-]+)/.exec(contentType)?.[1]);
  if (text === undefined) return { value: body.toString('base64') };
  const [mimeType = ''] = contentType.split(/\s*;/);
  if (jsonType.test(mimeType)) return parseJson(text, mimeType);
  if (mimeType === 'application/x-www-form-urlencoded') return { value: formOf(text) };
  return { value: mimeType === '' ? guessed(text) : text };
};

const jsonType = /^(?:application|text)\/(?:[\w.+-]+\+)?json$/;

/** Without a type, what looks like JSON and is JSON, is JSON. */
const guessed = (text: string): Json => {
  const parsed = /^\s*[[{]/.test(text) ? parseJson(text, '') : undefined;
  return parsed && 'value' in parsed ? parsed.value : text;
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
    // oxlint-disable-next-line typescript/no-unsafe-assignment -- what JSON.parse gives is JSON
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
