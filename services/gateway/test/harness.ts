import { createHash } from 'node:crypto';
import {
  commandPayloads,
  jetStreams,
  newId,
  subjects,
  type Command,
  type CommandReply,
} from '@karrio/contracts';
import { connectEventStore, type EventStore } from '@karrio/event-store-client';
import { connectNats, type Bus } from '@karrio/messaging';
import { migrate, openReadModel, type Database, type ReadModel } from '@karrio/read-model';
import { createLogger } from '@karrio/telemetry';
import { freshDatabase, freshNats, startEventStore } from '@karrio/testing';
import { ensureDataKey, loadMasterKeys } from '@karrio/vault';
import { sql } from 'kysely';
import type { Config } from '../src/config.ts';
import { Window } from '../src/limit/share.ts';
import { startGatewayService } from '../src/service.ts';

/** What stands in for the write side: undefined leaves the sender without an answer. */
export type Answer = (command: Command) => Promise<CommandReply | undefined> | CommandReply | undefined;

export interface TestGateway extends AsyncDisposable {
  readonly url: string;
  readonly opsUrl: string;
  readonly db: ReadModel['db'];
  readonly bus: Bus;
  readonly store: EventStore;
  readonly nats: Awaited<ReturnType<typeof freshNats>>;
  /** Another gateway on the same services. */
  readonly beside: () => Promise<AsyncDisposable & { readonly url: string }>;
  /** What the gateway has sent for those who asked. */
  readonly commands: readonly Command[];
  /** What it tells by itself of those whom it refused, a moment later. */
  readonly refusals: readonly Command[];
  readonly answerWith: (answer: Answer) => void;
}

export const apiKey = `key_${'a'.repeat(32)}`;
export const testKey = `key_${'b'.repeat(32)}`;
export const strangerKey = `key_${'c'.repeat(32)}`;

const log = createLogger('gateway', 'silent');

