import { z } from 'zod';
import { graphqlClient } from './graphql.ts';
import { prepareWorkflow } from './prepare.ts';
import { runToEnd, type Run } from './run.ts';
import { formatTable } from './table.ts';
import { formatTimeline, milliseconds, outputOf, totalMs } from './timeline.ts';
import { demoActions, runParameters, workflowName } from './workflow.ts';

/** Not a secret: it opens nothing but the shop's made-up orders on loopback. */
export const shopToken = 'demo-shop';

export type Demo = Readonly<{
  gateway: string;
  apiKey: string;
  shop: string;
  signal: AbortSignal;
  print: (line: string) => void;
}>;

/** Shows what the product does: a real workflow, through every service, and what was recorded of it. */
export const runDemo = async ({ gateway, apiKey, shop, signal, print }: Demo): Promise<void> => {
  const ask = graphqlClient(gateway, apiKey);
  print('');
  print(`Demonstration: fetch orders of the shop at ${shop}, map them to shipments, decide whether to go on`);
  const { workflowId, how } = await prepareWorkflow(ask, demoActions(shop, shopToken));
  print(`  workflow “${workflowName}” ${how} (${workflowId})`);
  const run = await runToEnd(ask, workflowId, runParameters, signal);
  print(`  run ${run.id}: ${run.status}, ${milliseconds(totalMs(run))} from request to end`);
  for (const block of [formatTimeline(run), formatShipments(run), next(gateway, workflowId, run)]) {
    print('');
    for (const line of block) print(`  ${line}`);
  }
  print('');
};

const Mapped = z.object({
  shipments: z.array(
    z.object({
      reference: z.string(),
      recipient: z.object({ person_name: z.string(), city: z.string(), country_code: z.string() }),
      parcel: z.object({ weight_grams: z.number() }),
      value: z.object({ amount: z.number(), currency: z.string() }),
    }),
  ),
});

const rowsShown = 3;

const formatShipments = (run: Run): readonly string[] => {
  const mapped = Mapped.safeParse(outputOf(run, 'map_orders'));
  if (!mapped.success) return ['There is no mapped result.'];
  const { shipments } = mapped.data;
  const rows = shipments
    .slice(0, rowsShown)
    .map(({ reference, recipient, parcel, value }) => [
      reference,
      recipient.person_name,
      `${recipient.city}, ${recipient.country_code}`,
      `${parcel.weight_grams} g`,
      `${value.amount} ${value.currency}`,
    ]);
  return [
    `The first ${rows.length} of ${shipments.length} shipments that came of it:`,
    ...formatTable(['order', 'to', 'city', 'weight', 'value'], rows),
  ];
};

const next = (gateway: string, workflowId: string, run: Run): readonly string[] => [
  `See all of it: paste this at ${gateway}/graphql, with the header {"Authorization": "Token <the API key>"}`,
  `  { workflow_event(id: "${run.id}") { status records { key timestamp record meta } } }`,
  'Run it again, with fewer orders than it takes to go on:',
  `  mutation { create_workflow_event(input: { workflow_id: "${workflowId}", event_type: manual,`,
  '    parameters: { limit: 3, at_least: 5 } }) { workflow_event { id } errors { field messages } } }',
  'README.md and docs/ tell the rest.',
];
