import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readText, readYaml } from './checkout.ts';

const dockerfile = readText('deploy/docker/Dockerfile');

describe('the Dockerfile', () => {
  it('installs with the pnpm that the repository names', () => {
    const { packageManager } = z
      .object({ packageManager: z.string() })
      .parse(JSON.parse(readText('package.json')));

    expect(dockerfile).toContain(`npm install --global ${packageManager}\n`);
  });

  it('runs on the Node release that the repository develops on', () => {
    const { catalog } = z
      .object({ catalog: z.object({ node: z.string() }) })
      .parse(readYaml('pnpm-workspace.yaml'));

    expect(dockerfile).toContain(`ARG NODE=node:${catalog.node.split('.')[0]}-slim\n`);
  });

  it('does not run as root', () => {
    expect(dockerfile).toMatch(/^USER 1000:1000$/m);
  });
});
