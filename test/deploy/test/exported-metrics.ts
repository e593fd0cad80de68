import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { metricsText } from '@karrio/telemetry';
import { checkout } from './checkout.ts';

/** Every series name that a service of ours exports: what its source declares, and what each process has. */
export const exportedMetrics = async (): Promise<ReadonlySet<string>> => {
  const ofProcess = [...(await metricsText()).matchAll(/^# TYPE (\w+) /gm)].map(([, name = '']) => name);
  const declared = ['libs', 'services']
    .flatMap(sourceFiles)
    .flatMap((path) => namesIn(readFileSync(path, 'utf8')));
  // `up` is Prometheus' own.
  return new Set(['up', ...ofProcess, ...declared]);
};

const sourceFiles = (folder: string): readonly string[] =>
  readdirSync(join(checkout, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\/src\/.*\.ts$/.test(path) && !/node_modules|\.test\.ts$/.test(path))
    .map((path) => join(checkout, folder, path));

const namesIn = (source: string): readonly string[] =>
  [...source.matchAll(/\b(counter|gauge|histogram)\(\s*'(\w+)'/g)].flatMap(([, kind, name = '']) =>
    kind === 'histogram' ? ['bucket', 'sum', 'count'].map((part) => `${name}_${part}`) : [name],
  );
