import type { Json } from '@karrio/domain';
import type { WireHeaders } from '../wire.ts';
import { parseXml } from '../xml/parse-xml.ts';
import { decodeText } from './decode-text.ts';

export type ParsedBody = { readonly value: Json } | { readonly problem: string; readonly text: string };

/** What an answer says, by its Content-Type; an empty body is null, and bytes that are no text are base64. */
export const parseBody = (headers: WireHeaders, body: Buffer): ParsedBody => {
  if (body.length === 0) return { value: null };
  const contentType = String(headers['content-type'] ?? '').toLowerCase();
  const [mimeType = ''] = contentType.split(/\s*;/);
  const text = decodeText(body, mimeType, /charset="?([\w-]+)/.exec(contentType)?.[1]);
  if (text === undefined) return { value: body.toString('base64') };
  if (jsonType.test(mimeType)) return parseJson(text, mimeType);
  if (xmlType.test(mimeType)) return parsedXml(text, mimeType);
  if (mimeType === 'application/x-www-form-urlencoded') return { value: formOf(text) };
  return { value: mimeType === '' ? guessed(text) : text };
};

const jsonType = /^(?:application|text)\/(?:[\w.+-]+\+)?json$/;
const xmlType = /^(?:application|text)\/(?:(?!xhtml)[\w.+-]+\+)?xml$/;

/** Without a type, what looks like JSON and is JSON, is JSON. */
const guessed = (text: string): Json => {
  const parsed = /^\s*[[{]/.test(text) ? parseJson(text, '') : undefined;
  return parsed && 'value' in parsed ? parsed.value : text;
};

const parseJson = (text: string, mimeType: string): ParsedBody => {
  if (text.trim() === '') return { value: null };
  try {
    // oxlint-disable-next-line typescript/no-unsafe-assignment -- what JSON.parse gives is JSON
    return { value: JSON.parse(text) };
  } catch {
    return { problem: `The answer says ${mimeType} but is not JSON.`, text };
  }
};

const parsedXml = (text: string, mimeType: string): ParsedBody => {
  const parsed = parseXml(text);
  if ('value' in parsed) return parsed;
  return { problem: `The answer says ${mimeType} but cannot be read as XML: ${parsed.problem}`, text };
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
