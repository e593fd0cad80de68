import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw, zstdDecompress } from 'node:zlib';
import type { WireHeaders } from '@karrio/actions';
import { ResponseTooLarge } from './exchange.ts';

const unpack = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
  deflate: promisify(inflate),
} as const;
const unpackRawDeflate = promisify(inflateRaw);

const isKnown = (encoding: string): encoding is keyof typeof unpack => Object.hasOwn(unpack, encoding);

/** The body is not what its Content-Encoding says. */
export class UndecodableBody extends Error {
  override readonly name = 'UndecodableBody';
}

/** @throws ResponseTooLarge when the unpacked body is over the limit, UndecodableBody when it cannot be unpacked. */
export const decode = async (headers: WireHeaders, body: Buffer, bytesMax: number): Promise<Buffer> => {
  const encodings = String(headers['content-encoding'] ?? '')
    .toLowerCase()
    .split(',')
    .map((encoding) => encoding.trim())
    .filter((encoding) => encoding !== '' && encoding !== 'identity');
  let decoded = body;
  // The last one named was applied last.
  for (const encoding of encodings.reverse()) {
    if (decoded.length === 0) return decoded;
    if (!isKnown(encoding)) throw new UndecodableBody(`the unknown encoding ${encoding}`);
    decoded = await unpackOne(encoding, decoded, bytesMax);
  }
  return decoded;
};

const unpackOne = async (
  encoding: keyof typeof unpack,
  body: Buffer,
  maxOutputLength: number,
): Promise<Buffer> => {
  try {
    // Some servers say deflate and leave out the zlib header (its low nibble is 8).
    const isRaw = encoding === 'deflate' && ((body[0] ?? 0) & 0x0f) !== 8;
    return await (isRaw ? unpackRawDeflate : unpack[encoding])(body, { maxOutputLength });
  } catch (cause) {
    if (cause instanceof RangeError)
      throw new ResponseTooLarge(`over ${maxOutputLength} bytes unpacked`, { cause });
    throw new UndecodableBody(`a body that is not ${encoding}`, { cause });
  }
};
