import { argon2, randomBytes, timingSafeEqual, type Argon2Parameters } from 'node:crypto';

/** 19 MiB and two passes: what OWASP recommends for argon2id, some 30 ms of one core for each guess. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const saltBytes = 16;
const tagBytes = 32;

/** Each holds its memory while it runs, and anybody can have one computed. */
const atOnceMax = 4;

/** More would wait for longer than who signs in does: this many take a core some two seconds. */
const waitingMax = 64;

/** Nothing was hashed, since too many wait for theirs; later it may be. */
export class PasswordsBusy extends Error {
  override readonly name = 'PasswordsBusy';
  constructor() {
    super(`${waitingMax} passwords wait to be hashed`);
  }
}

/** As a PHC string: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. @throws PasswordsBusy */
export const hashPassword = async (password: string): Promise<string> => {
  const salt = randomBytes(saltBytes);
  const tag = await derive(password, { ...cost, salt, tagBytes });
  const { memory, passes, parallelism } = cost;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`;
};

/** Without a hash it takes as long and is not right: so nobody learns who has a password. @throws PasswordsBusy */
export const isPasswordOf = async (phc: string | undefined, password: string): Promise<boolean> => {
  const known = phc === undefined ? undefined : parse(phc);
  const { tag, ...wanted } = known ?? { ...cost, salt: Buffer.alloc(saltBytes), tag: Buffer.alloc(tagBytes) };
  const derived = await derive(password, { ...wanted, tagBytes: tag.length });
  return timingSafeEqual(derived, tag) && known !== undefined;
};

type Wanted = Readonly<{
  memory: number;
  passes: number;
  parallelism: number;
  salt: Buffer;
  tagBytes: number;
}>;

const waiting: (() => void)[] = [];
let running = 0;

const derive = async (password: string, wanted: Wanted): Promise<Buffer> => {
  if (running >= atOnceMax && waiting.length >= waitingMax) throw new PasswordsBusy();
  if (running < atOnceMax) running++;
  else await new Promise<void>((resolve) => void waiting.push(resolve));
  try {
    return await argon2id(password, wanted);
  } finally {
    // Who waited longest gets the place.
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
};

const argon2id = (password: string, { memory, passes, parallelism, salt, tagBytes: tagLength }: Wanted) => {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const message = Buffer.from(password.normalize('NFC'));
  const parameters: Argon2Parameters = { message, nonce: salt, memory, passes, parallelism, tagLength };
  argon2('argon2id', parameters, (error, tag) => (error ? reject(error) : resolve(tag)));
  return promise;
};

const shape = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/;

const parse = (phc: string) => {
  const [, memory, passes, parallelism, salt, tag] = shape.exec(phc) ?? [];
  if (salt === undefined || tag === undefined) return undefined;
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  };
};

const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

const charsMin = 10;
/** What is longer is no password, and costs to hash. */
const charsMax = 200;

/** What is wrong with a password that somebody chose; undefined where nothing is. */
export const passwordProblem = (password: string, email: string): string | undefined => {
  if (password.length < charsMin)
    return `must have at least ${charsMin} characters; several words are easy to keep`;
  if (password.length > charsMax) return `must have at most ${charsMax} characters`;
  const isGuessable =
    new Set(password).size < 4 ||
    password.toLowerCase().includes(email.split('@')[0]?.toLowerCase() ?? email);
  return isGuessable
    ? 'is too easy to guess; choose one without your address and with more different characters'
    : undefined;
};
