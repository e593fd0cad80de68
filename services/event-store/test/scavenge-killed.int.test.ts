import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { temporaryFolder } from '@karrio/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Finding } from '../src/verify/finding.ts';
import { verifyFolder } from '../src/verify/verify-folder.ts';
import { longRun } from './long-run.ts';
import { openSmallStore, readStream } from './opened-store.ts';

const Said = z.object({
  stream: z.string().optional(),
  revision: z.number().optional(),
  isTombstoned: z.boolean().optional(),
  scavenged: z.number().optional(),
});

/** Starts the fixture on a folder and kills it in the middle of its work, soon after some scavenges that removed events. */
const runAndKill = async (folder: string, life: number, onSaid: (said: z.infer<typeof Said>) => void) => {
  const child = spawn(process.execPath, [fixture, folder, String(life)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const scavenges = 1 + Math.floor(Math.random() * 8);
  const lines = createInterface({ input: child.stdout });
  let seen = 0;
  lines.on('line', (line) => {
    const said = Said.parse(JSON.parse(line));
    onSaid(said);
    // One that found nothing to remove is not what this is about.
    if (said.scavenged) seen++;
    if (seen >= scavenges && Math.random() < 0.1) child.kill('SIGKILL');
  });
  await once(child, 'close');
};

const fixture = path.join(import.meta.dirname, 'scavenging.fixture.ts');

describe('a server that is killed while it scavenges', () => {
  it('has everything that anybody could read, again and again', { timeout: 900_000 }, async () => {
    await using folder = await temporaryFolder();
    const last = new Map<string, number>();
    const tombstoned = new Set<string>();
    let removed = 0;
    for (let life = 0; life < (longRun ? 500 : 12); life++) {
      await runAndKill(folder.path, life, ({ stream, revision, isTombstoned, scavenged = 0 }) => {
        if (stream !== undefined && revision !== undefined) last.set(stream, revision);
        if (stream !== undefined && isTombstoned) tombstoned.add(stream);
        removed += scavenged;
      });
      const findings: Finding[] = [];
      verifyFolder(folder.path, {
        onFinding: (finding) => findings.push(finding),
        onProgress: () => undefined,
      });
      expect(findings).toEqual([]);

      await using store = await openSmallStore(folder.path, 20_000);
      for (const [stream, maxCount] of Object.entries({
        one: 1,
        three: 3,
        ten: 10,
        all: Number.POSITIVE_INFINITY,
      })) {
        const { lastRevision } = store.catalog.stateOf(stream);
        expect(lastRevision).toBeGreaterThanOrEqual(last.get(stream) ?? -1);
        const count = Math.min(maxCount, lastRevision + 1);
        const revisions = Array.from({ length: count }, (_, index) => lastRevision + 1 - count + index);
        const seen = readStream(store, stream);
        expect(seen.map(({ revision }) => revision)).toEqual(revisions);
        expect(seen.map(({ data }) => data)).toEqual(revisions.map(String));
      }
      for (const stream of tombstoned) expect(store.catalog.stateOf(stream).isTombstoned).toBe(true);
    }
    expect(removed).toBeGreaterThan(0);
  });
});
