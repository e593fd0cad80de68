import { countMax } from '@karrio/read-model';
import { builder, PageInfoType } from '../builder.ts';
import type { Connection, Edge } from '../page.ts';

type RefOf<Row> = ReturnType<typeof builder.objectRef<Row>>;

/** The list type of an entity, named as the contract names it. */
export const connectionType = <Row>(of: string, node: RefOf<Row>) => {
  const edge = builder.objectRef<Edge<Row>>(`${of}Edge`).implement({
    description: `One ${of} of a page.`,
    fields: (t) => ({
      node: t.field({
        type: node,
        description: 'The entity itself.',
        // oxlint-disable-next-line typescript/consistent-type-assertions -- Pothos cannot see that a row of a type parameter is no list
        resolve: (parent) => parent.node as never,
      }),
      cursor: t.exposeString('cursor', {
        description: 'The entity’s place in the list: what after and before take.',
      }),
    }),
  });
  return builder.objectRef<Connection<Row>>(`${of}Connection`).implement({
    description: `A page of ${of}.`,
    fields: (t) => ({
      page_info: t.field({
        type: PageInfoType,
        description: 'Where this page stands in the list.',
        resolve: (parent) => parent.pageInfo,
      }),
      edges: t.field({
        type: [edge],
        description: 'The page’s entities.',
        resolve: (parent) => parent.edges,
      }),
    }),
  });
};

export const addPageInfo = (): void => {
  builder.objectType(PageInfoType, {
    description: 'Where a page stands in its list.',
    fields: (t) => ({
      count: t.int({
        description: `How many entities the filter matches in all. No more than ${countMax} are counted.`,
        resolve: async ({ count }) => (await count()).count,
      }),
      count_is_exact: t.boolean({
        description: 'False where there are more than count says.',
        resolve: async ({ count }) => (await count()).isExact,
      }),
      has_next_page: t.boolean({
        description: 'Whether more entities follow.',
        resolve: ({ hasNext }) => hasNext(),
      }),
      has_previous_page: t.boolean({
        description: 'Whether entities come before this page.',
        resolve: ({ hasPrevious }) => hasPrevious(),
      }),
      start_cursor: t.exposeString('startCursor', {
        nullable: true,
        description: 'The cursor of the first edge.',
      }),
      end_cursor: t.exposeString('endCursor', {
        nullable: true,
        description: 'The cursor of the last edge.',
      }),
    }),
  });
};
