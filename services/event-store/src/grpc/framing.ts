const prefixBytes = 5;

/** A message as gRPC sends it: not compressed, its length in front. */
export const grpcFrame = (message: Uint8Array) => {
  const frame = Buffer.allocUnsafe(prefixBytes + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, prefixBytes);
  return frame;
};

export type FramingError = 'compressed' | 'too-large';

/** Cuts what arrives into messages. */
export type MessageSplitter = Readonly<{
  /** undefined, or why the rest of the call can not be read. */
  push: (chunk: Buffer) => FramingError | undefined;
  /** Bytes of a message that has not arrived whole. */
  pendingBytes: () => number;
}>;

/** Bounds what one call can make the server hold: the client's largest batch is 3 MiB and one event. */
export const messageBytesMax = 17 * 1024 * 1024;

export const createMessageSplitter = (onMessage: (message: Buffer) => void): MessageSplitter => {
  let chunks: Buffer[] = [];
  let held = 0;
  let wanted = prefixBytes;

  const push = (chunk: Buffer) => {
    chunks.push(chunk);
    held += chunk.length;
    // A large message comes in a thousand chunks; they are joined once, when the last one is there.
    if (held < wanted) return undefined;
    const bytes = chunks.length === 1 ? chunk : Buffer.concat(chunks, held);
    let at = 0;
    wanted = prefixBytes;
    while (bytes.length - at >= prefixBytes) {
      if (bytes[at] !== 0) return 'compressed';
      const length = bytes.readUInt32BE(at + 1);
      if (length > messageBytesMax) return 'too-large';
      if (bytes.length - at < prefixBytes + length) {
        wanted = prefixBytes + length;
        break;
      }
      onMessage(bytes.subarray(at + prefixBytes, at + prefixBytes + length));
      at += prefixBytes + length;
    }
    held = bytes.length - at;
    chunks = held > 0 ? [bytes.subarray(at)] : [];
    return undefined;
  };

  return { push, pendingBytes: () => held };
};
