export const varintLength = (value: number) => {
  let length = 1;
  for (let rest = value; rest >= 128; rest /= 128) length++;
  return length;
};

/** Returns the offset behind the number. */
export const writeVarint = (bytes: Buffer, offset: number, value: number) => {
  let at = offset;
  let rest = value;
  while (rest >= 128) {
    bytes[at++] = (rest % 128) | 0x80;
    rest = Math.floor(rest / 128);
  }
  bytes[at++] = rest;
  return at;
};

/** Replies that are not written a thousand times a second are put together from these. */
export const message = (...fields: readonly Uint8Array[]) => Buffer.concat(fields);

export const varintField = (field: number, value: number) => {
  const bytes = Buffer.allocUnsafe(1 + varintLength(value));
  bytes[0] = field << 3;
  writeVarint(bytes, 1, value);
  return bytes;
};

export const bytesField = (field: number, value: Uint8Array) => {
  const bytes = Buffer.allocUnsafe(1 + varintLength(value.length) + value.length);
  bytes[0] = (field << 3) | 2;
  bytes.set(value, writeVarint(bytes, 1, value.length));
  return bytes;
};

export const textField = (field: number, value: string) => bytesField(field, Buffer.from(value));

export const emptyField = (field: number) => bytesField(field, Buffer.alloc(0));
