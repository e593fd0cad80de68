import {
  jetStreams,
  newId,
  streams,
  subjects,
  type Command,
  type CommandName,
  type CommandReply,
  type QuestionName,
} from '@karrio/contracts';
import {
  isRateDecided,
  nothingTested,
  type BacktestEvent,
  type BacktestSoFar,
  type RuleEvent,
  type RuleDefinition,
} from '@karrio/domain';
import { connectEventStore, type EventStore } from '@karrio/event-store-client';
import { connectNats, type Bus } from '@karrio/messaging';
import { migrate, openReadModel, type RateDecisionRow, type ReadModel } from '@karrio/read-model';
import { createLogger } from '@karrio/telemetry';
import { eventually, freshDatabase, freshNats, startEventStore, startService } from '@karrio/testing';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { startRulesService } from '../src/service.ts';

const log = createLogger('test', 'silent');
const stack = new AsyncDisposableStack();
let store: EventStore;
let bus: Bus;
let db: ReadModel['db'];
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  const server = stack.use(await startEventStore());
  const nats = stack.use(await freshNats());
  const database = stack.use(await freshDatabase());
  env = {
    NATS_URL: nats.url,
    EVENTSTORE_URL: server.url,
    DATABASE_URL: database.url,
    RULES_LEASE_MS: '1000',
  };
  const config = loadConfig(env);
  ({ db } = stack.use(openReadModel({ url: database.url, poolMax: 1, applicationName: 'test' })));
  await migrate(db);
  store = stack.use(connectEventStore({ url: server.url, log }));
  bus = stack.use(await connectNats({ url: nats.url, name: 'test', log }));
  // Two replicas: what holds for one must hold for any number.
  stack.use(await startRulesService(config, log));
  stack.use(await startRulesService(config, log));
});
afterAll(() => stack.disposeAsync());

const at = '2026-11-27T12:00:00.000Z';

const aRule = (override: Partial<RuleDefinition> = {}): RuleDefinition => ({
  name: 'Cheapest',
  description: null,
  priority: 1,
  conditions: null,
  actions: { select_service: { strategy: 'cheapest' } },
  conditionsExtensions: null,
  actionsExtensions: null,
  condition: null,
  furtherActions: [],
  metadata: {},
  templateSlug: null,
  ...override,
});

const append = async (org: string, id: string, event: RuleEvent, expected: number | 'no-stream') => {
  const metadata = { org, actor: 'key_1', $correlationId: 'c', $causationId: 'c', schema: 1 } as const;
  return store.append(streams.rule(id), [{ ...event, id: randomUUID(), metadata }], expected);
};

/** Puts a rule in the log, as the write side does; gives its id and where the log then stands. */
const create = async (org: string, override: Partial<RuleDefinition> = {}) => {
  const id = newId('rule');
  const definition = aRule(override);
  const { position } = await append(
    org,
    id,
    { type: 'RuleCreated', data: { id, slug: id, isActive: true, definition, at } },
    'no-stream',
  );
  return { id, seen: String(position) };
};

const aRate = (id: string, total_charge: number, over: object = {}) => ({
  id,
  carrier_name: 'ups',
  carrier_id: 'ups-main',
  service: `ups_${id}`,
  currency: 'USD',
  total_charge,
  transit_days: 3,
  ...over,
});
const facts = (over: object = {}) => ({
  shipment: { recipient: { country_code: 'US' }, parcels: [{ weight: 2, weight_unit: 'lb' }] },
  rates: [aRate('dear', 30, { transit_days: 1 }), aRate('cheap', 10)],
  ...over,
});

const aCommand = (org: string, name: CommandName, payload: object, over: Partial<Command> = {}): Command => ({
  id: newId('command'),
  name,
  org,
  actor: 'key_1',
  issuedAt: new Date().toISOString(),
  expiresAt: new Date(Date.now() + 30_000).toISOString(),
  payload: JSON.parse(JSON.stringify(payload)),
  ...over,
});
const select = (org: string, seen?: string, over: object = {}, decisionId = newId('decision')) =>
  bus.command(
    aCommand(org, 'select_rate', { decisionId, testMode: false, facts: facts(over) }, seen ? { seen } : {}),
    20_000,
  );
