import { defineRule, type ESTree } from '@oxlint/plugins';

const subject = /^(?:cmd|evt|live|run)\./;

/** A subject that is spelled twice is one day spelled two ways, and then nobody hears the message. */
export const noSubjectLiteral = defineRule({
  create: (context) => {
    const check = (node: ESTree.Node, text: unknown) => {
      if (typeof text !== 'string' || !subject.test(text)) return;
      context.report({
        node,
        message: 'Take the subject from @karrio/contracts: no other module spells one.',
      });
    };
    return {
      Literal: (node) => check(node, node.value),
      TemplateLiteral: (node) => check(node, node.quasis[0]?.value.cooked),
    };
  },
});