/** A gateway on a Postgres and a NATS of its own, with the keys above. */
export const startGateway = async (over: Partial<Config> = {}): Promise<TestGateway> => {
  await using stack = new AsyncDisposableStack();
  const nats = stack.use(await freshNats());
  const database = stack.use(await freshDatabase());
  const eventStore = stack.use(await startEventStore());
  const store = stack.use(connectEventStore({ url: eventStore.url, log }));
  for (const org of ['org_1', 'org_2']) await ensureDataKey(store, masterKeys, org, at);
  const { db } = stack.use(openReadModel({ url: database.url, poolMax: 2, applicationName: 'test' }));
  await migrate(db);
  await addApiKey(db, apiKey, 'org_1', false);
  await addApiKey(db, testKey, 'org_1', true);
  await addApiKey(db, strangerKey, 'org_2', false);
  const bus = stack.use(await connectNats({ url: nats.url, name: 'test', log }));
  const { commands, refusals, answerWith } = stack.use(standInFor(bus));
  const urls = { natsUrl: nats.url, databaseUrl: database.url, eventStoreUrl: eventStore.url };
  const config = { ...defaults, ...urls, ...over };
  const gateway = stack.use(await startGatewayService(config, log));
  const started = stack.move();
  const urlOf = ({ port }: { readonly port: number }) => `http://127.0.0.1:${port}`;
  return {
    url: urlOf(gateway),
    beside: async () => {
      const other = await startGatewayService(config, log);
      return { url: urlOf(other), [Symbol.asyncDispose]: () => other[Symbol.asyncDispose]() };
    },
    opsUrl: `http://127.0.0.1:${gateway.opsPort}`,
    db,
    bus,
    store,
    nats,
    commands,
    refusals,
    answerWith,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
};

export const masterKeys = loadMasterKeys({ KWE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64') });

const defaults = {
  httpHost: '127.0.0.1',
  httpPort: 0,
  trustedProxies: '',
  opsHost: '127.0.0.1',
  opsPort: 0,
  databasePoolMax: 4,
  sessionMs: 3_600_000,
  publicUrl: undefined,
  oidc: undefined,
  masterKeys,
  bodyBytesMax: 20_000,
  corsOrigins: [] as string[],
  requestsPerSecondMax: 0,
  introspection: 'open',
  persistedOperationsFile: '',
  onlyPersistedOperations: false,
  subscriptionsMax: 1_000,
  subscriptionsPerKeyMax: 100,
  operationTimeoutMs: 30_000,
  // Only against what hangs: a core that others use leaves an answer waiting for seconds.
  commandTimeoutMs: 30_000,
  logLevel: 'silent',
  shutdownGraceMs: 5_000,
} as const;

/** Takes commands as the write side would, and answers as the test says. */
const standInFor = (bus: Bus) => {
  const commands: Command[] = [];
  const refusals: Command[] = [];
  let answer: Answer = () => undefined;
  const consuming = (['command', 'rules'] as const).map((service) =>
    bus.consume({
      stream: jetStreams.commands,
      durable: service,
      subject: subjects.command,
      filter: subjects.command.matching({ service }),
      ackWaitMs: 30_000,
      concurrency: 16,
      handle: async (command) => {
        const isRefusals = command.name === 'note_refusals';
        (isRefusals ? refusals : commands).push(command);
        const reply = isRefusals ? accepted('refusals') : await answer(command);
        if (reply && command.replyTo) bus.publish(command.replyTo, reply);
      },
    }),
  );
  return {
    commands,
    refusals,
    answerWith: (next: Answer) => {
      answer = next;
    },
    [Symbol.asyncDispose]: async () => {
      for (const each of consuming) await each[Symbol.asyncDispose]();
    },
  };
};

export const accepted = (id: string, position = 0): CommandReply => ({
  accepted: { id, position: String(position) },
});

/** What `query` does when it has written up to a position. */
export const projected = async ({ db, bus }: TestGateway, position: number, isAnnounced = true) => {
  await db
    .insertInto('checkpoint')
    .values({ projection: 'read_models', position: String(position) })
    .onConflict((conflict) => conflict.column('projection').doUpdateSet({ position: String(position) }))
    .execute();
  if (isAnnounced) bus.publish(subjects.livePosition.of({}), { position: String(position) });
};

type Row<Table extends keyof Database> = Database[Table];
const at = '2026-11-22T10:00:00.000Z';

const addApiKey = (db: ReadModel['db'], key: string, org: string, isTest: boolean) =>
  db
    .insertInto('api_key')
    .values({
      id: newId('apiKey'),
      org_id: org,
      name: 'test',
      hash: createHash('sha256').update(key).digest('hex'),
      role: 'owner',
      test_mode: isTest,
      created_at: at,
      revoked_at: null,
      revision: 0,
    })
    .execute();

export const addWorkflow = async ({ db }: TestGateway, over: Partial<Row<'workflow'>> = {}) => {
  const workflow: Row<'workflow'> = {
    id: newId('workflow'),
    org_id: 'org_1',
    slug: 'orders',
    name: 'Orders',
    run_timeout_ms: null,
    on_failure: 'finish',
    description: null,
    is_active: true,
    action_nodes: [],
    metadata: {},
    template_slug: null,
    created_at: at,
    updated_at: at,
    deleted_at: null,
    revision: 0,
    ...over,
  };
  // pg writes a list as a Postgres array, where a JSON column wants text.
  const action_nodes = sql<never>`${JSON.stringify(workflow.action_nodes)}::json`;
  await db
    .insertInto('workflow')
    .values({ ...workflow, action_nodes })
    .execute();
  return workflow;
};

export const addTrigger = async (
  { db }: TestGateway,
  workflowId: string,
  over: Partial<Row<'workflow_trigger'>> = {},
) => {
  const trigger: Row<'workflow_trigger'> = {
    id: newId('trigger'),
    org_id: 'org_1',
    workflow_id: workflowId,
    slug: 'orders_webhook',
    trigger_type: 'webhook',
    name: null,
    is_active: true,
    test_mode: false,
    parameters: null,
    schedule_policy: null,
    shown_secret: null,
    former_secret: null,
    webhook: null,
    event: null,
    schedule: null,
    secret_key: null,
    sealed_secret: null,
    template_slug: null,
    created_at: at,
    updated_at: at,
    deleted_at: null,
    revision: 0,
    ...over,
  };
  await db.insertInto('workflow_trigger').values(trigger).execute();
  return trigger;
};

export const addRun = async ({ db }: TestGateway, over: Partial<Row<'run'>> & { workflow_id: string }) => {
  const run: Row<'run'> = {
    id: newId('run'),
    org_id: 'org_1',
    plan_hash: 'hash',
    status: 'success',
    is_paused: false,
    parked: null,
    waiting_until: null,
    cancel: null,
    origin: null,
    trigger_id: null,
    slot: null,
    state: null,
    event_type: 'webhook',
    test_mode: false,
    parameters: { a: 1 },
    failure: null,
    actor: 'webhook',
    request_id: 'req_1',
    created_at: at,
    started_at: at,
    ended_at: '2026-11-22T10:00:01.500Z',
    updated_at: at,
    revision: 2,
    position: '5',
    ...over,
  };
  await db.insertInto('run').values(run).execute();
  return run;
};

/** As if other gateways had let in all that a key or a session may send in a second, and the second did not end. */
export const spendRequests = async ({ bus }: TestGateway, credential: string, perSecondMax: number) => {
  const windows = bus.shared({ name: 'LIMITS', keptMs: 86_400_000, shape: Window });
  const next = { untilMs: Date.now() + 3_600_000, taken: perSecondMax };
  await windows.change(`${credential}.${perSecondMax}.1000`, () => ({ next, result: undefined }));
};

/** What `command` and `query` make of a sign-in. */
export const startsSession =
  ({ db }: Pick<TestGateway, 'db'>) =>
  async ({ org, payload }: Command): Promise<CommandReply> => {
    const { sessionId, hash, origin, expiresAt: expires_at } = commandPayloads.start_session.parse(payload);
    const session = { id: sessionId, user_id: org, hash, origin, expires_at, created_at: at, revision: 0 };
    await db.insertInto('session').values(session).execute();
    return accepted(sessionId);
  };