const resultOf = (reply: CommandReply) => {
  if ('rejected' in reply) throw new Error(JSON.stringify(reply));
  return reply.accepted.result as { id: string };
};
/** `seen` is up to where its asker has seen changes of the rules. */
const ask = (org: string, name: QuestionName, payload: object, seen?: string) => {
  const question = { name, org, payload: JSON.parse(JSON.stringify(payload)) };
  return bus.question('rules', seen ? { ...question, seen: { rules: seen } } : question, 20_000);
};

describe('a rate selection', () => {
  it('is decided by the rules that its asker has seen, and is in the log when it is answered', async () => {
    const org = 'org_select';
    await create(org, { priority: 9, conditions: { destination: { country_code: 'CA' } } });
    const { seen, id: rule } = await create(org);
    const result = resultOf(await select(org, seen));
    expect(result).toMatchObject({
      outcome: 'selected',
      selected_rate: { id: 'cheap' },
      rule_activity: { rule, rules: [{ rule, selection: 'made' }], rules_evaluated: 2 },
    });

    const [event] = await store.read(streams.decision(result.id));
    if (!event || !isRateDecided(event)) throw new Error('no decision');
    expect(event).toMatchObject({
      type: 'RateSelected',
      metadata: { org, actor: 'key_1' },
      data: {
        facts: { json: { rates: [{ id: 'dear' }, { id: 'cheap' }] } },
        rate: { total_charge: 10 },
        trace: { json: { rules: [{ rule }], rulesEvaluated: 2 } },
      },
    });
    const [sealed] = await store.read(streams.ruleset(event.data.ruleSetHash));
    expect(sealed).toMatchObject({
      type: 'RuleSetSealed',
      data: { ruleSet: { json: { rules: [{}, { id: rule }] } } },
    });

    const changed = aRule({ actions: { select_service: { strategy: 'fastest' } } });
    const { position } = await append(
      org,
      rule,
      { type: 'RuleRevised', data: { definition: changed, at } },
      0,
    );
    expect(resultOf(await select(org, String(position)))).toMatchObject({ selected_rate: { id: 'dear' } });
  });

  it('is decided once under an id, whatever the rules became in between', async () => {
    const org = 'org_once';
    const first = await create(org);
    const id = newId('decision');
    const before = resultOf(await select(org, first.seen, {}, id));
    const second = await create(org, { priority: 9, actions: { select_service: { strategy: 'fastest' } } });
    expect(resultOf(await select(org, second.seen, {}, id))).toEqual(before);
    const many = await Promise.all(Array.from({ length: 8 }, () => select(org, second.seen, {}, `${id}0`)));
    expect(new Set(many.map((reply) => JSON.stringify(reply))).size).toBe(1);
    expect(await store.read(streams.decision(`${id}0`))).toHaveLength(1);
  });

  it('says why nothing was selected, by the names of the rules', async () => {
    const org = 'org_none';
    const { seen } = await create(org, { name: 'No UPS', actions: { block_service: true } });
    expect(resultOf(await select(org, seen))).toMatchObject({
      outcome: 'none',
      selected_rate: null,
      reason: 'all_set_aside',
      message: expect.stringContaining('No UPS'),
    });
    expect(resultOf(await select('org_without_rules'))).toMatchObject({ reason: 'no_rule_selects' });
  });

  it('is refused with the path of what is wrong in it, and then nothing is recorded', async () => {
    const id = newId('decision');
    const reply = await select('org_refused', undefined, { rates: [{ id: 'x' }] }, id);
    expect(reply).toMatchObject({
      rejected: { code: 'invalid', errors: [{ field: 'rates.0.carrier_name' }] },
    });
    expect(await store.read(streams.decision(id))).toEqual([]);
  });

  it('keeps facts over 64 KiB beside it, and answers as ever', async () => {
    const org = 'org_large';
    const { seen } = await create(org);
    const rates = Array.from({ length: 400 }, (_, index) =>
      aRate(`r${index}`, 500 - index, { meta: { note: 'x'.repeat(200) } }),
    );
    const result = resultOf(await select(org, seen, { rates }));
    expect(result).toMatchObject({ selected_rate: { id: 'r399' } });
    const [event] = await store.read(streams.decision(result.id));
    expect(event?.data).toMatchObject({ facts: { blob: expect.any(String) } });
  });
});

