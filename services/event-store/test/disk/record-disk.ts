import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';

/**
 * What a program asked of its disk, in order. A `node` is a file whatever its name is; a sync is listed when it has
 * returned, and covers what was asked before operation number `covers`.
 */
export type DiskOperation =
  | Readonly<{ kind: 'write'; node: number; offset: number; bytes: Buffer }>
  | Readonly<{ kind: 'truncate'; node: number; length: number }>
  | Readonly<{ kind: 'name'; path: string; node: number | undefined; from?: string }>
  | Readonly<{ kind: 'sync'; node: number; covers: number }>
  | Readonly<{ kind: 'sync-folder'; folder: string; covers: number }>;

export type DiskRecording = Disposable &
  Readonly<{
    operations: readonly DiskOperation[];
    /** Every sync fails from now on, or succeeds again. */
    failSyncs: (isFailing: boolean) => void;
    /** Told before each operation is listed. */
    before: (listen: () => void) => void;
  }>;

type Recorder = Readonly<{
  concerns: (file: fs.PathLike) => boolean;
  opened: (descriptor: number, file: fs.PathLike, existed: boolean, flags: unknown) => void;
  closed: (descriptor: number) => void;
  wrote: (descriptor: number, bytes: Buffer, position: number | null | undefined) => void;
  truncated: (descriptor: number, length: number) => void;
  named: (file: fs.PathLike, from: fs.PathLike | undefined, isMoved: boolean) => void;
  unnamed: (file: fs.PathLike) => void;
  /** Returns what to call once the sync has returned. */
  syncing: (descriptor: number) => () => void;
  madeFolder: (file: fs.PathLike) => void;
}>;

let recorder: Recorder | undefined;

/** Records what happens under a folder, which stands on the disk already, until it is disposed. */
export const recordDisk = (root: string): DiskRecording => {
  const operations: DiskOperation[] = [];
  const names = new Map<string, number>();
  const open = new Map<number, { node: number; folder: string | undefined; at: number }>();
  const lengths: number[] = [];
  let listener: () => void = () => undefined;
  let isFailing = false;

  const list = (operation: DiskOperation) => {
    listener();
    operations.push(operation);
  };
  const newNode = () => lengths.push(0) - 1;

  const opened: Recorder['opened'] = (descriptor, file, existed, flags) => {
    const name = String(file);
    if (fs.fstatSync(descriptor).isDirectory()) {
      open.set(descriptor, { node: -1, folder: name, at: 0 });
      return;
    }
    const node = names.get(name) ?? newNode();
    if (!existed) list({ kind: 'name', path: name, node });
    else if (typeof flags === 'string' && flags.startsWith('w')) list({ kind: 'truncate', node, length: 0 });
    names.set(name, node);
    open.set(descriptor, { node, folder: undefined, at: 0 });
  };

  const wrote: Recorder['wrote'] = (descriptor, bytes, position) => {
    const file = open.get(descriptor);
    if (!file) return;
    const offset = position ?? file.at;
    list({ kind: 'write', node: file.node, offset, bytes: Buffer.from(bytes) });
    if (position === null || position === undefined) file.at += bytes.length;
  };

  const syncing = (descriptor: number) => {
    if (isFailing) throw new Error('EIO: i/o error, as the test asked for');
    const file = open.get(descriptor);
    const covers = operations.length;
    return () => {
      if (!file) return;
      list(
        file.folder === undefined
          ? { kind: 'sync', node: file.node, covers }
          : { kind: 'sync-folder', folder: file.folder, covers },
      );
    };
  };

  recorder = {
    concerns: (file) => String(file).startsWith(`${root}${path.sep}`) || String(file) === root,
    opened,
    closed: (descriptor) => open.delete(descriptor),
    wrote,
    truncated: (descriptor, length) => {
      const file = open.get(descriptor);
      if (file) list({ kind: 'truncate', node: file.node, length });
    },
    named: (file, from, isMoved) => {
      const node = from === undefined ? newNode() : (names.get(String(from)) ?? newNode());
      const moved = isMoved && from !== undefined ? { from: String(from) } : {};
      list({ kind: 'name', path: String(file), node, ...moved });
      names.set(String(file), node);
      if (moved.from !== undefined) names.delete(moved.from);
    },
    unnamed: (file) => {
      list({ kind: 'name', path: String(file), node: undefined });
      names.delete(String(file));
    },
    syncing,
    madeFolder: (file) => {
      list({ kind: 'name', path: String(file), node: folderNode });
    },
  };
  return {
    operations,
    failSyncs: (asked) => {
      isFailing = asked;
    },
    before: (listen) => {
      listener = listen;
    },
    [Symbol.dispose]: () => {
      recorder = undefined;
    },
  };
};

/** The node of every folder: a folder has no bytes, only names in it. */
export const folderNode = -1;

const real = { ...fs };
const realPromises = { ...fs.promises };

const concerned = (file: unknown) =>
  typeof file === 'string' && recorder?.concerns(file) === true ? recorder : undefined;

type Loose = Record<string, unknown>;

