import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** What is kept of a password. Its text has no `$`, which compose files would replace, and no `:` beside its own. */
export type PasswordHash = Readonly<{ cost: number; passes: number; salt: Buffer; key: Buffer }>;

/** 16 MiB and 160 ms of one core for each guess: what OWASP recommends for scrypt at this much memory. */
const defaultCost = 2 ** 14;
const defaultPasses = 5;
const blockSize = 8;
const saltBytes = 16;
const keyBytes = 32;

/** A server can be made to compute this by anybody who reaches it, so the file may not ask for more. */
const costMax = 2 ** 17;
const passesMax = 16;

const derive = (password: string, { cost, passes, salt, key }: PasswordHash) =>
  new Promise<Buffer>((resolve, reject) => {
    // It needs 128 · r · (N + p) bytes; twice that is the limit it is given.
    const options = { N: cost, r: blockSize, p: passes, maxmem: 256 * blockSize * (cost + passes) };
    scrypt(password.normalize('NFC'), salt, key.length, options, (error, derived) => {
      if (error) reject(error);
      else resolve(derived);
    });
  });

export const hashPassword = async (
  password: string,
  { cost, passes } = { cost: defaultCost, passes: defaultPasses },
): Promise<PasswordHash> => {
  const hash = { cost, passes, salt: randomBytes(saltBytes), key: Buffer.alloc(keyBytes) };
  return { ...hash, key: await derive(password, hash) };
};

/** Takes the same time wherever the two differ. */
export const isPasswordOf = async (hash: PasswordHash, password: string): Promise<boolean> =>
  timingSafeEqual(await derive(password, hash), hash.key);

/** What a name that nobody has is compared with, so that it takes as long as one that somebody has. */
export const noPassword: PasswordHash = {
  cost: defaultCost,
  passes: defaultPasses,
  salt: Buffer.alloc(saltBytes),
  key: Buffer.alloc(keyBytes),
};

export const formatPasswordHash = ({ cost, passes, salt, key }: PasswordHash) =>
  ['scrypt', cost, passes, salt.toString('base64url'), key.toString('base64url')].join(':');

/** undefined: the text is no hash that this server takes. */
export const parsePasswordHash = (text: string): PasswordHash | undefined => {
  const [, cost, passes, salt = '', key = ''] =
    /^scrypt:(\d+):(\d+):([\w-]{11,}):([\w-]{22,})$/.exec(text) ?? [];
  const hash = {
    cost: Number(cost),
    passes: Number(passes),
    salt: Buffer.from(salt, 'base64url'),
    key: Buffer.from(key, 'base64url'),
  };
  return isAffordable(hash) ? hash : undefined;
};

const isAffordable = ({ cost, passes }: PasswordHash) =>
  cost > 1 && cost <= costMax && Number.isInteger(Math.log2(cost)) && passes > 0 && passes <= passesMax;
