import { questionPayloads, type Answer, type Question } from '@karrio/contracts';
import { analyseRuleSet, decide } from '@karrio/domain';
import { readBacktest } from '../backtest/read-backtest.ts';
import { beginBacktest, type BacktestPorts } from '../backtest/start-backtest.ts';
import { decidedEvent } from '../decision/decided-event.ts';
import { decisionView } from '../decision/decision-view.ts';
import { asJson } from '../decision/json.ts';
import { noDecision, refused, rejected } from '../decision/reply.ts';
import { readDecision, readFacts, viewOf } from '../decision/select-rate.ts';
import { explainRecorded } from '../explain/explain-recorded.ts';
import type { RuleFollower } from '../rule-book/follow-rules.ts';
import { liveRulesOf } from '../rule-book/rule-book.ts';
import { laidOver } from './laid-over.ts';
import { rulesAsOf, versionsOf } from './rule-history.ts';

export type QuestionPorts = BacktestPorts & Readonly<{ caughtUpTo: RuleFollower['caughtUpTo'] }>;

/** What can be asked of the rules; to answer changes nothing. */
export const answerQuestion = async (
  ports: QuestionPorts,
  { name, org, payload, seen }: Question,
): Promise<Answer> => {
  const { error } = questionPayloads[name].safeParse(payload);
  const [issue] = error?.issues ?? [];
  if (issue) return rejected('invalid', issue.path.join('.') || 'payload', issue.message);
  if (seen?.rules !== undefined) await ports.caughtUpTo(BigInt(seen.rules));
  switch (name) {
    case 'simulate_rules':
      return simulate(ports, org, questionPayloads.simulate_rules.parse(payload));
    case 'preview_selection':
      return preview(ports, org, questionPayloads.preview_selection.parse(payload));
    case 'rate_decision':
      return recorded(ports, org, questionPayloads.rate_decision.parse(payload).id);
    case 'rule_versions': {
      const { id } = questionPayloads.rule_versions.parse(payload);
      const versions = await versionsOf(ports.store, org, id);
      return versions ? { answered: asJson(versions) } : noRule(id);
    }
    case 'rule_set': {
      const { position, at } = questionPayloads.rule_set.parse(payload);
      const asOf = { at, position: position === undefined ? undefined : BigInt(position) };
      return { answered: asJson(await rulesAsOf(ports.store, ports.book, org, asOf)) };
    }
    case 'rule_set_versions': {
      const { first } = questionPayloads.rule_set_versions.parse(payload);
      return { answered: asJson(ports.book.changes(org, first)) };
    }
    case 'explain_decision':
      return explainRecorded(ports, org, questionPayloads.explain_decision.parse(payload).id);
    case 'analyse_rules':
      return analyse(ports, org, questionPayloads.analyse_rules.parse(payload));
    case 'start_backtest':
      return beginBacktest(ports, org, questionPayloads.start_backtest.parse(payload));
    case 'backtest': {
      const { id } = questionPayloads.backtest.parse(payload);
      return readBacktest(ports.store, org, id);
    }
    default:
      return rejected('invalid', 'name', `The rules service is not asked for ${name}.`);
  }
};

/** What is found about the live rules; or, with the id of one, about that one, active or not. */
const analyse = ({ book }: QuestionPorts, org: string, { ruleId }: Asked<'analyse_rules'>): Answer => {
  const rules = book.rules(org).map((rule) => (rule.id === ruleId ? { ...rule, isActive: true } : rule));
  return { answered: asJson(analyseRuleSet(liveRulesOf(rules).ruleSet, ruleId)) };
};

const noRule = (id: string): Answer =>
  rejected('not-found', 'id', `No shipping rule has the id ${id}; the shipping_rules query lists them.`);

type Asked<N extends keyof typeof questionPayloads> = ReturnType<(typeof questionPayloads)[N]['parse']>;

const recorded = async ({ store }: QuestionPorts, org: string, id: string): Promise<Answer> => {
  const found = await readDecision(store, id, org);
  return found ? { answered: asJson(await viewOf(store, id, found)) } : noDecision(id);
};

/** What a selection would be answered, without recording it. */
const preview = (
  { book, now }: QuestionPorts,
  org: string,
  { facts: given }: Asked<'preview_selection'>,
): Answer => {
  const at = new Date(now()).toISOString();
  const facts = readFacts(given, at);
  if ('refused' in facts) return refused(facts.refused);
  const { hash: ruleSetHash, compiled } = book.live(org);
  const decided = decide(compiled, facts.read);
  const stored = { facts: { json: null }, trace: { json: null } };
  const event = decidedEvent(null, decided, facts.read, { ...stored, ruleSetHash, testMode: true, at });
  return { answered: asJson(decisionView(null, event, decided.trace)) };
};

/** Decides by the live rules or a draft, and tells everything about it. */
const simulate = (
  { book, now }: QuestionPorts,
  org: string,
  { facts: given, draft, isWhole }: Asked<'simulate_rules'>,
): Answer => {
  const facts = readFacts(given, new Date(now()).toISOString());
  if ('refused' in facts) return refused(facts.refused);
  const tried =
    draft === undefined ? { rules: book.live(org) } : laidOver(book.rules(org), { draft, isWhole });
  if ('refused' in tried) return refused(tried.refused);
  const { hash, compiled, refused: unreadable } = tried.rules;
  return { answered: asJson({ rule_set: hash, unreadable, ...decide(compiled, facts.read) }) };
};
