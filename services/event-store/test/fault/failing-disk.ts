import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/**
 * Loaded before a server, it makes the disk fail as the file `FAILING_DISK` says, while there is one: `sync EIO`, for
 * one. Only what concerns segments of the log fails.
 */
const control = process.env['FAILING_DISK'] ?? '';

const real = { ...fs };
const segments = new Set<number>();

const failIf = (kind: string) => {
  if (!real.existsSync(control)) return;
  const [failing, code = ''] = real.readFileSync(control, 'utf8').split(' ');
  if (failing === kind) throw Object.assign(new Error(`${code}: the disk fails, ${kind}`), { code });
};

const failure = (kind: string) => {
  try {
    failIf(kind);
    return undefined;
  } catch (error) {
    return error;
  }
};

Object.assign(fs, {
  openSync: (file: fs.PathLike, flags: string, mode?: number) => {
    const isSegment = String(file).endsWith('.log');
    if (isSegment) failIf('open');
    const descriptor = real.openSync(file, flags, mode);
    if (isSegment) segments.add(descriptor);
    return descriptor;
  },
  writeSync: (descriptor: number, ...rest: readonly [Buffer, number, number, number]) => {
    if (segments.has(descriptor)) failIf('write');
    return real.writeSync(descriptor, ...rest);
  },
  fdatasyncSync: (descriptor: number) => {
    if (segments.has(descriptor)) failIf('sync');
    real.fdatasyncSync(descriptor);
  },
  fdatasync: (descriptor: number, done: (error?: unknown) => void) => {
    const error = segments.has(descriptor) ? failure('sync') : undefined;
    if (error) setImmediate(done, error);
    else real.fdatasync(descriptor, done);
  },
});
syncBuiltinESMExports();
