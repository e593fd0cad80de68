import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { defineRule, type ESTree } from '@oxlint/plugins';
import { arrowViolation } from './arrow-violation.ts';

/** services → libs with I/O → contracts → domain; a service is reached over messages, never imported. */
export const arrows = defineRule({
  create: (context) => {
    const libs = new Set(readdirSync(join(context.cwd, 'libs')));
    const file = relative(context.cwd, context.filename);
    const check = (node: ESTree.Node, specifier: string | undefined) => {
      const message = specifier === undefined ? undefined : arrowViolation({ file, specifier, libs });
      if (message !== undefined) context.report({ node, message });
    };
    return {
      ImportDeclaration: (node) => check(node, node.source.value),
      ExportNamedDeclaration: (node) => check(node, node.source?.value),
      ExportAllDeclaration: (node) => check(node, node.source.value),
      ImportExpression: (node) => {
        if (node.source.type === 'Literal' && typeof node.source.value === 'string')
          check(node, node.source.value);
      },
    };
  },
});
