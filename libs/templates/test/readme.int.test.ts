import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { helpers } from '../src/index.ts';

describe('the README', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

  it.each([...helpers.keys()])('has an entry for %s', (name) => {
    expect(readme).toContain(`\`${name}\``);
  });
});