describe('a held decision', () => {
  it('waits for a person, who settles it once with one of its rates', async () => {
    const org = 'org_held';
    await create(org);
    const { seen } = await create(org, {
      actions: null,
      furtherActions: [{ type: 'hold', reason: 'Worth a look.' }],
    });
    const held = resultOf(await select(org, seen));
    expect(held).toMatchObject({
      outcome: 'held',
      selected_rate: { id: 'cheap' },
      message: expect.stringContaining('Worth a look.'),
    });
    const settle = (rateId: string | null, over: Partial<Command> = {}) =>
      bus.command(aCommand(org, 'settle_rate_decision', { id: held.id, rateId }, over), 20_000);
    expect(await settle('other')).toMatchObject({ rejected: { errors: [{ field: 'rate_id' }] } });
    const mine = newId('command');
    expect(await settle('dear', { id: mine })).toHaveProperty('accepted');
    expect(await settle('dear', { id: mine })).toHaveProperty('accepted');
    expect(await settle('cheap')).toMatchObject({
      rejected: { errors: [{ messages: [expect.stringContaining('dear')] }] },
    });
    const events = await store.read(streams.decision(held.id));
    expect(events.map(({ type }) => type)).toEqual(['RateHeld', 'RateDecisionSettled']);
    // Asked again, by its asker or by its run, it is what the person made of it.
    const settled = {
      outcome: 'selected',
      selected_rate: { id: 'dear' },
      settled: { rate_id: 'dear', by: 'key_1' },
    };
    expect(resultOf(await select(org, seen, {}, held.id))).toMatchObject(settled);
    expect(await ask(org, 'rate_decision', { id: held.id })).toMatchObject({ answered: settled });
    expect(await ask('org_other', 'rate_decision', { id: held.id })).toHaveProperty('rejected');
  });

  it('is settled with the proposed rate where no other is named, and with none where that is said', async () => {
    const org = 'org_released';
    await create(org);
    const { seen } = await create(org, {
      actions: null,
      furtherActions: [{ type: 'hold', reason: 'Look.' }],
    });
    const settled = async (choice: object, over: object = {}) => {
      const { id } = resultOf(await select(org, seen, over));
      const reply = await bus.command(aCommand(org, 'settle_rate_decision', { id, ...choice }), 20_000);
      return 'rejected' in reply ? reply : ask(org, 'rate_decision', { id });
    };
    expect(await settled({})).toMatchObject({
      answered: { outcome: 'selected', selected_rate: { id: 'cheap' } },
    });
    expect(await settled({ rateId: null, note: 'Too dear' })).toMatchObject({
      answered: {
        outcome: 'none',
        selected_rate: null,
        reason: 'settled',
        message: 'key_1 settled it with no rate: Too dear',
      },
    });
    expect(await settled({}, { rates: [] })).toMatchObject({
      rejected: {
        errors: [{ field: 'rate_id', messages: [expect.stringContaining('No rate is proposed')] }],
      },
    });
  });
});

describe('another organisation', () => {
  it('neither has the rules nor sees or settles the decisions', async () => {
    const { seen, id } = await create('org_mine');
    const mine = resultOf(await select('org_mine', seen));
    expect(resultOf(await select('org_theirs', seen))).toMatchObject({ outcome: 'none' });
    expect(await select('org_theirs', seen, {}, mine.id)).toMatchObject({
      rejected: { code: 'already-exists' },
    });
    expect(
      await bus.command(
        aCommand('org_theirs', 'settle_rate_decision', { id: mine.id, rateId: null }),
        20_000,
      ),
    ).toMatchObject({
      rejected: { code: 'not-found' },
    });
    expect(await ask('org_theirs', 'rule_versions', { id })).toMatchObject({
      rejected: { code: 'not-found' },
    });
  });
});

