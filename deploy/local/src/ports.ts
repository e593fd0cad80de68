import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reservePort } from '@karrio/embedded';
import { z } from 'zod';
import { writePrivateFile } from './private-file.ts';

/**
 * Below the ports that systems give to outgoing connections (from 32768 on Linux, 49152 on macOS): one of
 * these could otherwise sit on the port that a part needs for its restart.
 */
const lowest = 20_000;
const highest = 32_767;

export type Ports<Name extends string> = Readonly<Record<Name, number>>;

/**
 * A free port for each name, kept until this process ends: the one of the last start where that is free still, so that
 * links stay good.
 */
export const choosePorts = async <Name extends string>(
  dataDir: string,
  names: readonly Name[],
): Promise<Ports<Name>> => {
  const path = join(dataDir, 'ports.json');
  const remembered = readPorts(path);
  const chosen = new Map<Name, number>();
  for (const name of names) chosen.set(name, await choose(remembered[name], new Set(chosen.values())));
  writePrivateFile(path, `${JSON.stringify({ ...remembered, ...Object.fromEntries(chosen) }, null, 2)}\n`);
  // oxlint-disable-next-line typescript/consistent-type-assertions -- one entry for each name was set above
  return Object.fromEntries(chosen) as Ports<Name>;
};

const choose = async (preferred: number | undefined, taken: ReadonlySet<number>): Promise<number> => {
  let port = preferred ?? randomInt(lowest, highest + 1);
  while (taken.has(port) || !(await reservePort(port))) port = randomInt(lowest, highest + 1);
  return port;
};

const readPorts = (path: string): Readonly<Record<string, number>> => {
  try {
    return z.record(z.string(), z.number().int()).parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return {};
  }
};
