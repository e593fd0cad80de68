import { rejectionCodes } from '@karrio/contracts';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { statusOfCode } from './problem.ts';

const page = resolve(import.meta.dirname, '../../../../docs/runbooks/failure-modes.md');
const headings = new Set(readFileSync(page, 'utf8').match(/(?<=^### ).+$/gm));

it.each([...Object.keys(statusOfCode), ...rejectionCodes])(
  'the code %s that a caller can meet is explained in the runbook',
  (code) => {
    expect([...headings]).toContain(code);
  },
);
