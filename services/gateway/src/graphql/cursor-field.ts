import type { Change } from '../live/feed.ts';
import type { BuilderTypes } from './builder.ts';

/** Of what is told as it changes. */
export const cursorField = <Item>(t: PothosSchemaTypes.ObjectFieldBuilder<BuilderTypes, Change<Item>>) =>
  t.string({
    description: 'Everything up to here was told: the argument after of a subscription that goes on.',
    resolve: ({ position }) => position.toString(),
  });
