import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';

export const checkout = resolve(import.meta.dirname, '../../..');

export const readText = (path: string): string => readFileSync(resolve(checkout, path), 'utf8');

export const readYaml = (path: string): unknown => parse(readText(path), { merge: true });
