import {
  isAuditCommand,
  isDecisionCommand,
  isRuleCommand,
  isRunCommand,
  isUserCommand,
  type CommandName,
  type Seen,
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
  const definitionsOf = (org: string) => definitions.get(org)?.toString();
  const rulesOf = (org: string) => rules.get(org)?.toString();
  return {
    note: (name: CommandName, org: string, position: bigint): void => {
      if (changesNoDefinition(name)) return;
      raise(definitions, org, position);
      if (isRuleCommand(name)) raise(rules, org, position);
    },
    /** What a command of this name has to wait for. */
    before: (name: CommandName, org: string): string | undefined =>
      isDecisionCommand(name) ? rulesOf(org) : definitionsOf(org),
    /** What a question has to wait for, wherever it is asked. */
    of: (org: string): Seen | undefined => {
      const ofDefinitions = definitionsOf(org);
      const ofRules = rulesOf(org);
      // A change of a rule is one of a definition.
      if (ofDefinitions === undefined) return undefined;
      return { definitions: ofDefinitions, ...(ofRules === undefined ? {} : { rules: ofRules }) };
    },
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

export type SeenChanges = ReturnType<typeof createSeen>;
