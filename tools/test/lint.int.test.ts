import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

type Finding = Readonly<{ filename: string; code: string }>;

/** Each file breaks the rule beside it, and a newcomer could have written it. */
const bad: readonly (readonly [rule: string, file: string, source: string])[] = [
  ['no-floating-promises', 'services/query/src/a.ts', 'const f = async () => 1;\nf();'],
  ['no-explicit-any', 'services/query/src/b.ts', 'export const f = (x: any) => x;'],
  ['no-non-null-assertion', 'services/query/src/c.ts', 'export const f = (x?: string) => x!.length;'],
  [
    'switch-exhaustiveness-check',
    'services/query/src/d.ts',
    "export const f = (x: 'a' | 'b') => {\n  switch (x) {\n    case 'a':\n      return 1;\n  }\n  return 2;\n};",
  ],
  [
    'consistent-type-imports',
    'services/query/src/e.ts',
    "import { Stats } from 'node:fs';\nexport type T = Stats;",
  ],
  ['no-unused-vars', 'services/query/src/f.ts', 'export const f = () => {\n  const left = 1;\n};'],
  ['consistent-type-assertions', 'services/query/src/g.ts', 'export const f = (x: unknown) => x as string;'],
  ['no-export-star', 'services/query/src/h.ts', "export * from 'zod';"],
  ['no-default-export', 'services/query/src/i.ts', 'export default 1;'],
  ['no-restricted-properties', 'services/query/src/j.ts', "export const home = process.env['HOME'];"],
  ['no-subject-literal', 'services/query/src/k.ts', "export const s = 'evt.org_1.run.done';"],
  [
    'no-subject-literal',
    'services/query/src/l.ts',
    'export const s = (org: string) => `cmd.command.${org}.x`;',
  ],
  ['arrows', 'services/query/src/m.ts', "import '@karrio/gateway';"],
  ['arrows', 'libs/messaging/src/n.ts', "import '@karrio/gateway';"],
  ['no-cycle', 'libs/messaging/src/o.ts', "import { p } from './p.ts';\nexport const o = () => p;"],
  ['no-cycle', 'libs/messaging/src/p.ts', "import { o } from './o.ts';\nexport const p = () => o;"],
  ['no-restricted-imports', 'libs/domain/src/q.ts', "import 'node:fs';"],
  ['no-restricted-imports', 'libs/contracts/src/r.ts', "import '@opentelemetry/api';"],
  ['no-restricted-globals', 'libs/domain/src/s.ts', 'export const f = () => process.pid;'],
  ['no-restricted-globals', 'libs/domain/src/t.ts', "export const f = () => fetch('http://x');"],
  ['no-restricted-properties', 'libs/domain/src/u.ts', 'export const f = () => Date.now();'],
  ['no-restricted-properties', 'libs/contracts/src/v.ts', 'export const f = () => Math.random();'],
  ['no-clock', 'libs/domain/src/w.ts', 'export const f = () => new Date();'],
  ['error-classes', 'services/query/src/x.ts', 'export class Writer {}'],
  [
    'max-lines',
    'services/query/src/y.ts',
    Array.from({ length: 401 }, (_, n) => `export const n${n} = 1;`).join('\n'),
  ],
  [
    'max-lines-per-function',
    'services/query/src/z.ts',
    `export const f = () => {\n${'  f();\n'.repeat(50)}};`,
  ],
  [
    'complexity',
    'services/query/src/aa.ts',
    `export const f = (x: number) => {\n${'  if (x === 1) return 1;\n'.repeat(10)}  return 2;\n};`,
  ],
  [
    'max-depth',
    'services/query/src/ab.ts',
    'export const f = (x: boolean) => {\n  if (x) {\n    if (x) {\n      if (x) {\n        if (x) f(x);\n      }\n    }\n  }\n};',
  ],
  ['func-style', 'services/query/src/ac.ts', 'export function f() {\n  return 1;\n}'],
  ['no-warning-comments', 'services/query/src/ad.ts', '// TODO write it\nexport const f = 1;'],
  [
    'no-restricted-imports',
    'services/query/src/ae.test.ts',
    "import { setTimeout } from 'node:timers/promises';\nawait setTimeout(1);",
  ],
];

/** Each file does at a place where it may what is refused elsewhere. */
const good: readonly (readonly [file: string, source: string])[] = [
  ['services/query/src/main.ts', "export const home = process.env['HOME'];"],
  ['services/query/src/config.ts', "export const home = process.env['HOME'];"],
  ['libs/contracts/src/subject.ts', "export const s = 'evt.{org}.{entity}.{event}';"],
  ['libs/messaging/src/errors.ts', 'export class NotConnected extends Error {}'],
  ['services/query/src/clock.ts', 'export const now = () => Date.now();'],
];

describe('the lint rules', () => {
  let folder: string;
  let findings: readonly Finding[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'karrio-lint-'));
    await layOut(folder);
    findings = await lint(folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(bad)('%s catches %s', (rule, file) => {
    const codes = findings.filter(({ filename }) => filename === file).map(({ code }) => code);
    expect(codes).toContainEqual(expect.stringContaining(`(${rule})`));
  });

  it.each(good)('nothing is found in %s', (file) => {
    expect(findings.filter(({ filename }) => filename === file)).toEqual([]);
  });
});

/** A small repository with our configuration. */
const layOut = async (folder: string) => {
  for (const file of ['.oxlintrc.json', 'tsconfig.json', 'package.json'])
    await cp(join(root, file), join(folder, file));
  await cp(join(root, 'tools/lint'), join(folder, 'tools/lint'), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const [file, source] of [...bad.map(([, ...rest]) => rest), ...good]) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), `${source}\n`);
  }
};

const lint = async (folder: string): Promise<readonly Finding[]> => {
  const output = await new Promise<string>((resolve) => {
    const program = join(root, 'node_modules/.bin/oxlint');
    // It ends with 1 when it finds something, and it had better.
    execFile(program, ['-f', 'json', 'libs', 'services'], { cwd: folder }, (_, stdout) => resolve(stdout));
  });
  return JSON.parse(output).diagnostics;
};
