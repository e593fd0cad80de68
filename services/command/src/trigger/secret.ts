import type { CommandPayload, InlineTrigger, SealedGiven } from '@karrio/contracts';
import { refusal, type ShownSecret, type TriggerDefinition } from '@karrio/domain';
import type { OrgCatalog } from '../catalog/catalog.ts';
import { refused, type Issue, type Outline } from '../definition/change.ts';

type Secret = Pick<TriggerDefinition, 'sealedSecret' | 'shownSecret' | 'formerSecret'>;

const none: Secret = { sealedSecret: null, shownSecret: null, formerSecret: null };

/** Absent keeps what is, null takes it away. Another one is good at once, and alone: it may be that the old one leaked. */
export const secretOf = (given: InlineTrigger['sealedSecret'], before: Secret, at: string): Secret => {
  if (given === null) return none;
  const { sealedSecret, shownSecret, formerSecret } = before;
  if (given === undefined) return { sealedSecret, shownSecret, formerSecret };
  const isSame = shownSecret?.fingerprint === given.fingerprint;
  return { ...sealedAs(given, shownSecret, at), formerSecret: isSame ? formerSecret : null };
};

const sealedAs = ({ sealed, fingerprint }: SealedGiven, known: ShownSecret | null, at: string) => ({
  sealedSecret: sealed,
  shownSecret: {
    fingerprint,
    changedAt: known?.fingerprint === fingerprint ? known.changedAt : at,
  },
});

const keepFormerMs = 86_400_000;

/** Another secret, beside which the one before stays good for a while: no delivery is refused meanwhile. */
export const outlineRotateSecret = (
  catalog: OrgCatalog,
  { id, sealedSecret: given, keepFormerMs: keepMs = keepFormerMs }: CommandPayload<'rotate_trigger_secret'>,
  issue: Issue,
): Outline => {
  const known = catalog.trigger(id);
  if (known?.state.status !== 'live')
    return refused(refusal('not-found', 'id', `No trigger has the id ${id}.`));
  const { definition } = known.state;
  const { sealedSecret, shownSecret } = definition;
  if (sealedSecret === null) {
    const message = 'The trigger has no secret yet; give it one with update_workflow_trigger.';
    return refused(refusal('invalid', 'id', message));
  }
  if (shownSecret?.fingerprint === given.fingerprint) {
    return refused(
      refusal('invalid', 'secret', 'This is the secret that the trigger has; give another one.'),
    );
  }
  const until = new Date(Date.parse(issue.at) + keepMs).toISOString();
  const rotated: TriggerDefinition = {
    ...definition,
    ...sealedAs(given, null, issue.at),
    formerSecret:
      keepMs === 0 ? null : { sealed: sealedSecret, fingerprint: shownSecret?.fingerprint ?? null, until },
  };
  const command = { type: 'ReviseTrigger', definition: rotated, at: issue.at } as const;
  return { id, changes: [{ kind: 'trigger', id, command }] };
};