describe('the rules of another time', () => {
  it('are read from the log, each rule and all of them, as of a position', async () => {
    const org = 'org_history';
    const first = await create(org, { name: 'First' });
    const second = await create(org, { name: 'Second', priority: 5 });
    const deleted = await append(org, first.id, { type: 'RuleDeleted', data: { at } }, 0);
    const seen = String(deleted.position);
    const now = await ask(org, 'rule_set', {}, seen);
    const then = await ask(org, 'rule_set', { position: second.seen }, seen);
    const before = await ask(org, 'rule_set', { position: first.seen }, seen);
    const names = (answer: unknown) =>
      (answer as { answered: { rules: { definition: { name: string } }[] } }).answered.rules.map(
        ({ definition }) => definition.name,
      );
    expect([names(now), names(then), names(before)]).toEqual([['Second'], ['Second', 'First'], ['First']]);
    const versions = await ask(org, 'rule_versions', { id: first.id });
    expect(versions).toMatchObject({
      answered: [
        { version: 2, change: 'RuleDeleted' },
        { version: 1, rule: { definition: { name: 'First' } } },
      ],
    });
    expect(await ask(org, 'rule_set_versions', { first: 2 }, seen)).toMatchObject({
      answered: [
        { change: 'RuleDeleted', ruleId: first.id },
        { change: 'RuleCreated', ruleId: second.id },
      ],
    });
  });
});

describe('a simulation', () => {
  it('tries live rules or a draft, says what each rule did, and records nothing', async () => {
    const org = 'org_simulated';
    const { seen, id } = await create(org);
    const live = await ask(org, 'simulate_rules', { facts: facts() }, seen);
    expect(live).toMatchObject({
      answered: {
        decision: { rate: 'cheap', rule: id },
        trace: { rules: [{ rule: id, selection: 'made' }] },
      },
    });
    const draft = [{ id, name: 'Faster', actions: { select_service: { strategy: 'fastest' } } }];
    expect(await ask(org, 'simulate_rules', { facts: facts(), draft }, seen)).toMatchObject({
      answered: { decision: { rate: 'dear' } },
    });
    expect(await ask(org, 'simulate_rules', { facts: facts(), draft: [{ name: 'Idle' }] })).toMatchObject({
      rejected: { errors: [{ field: 'draft.0.actions' }] },
    });
  });
});

describe('a selection that is only tried', () => {
  it('is answered as it would be, and is not recorded', async () => {
    const org = 'org_previewed';
    const { seen, id: rule } = await create(org);
    expect(await ask(org, 'preview_selection', { facts: facts() }, seen)).toMatchObject({
      answered: { id: null, outcome: 'selected', selected_rate: { id: 'cheap' }, rule_activity: { rule } },
    });
    expect(await ask(org, 'preview_selection', { facts: { shipment: {}, rates: 'none' } })).toMatchObject({
      rejected: { errors: [{ field: 'rates' }] },
    });
  });
});

describe('notifications of a rule', () => {
  it('ask for their workflows once, whoever was killed, and say what came of it', async () => {
    const org = 'org_notified';
    const asked: Command[] = [];
    await using _ = bus.consume({
      stream: jetStreams.commands,
      durable: 'command',
      subject: subjects.command,
      filter: subjects.command.matching({ service: 'command' }),
      ackWaitMs: 30_000,
      concurrency: 1,
      handle: async (command) => {
        asked.push(command);
        // The first reply is lost, as by a crash: whoever asked asks again for the same run.
        if (asked.length === 1 || command.replyTo === undefined) return;
        const { runId: id } = command.payload as { runId: string };
        bus.publish(command.replyTo, { accepted: { id, position: '1' } });
      },
    });
    const { seen } = await create(org, {
      furtherActions: [{ type: 'notify', workflow: 'tell_sales', parameters: { level: 'high' } }],
    });
    const result = resultOf(await select(org, seen));
    const notified = await eventually('what came of it is recorded', async () =>
      (await store.read(streams.decision(result.id))).find(({ type }) => type === 'RateNotified'),
    );
    expect(new Set(asked.map(({ payload }) => JSON.stringify(payload))).size).toBe(1);
    expect(asked[0]).toMatchObject({
      org,
      name: 'request_run',
      payload: {
        workflowId: 'tell_sales',
        eventType: 'auto',
        parameters: { level: 'high', decision_id: result.id },
      },
    });
    const runs = asked.map(({ payload }) => (payload as { runId: string }).runId);
    expect(notified?.data).toMatchObject({ outcomes: [{ runId: runs[0] }] });
  });
});

