import {
  isAuditCommand,
  isDecisionCommand,
  isRuleCommand,
  isRunCommand,
  isUserCommand,
  type CommandName,
} from '@karrio/contracts';
import { LRUCache } from 'lru-cache';

const orgsMax = 10_000;

/** Up to where each organisation has seen its own writes: what it asks next is decided on nothing older. */
export const createSeen = () => {
  const definitions = new LRUCache<string, bigint>({ max: orgsMax });
  const rules = new LRUCache<string, bigint>({ max: orgsMax });
  const raise = (known: LRUCache<string, bigint>, org: string, position: bigint) => {
    if (position > (known.get(org) ?? -1n)) known.set(org, position);
  };
  const rulesOf = (org: string) => rules.get(org)?.toString();
  return {
    note: (name: CommandName, org: string, position: bigint): void => {
      if (changesNoDefinition(name)) return;
      raise(definitions, org, position);
      if (isRuleCommand(name)) raise(rules, org, position);
    },
    /** What a command of this name has to wait for. */
    before: (name: CommandName, org: string): string | undefined =>
      isDecisionCommand(name) ? rulesOf(org) : definitions.get(org)?.toString(),
    /** Of the rules alone: their follower hears of nothing else. */
    rulesOf,
  };
};
/** The write side's followers never come to the position of one of these: who waited for it would wait in vain. */
const changesNoDefinition = (name: CommandName): boolean =>
  isRunCommand(name) ||
  isDecisionCommand(name) ||
  isUserCommand(name) ||
  isAuditCommand(name) ||
  // An organisation's command, and what it writes is in the user's stream.
  name === 'reset_member_password';

export type Seen = ReturnType<typeof createSeen>;
