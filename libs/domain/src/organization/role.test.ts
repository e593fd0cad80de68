import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isAtLeast, may, permissions, roles, type Permission } from './role.ts';

const all = Object.keys(permissions).filter((name): name is Permission => name in permissions);

describe('the permissions', () => {
  it('are what docs/access.md says', () => {
    const rows = all.map(
      (name) =>
        `| \`${name}\` | ${permissions[name].means} | ${roles.map((role) => (may(role, name) ? '✓' : '')).join(' | ')} |`,
    );
    const table = [
      `| permission | lets one | ${roles.join(' | ')} |`,
      `| --- | --- | ${roles.map(() => '---').join(' | ')} |`,
      ...rows,
    ];
    const text = readFileSync(new URL('../../../../docs/access.md', import.meta.url), 'utf8');
    const found = text.split('\n').filter((line) => /^\| (permission|`\w+:)/.test(line));
    const cells = (line: string) => line.split('|').map((cell) => cell.trim());
    expect(found.map(cells)).toEqual(table.filter((line) => !line.includes('---')).map(cells));
  });

  it('grow with the role: who may less may nothing that who may more may not', () => {
    for (const permission of all) {
      const [least] = roles.filter((role) => may(role, permission)).reverse();
      expect(roles.filter((role) => may(role, permission))).toEqual(
        roles.filter((role) => isAtLeast(role, least ?? 'owner')),
      );
    }
  });

  it('leave no role without something that the next one lacks', () => {
    const counts = roles.map((role) => all.filter((permission) => may(role, permission)).length);
    expect(counts).toEqual([...new Set(counts)].sort((a, b) => b - a));
  });
});