describe('an explanation', () => {
  it('says why a rate was selected by the rules of then, and what would have selected another', async () => {
    const org = 'org_explained';
    const { seen, id } = await create(org);
    const { id: decision } = resultOf(await select(org, seen));
    await append(org, id, { type: 'RuleDeleted', data: { at } }, 0);
    const explained = await ask(org, 'explain_decision', { id: decision });
    expect(explained).toMatchObject({
      answered: {
        decision: { rate: 'cheap', rule: id },
        rates: [
          { rate: 'dear', standing: 'outranked', changes: [{ says: expect.any(String) }] },
          { standing: 'selected' },
        ],
        conditions: [{ rule: id }],
      },
    });
    expect(await ask('org_other', 'explain_decision', { id: decision })).toHaveProperty('rejected');
  });

  it('finds a rule that another one leaves nothing to', async () => {
    const org = 'org_analysed';
    await create(org, { priority: 9 });
    const { id, seen } = await create(org, { actions: { select_service: { strategy: 'fastest' } } });
    const found = await ask(org, 'analyse_rules', { ruleId: id }, seen);
    expect(found).toMatchObject({ answered: [{ rule: id, kind: 'shadowed', reason: expect.any(String) }] });
  });
});

/** What the projection makes of a decision. */
const project = async (org: string, id: string, createdAt: string) => {
  const [event] = await store.read(streams.decision(id));
  if (!event || !isRateDecided(event)) throw new Error('no decision');
  const { decision, facts: stored, trace, ruleSetHash } = event.data;
  const row: RateDecisionRow = {
    id,
    org_id: org,
    outcome: decision.outcome,
    message: null,
    rate: null,
    rule_id: decision.rule,
    rule_set_hash: ruleSetHash,
    facts: stored,
    decision,
    trace,
    notified: null,
    settled: null,
    run_id: null,
    test_mode: false,
    actor: 'a',
    created_at: createdAt,
    updated_at: createdAt,
    revision: 0,
  };
  await db.insertInto('rate_decision').values(row).execute();
};

describe('a backtest', () => {
  const period = {
    from: '2026-11-01T00:00:00.000Z',
    to: '2026-12-01T00:00:00.000Z',
    testMode: false,
    actor: 'key_1',
  };

  const resultOfTest = (org: string, id: string) =>
    eventually('the backtest is over', async () => {
      const answer = await ask(org, 'backtest', { id });
      const { status, result } = (answer as { answered: { status: string; result: object } }).answered;
      return status === 'running' ? undefined : { status, result };
    });

  it('flips nothing by the live rules, says what a draft flips, and counts the period of its organisation alone', async () => {
    const org = 'org_tested';
    const { seen, id: rule } = await create(org);
    for (const [day, owner] of [
      ['10', org],
      ['20', org],
      ['20', 'org_strange'],
    ] as const) {
      const { id } = resultOf(await select(org, seen));
      await project(owner, id, `2026-11-${day}T12:00:00.000Z`);
    }
    const { id: later } = resultOf(await select(org, seen));
    await project(org, later, period.to);
    const live = newId('backtest');
    await ask(org, 'start_backtest', { ...period, backtestId: live }, seen);
    expect(await resultOfTest(org, live)).toMatchObject({
      status: 'finished',
      result: { decisions: 2, flips: 0 },
    });

    const drafted = newId('backtest');
    const draft = [{ id: rule, name: 'Faster', actions: { select_service: { strategy: 'fastest' } } }];
    const asked = { ...period, backtestId: drafted, draft };
    await Promise.all([ask(org, 'start_backtest', asked, seen), ask(org, 'start_backtest', asked, seen)]);
    expect(await resultOfTest(org, drafted)).toMatchObject({
      result: {
        decisions: 2,
        flips: 2,
        cost: { USD: { difference: '40' } },
        transitDays: { difference: -4 },
      },
    });
    expect(await ask('org_strange', 'backtest', { id: drafted })).toHaveProperty('rejected');
  });
});