/** Stands in for functions of node:fs, also for modules that import them by name after this one. */
const patch = () => {
  const replaced: Loose = {
    openSync: (file: string, flags?: string, mode?: number) => {
      const existed = real.existsSync(file);
      const descriptor = real.openSync(file, flags ?? 'r', mode);
      concerned(file)?.opened(descriptor, file, existed, flags);
      return descriptor;
    },
    closeSync: (descriptor: number) => {
      recorder?.closed(descriptor);
      real.closeSync(descriptor);
    },
    writeSync: (
      descriptor: number,
      bytes: Buffer,
      offset = 0,
      length = bytes.length - offset,
      at?: number,
    ) => {
      const count = real.writeSync(descriptor, bytes, offset, length, at);
      recorder?.wrote(descriptor, bytes.subarray(offset, offset + count), at);
      return count;
    },
    ftruncateSync: (descriptor: number, length = 0) => {
      real.ftruncateSync(descriptor, length);
      recorder?.truncated(descriptor, length);
    },
    fsyncSync: (descriptor: number) => {
      const synced = recorder?.syncing(descriptor);
      real.fsyncSync(descriptor);
      synced?.();
    },
    fdatasyncSync: (descriptor: number) => {
      const synced = recorder?.syncing(descriptor);
      real.fdatasyncSync(descriptor);
      synced?.();
    },
    fdatasync: (descriptor: number, done: (error: Error | null) => void) => {
      const synced = syncingOr(descriptor, done);
      if (synced === 'failed') return;
      real.fdatasync(descriptor, (error) => {
        if (!error) synced?.();
        done(error);
      });
    },
    ...patchedNames(),
    writeFileSync: (file: string, data: string | Buffer, options?: fs.WriteFileOptions) => {
      const existed = real.existsSync(file);
      real.writeFileSync(file, data, options);
      wroteFile(file, data, existed);
    },
  };
  Object.assign(fs, replaced);
  Object.assign(fs.promises, patchedPromises());
  syncBuiltinESMExports();
};

const syncingOr = (descriptor: number, done: (error: Error) => void) => {
  try {
    return recorder?.syncing(descriptor);
  } catch (error) {
    done(error instanceof Error ? error : new Error(String(error)));
    return 'failed';
  }
};

const wroteFile = (file: string, data: string | Buffer, existed: boolean) => {
  const recording = concerned(file);
  if (!recording) return;
  const descriptor = real.openSync(file, 'r');
  recording.opened(descriptor, file, existed, 'w');
  recording.wrote(descriptor, Buffer.from(data), 0);
  recording.closed(descriptor);
  real.closeSync(descriptor);
};

const patchedNames = (): Loose => ({
  renameSync: (from: string, to: string) => {
    real.renameSync(from, to);
    concerned(to)?.named(to, from, true);
  },
  linkSync: (from: string, to: string) => {
    real.linkSync(from, to);
    concerned(to)?.named(to, from, false);
  },
  unlinkSync: (file: string) => {
    real.unlinkSync(file);
    concerned(file)?.unnamed(file);
  },
  rmSync: (file: string, options?: fs.RmOptions) => {
    const existed = real.existsSync(file);
    real.rmSync(file, options);
    if (existed) concerned(file)?.unnamed(file);
  },
  mkdirSync: (folder: string, options?: fs.MakeDirectoryOptions) => {
    const first = real.mkdirSync(folder, options);
    for (let made = first === undefined ? '' : folder; made.length >= (first?.length ?? 1);) {
      concerned(made)?.madeFolder(made);
      made = path.dirname(made);
    }
    return first;
  },
});

const patchedPromises = (): Loose => ({
  open: async (file: string, flags?: string, mode?: number) => {
    const existed = real.existsSync(file);
    const handle = await realPromises.open(file, flags, mode);
    const recording = concerned(file);
    if (!recording) return handle;
    recording.opened(handle.fd, file, existed, flags);
    return Object.assign(handle, recordedHandle(handle));
  },
  rename: async (from: string, to: string) => {
    await realPromises.rename(from, to);
    concerned(to)?.named(to, from, true);
  },
  unlink: async (file: string) => {
    await realPromises.unlink(file);
    concerned(file)?.unnamed(file);
  },
  rm: async (file: string, options?: fs.RmOptions) => {
    const existed = real.existsSync(file);
    await realPromises.rm(file, options);
    if (existed) concerned(file)?.unnamed(file);
  },
  writeFile: async (file: string, data: string | Buffer, options?: fs.WriteFileOptions) => {
    const existed = real.existsSync(file);
    await realPromises.writeFile(file, data, options);
    wroteFile(file, data, existed);
  },
});

/** Listed when it is asked for: until the sync has returned, any part of a write may be on the disk, or none. */
const recordedHandle = (handle: fs.promises.FileHandle): Loose => {
  const { fd } = handle;
  const write = handle.write.bind(handle) as (...all: readonly unknown[]) => Promise<unknown>;
  const close = handle.close.bind(handle);
  const appendFile = handle.appendFile.bind(handle);
  const syncs = { sync: handle.sync.bind(handle), datasync: handle.datasync.bind(handle) };
  const synced = (kind: keyof typeof syncs) => async () => {
    const done = recorder?.syncing(fd);
    await syncs[kind]();
    done?.();
  };
  return {
    write: (bytes: Buffer, offset = 0, length = bytes.length - offset, at: number | null = null) => {
      recorder?.wrote(fd, bytes.subarray(offset, offset + length), at);
      return write(bytes, offset, length, at);
    },
    appendFile: async (bytes: Buffer) => {
      recorder?.wrote(fd, bytes, null);
      await appendFile(bytes);
    },
    truncate: async (length = 0) => {
      real.ftruncateSync(fd, length);
      recorder?.truncated(fd, length);
    },
    sync: synced('sync'),
    datasync: synced('datasync'),
    close: () => {
      recorder?.closed(fd);
      return close();
    },
  };
};

patch();
