import { defineRule } from '@oxlint/plugins';

export const noExportStar = defineRule({
  create: (context) => ({
    ExportAllDeclaration: (node) => {
      context.report({ node, message: 'Name what is exported: an index reads as the table of contents.' });
    },
  }),
});
