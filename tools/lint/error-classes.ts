import { defineRule, type ESTree } from '@oxlint/plugins';

export const errorClasses = defineRule({
  create: (context) => {
    const check = (node: ESTree.Class) => {
      const { superClass } = node;
      if (superClass?.type === 'Identifier' && superClass.name.endsWith('Error')) return;
      context.report({
        node,
        message: 'Classes are for errors only. Write a function that returns a closure.',
      });
    };
    return { ClassDeclaration: check, ClassExpression: check };
  },
});