describe('a backtest whose process has died', () => {
  /** Begun by a process that wrote so much of its stream and is no more. */
  const abandoned = async (org: string, ruleSetHash: string, deaths: number, soFar?: BacktestSoFar) => {
    const id = newId('backtest');
    const period = { from: '2026-11-01T00:00:00.000Z', to: '2026-12-01T00:00:00.000Z', testMode: false };
    const events: readonly BacktestEvent[] = [
      { type: 'BacktestStarted', data: { ruleSetHash, ...period, at } },
      ...Array.from({ length: deaths - 1 }, () => ({ type: 'BacktestResumed', data: { at } }) as const),
      { type: 'BacktestProgressed', data: { done: 1, total: 9, ...(soFar && { soFar }), at } },
    ];
    const metadata = { org, actor: 'key_1', $correlationId: id, $causationId: id, schema: 1 } as const;
    const news = events.map((event) => ({ ...event, id: randomUUID(), metadata }));
    await store.append(streams.backtest(id), news, 'no-stream');
    return id;
  };
  const endOf = (org: string, id: string) =>
    eventually(
      'the backtest is over',
      async () => {
        const { answered } = (await ask(org, 'backtest', { id })) as { answered: { status: string } };
        return answered.status !== 'running' && answered;
      },
      30_000,
    );

  it('is gone on with by another, and has failed with a reason when it ended too many', async () => {
    const org = 'org_abandoned';
    const { seen } = await create(org);
    const [before, after] = [resultOf(await select(org, seen)), resultOf(await select(org, seen))];
    const [decided] = await store.read(streams.decision(before.id));
    if (!decided || !isRateDecided(decided)) throw new Error('no decision');
    const { ruleSetHash } = decided.data;
    await project(org, before.id, '2026-11-10T12:00:00.000Z');
    await project(org, after.id, '2026-11-20T12:00:00.000Z');
    const soFar = {
      result: { json: JSON.parse(JSON.stringify({ ...nothingTested, decisions: 7 })) },
      done: 7,
      next: { at: '2026-11-15T00:00:00.000Z', id: '' },
    };
    const once = await abandoned(org, ruleSetHash, 1);
    const kept = await abandoned(org, ruleSetHash, 1, soFar);
    const often = await abandoned(org, ruleSetHash, 4);
    expect(await endOf(org, once)).toMatchObject({ status: 'finished', result: { decisions: 2 } });
    expect(await endOf(org, kept)).toMatchObject({ status: 'finished', result: { decisions: 8 } });
    expect((await store.read(streams.backtest(once))).map(({ type }) => type)).toContain('BacktestResumed');
    expect(await endOf(org, often)).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('interrupted 4 times'),
    });
  });
});

describe('a rules service that is killed', () => {
  it('loses no decision and makes none twice: asked again, each is answered as it was recorded', async () => {
    const org = 'org_killed';
    const { seen } = await create(org);
    await using first = await startService('rules', env);
    const ids = Array.from({ length: 60 }, () => newId('decision'));
    const answers = ids.map((id) => select(org, seen, {}, id).catch(() => undefined));
    await Promise.any(answers);
    await first.kill();
    await Promise.all(answers);
    for (const id of ids) {
      const { id: decided } = resultOf(await select(org, seen, {}, id));
      expect(decided).toBe(id);
      expect(await store.read(streams.decision(id))).toHaveLength(1);
    }
  });
});

// The last one: what it begins takes the threads of those before.
describe('backtests of one organisation', () => {
  it('are so many at once, so that nobody fills the log with waiting ones', async () => {
    const org = 'org_eager';
    const { seen } = await create(org);
    const period = { from: '2026-11-01T00:00:00.000Z', to: '2026-12-01T00:00:00.000Z', testMode: false };
    const start = (backtestId: string) =>
      ask(org, 'start_backtest', { ...period, backtestId, actor: 'key_1' }, seen);
    const answers = await Promise.all(Array.from({ length: 16 }, () => start(newId('backtest'))));
    const refused = answers.filter((answer) => 'rejected' in answer);
    expect(refused.length).toBeGreaterThanOrEqual(1);
    expect(refused[0]).toMatchObject({ rejected: { code: 'backlog-full' } });
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(5);
  });
});
