import { builder } from '../builder.ts';

export const WorkflowActionNodeType = builder
  .objectRef<Readonly<{ order: number; slug: string }>>('WorkflowActionNodeType')
  .implement({
    description: 'The place of an action in a workflow.',
    fields: (t) => ({
      order: t.exposeInt('order', {
        description: 'Equal orders run together, a higher order after all lower ones.',
      }),
      slug: t.exposeString('slug', { description: 'The slug of the action.' }),
    }),
  });
