import { defineRule } from '@oxlint/plugins';

/** `new Date()`: the form of the clock that a restricted property cannot name. */
export const noClock = defineRule({
  create: (context) => ({
    NewExpression: (node) => {
      if (node.callee.type !== 'Identifier' || node.callee.name !== 'Date' || node.arguments.length > 0)
        return;
      context.report({ node, message: 'Pure code is told the time: it arrives with the command.' });
    },
  }),
});
