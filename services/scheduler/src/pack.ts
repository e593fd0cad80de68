import type { Json } from '@karrio/domain';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { z } from 'zod';

/** From here on an append for each 128 KiB of it would take longer than to compress it: ten times, as a rule. */
const plainCharsMax = 256 * 1_024;

const Packed = z.object({ gzip: z.base64() });

/** JSON as it is, or compressed where it is large. */
export const pack = async (value: object): Promise<Json> => {
  const text = JSON.stringify(value);
  if (text.length <= plainCharsMax) return asJson(value);
  return { gzip: (await promisify(gzip)(text, { level: 1 })).toString('base64') };
};

// oxlint-disable-next-line typescript/consistent-type-assertions -- states are made of JSON; their types have no index signature
const asJson = (value: object): Json => value as Json;

export const unpack = async (value: Json): Promise<unknown> => {
  const packed = Packed.safeParse(value);
  if (!packed.success) return value;
  const text = await promisify(gunzip)(Buffer.from(packed.data.gzip, 'base64'));
  return JSON.parse(text.toString());
};
