import { sealAction, type ActionInput } from './seal-action.ts';
import { sealTrigger } from './seal-trigger.ts';
import type { Sealing } from './sealing.ts';

type WorkflowInput = Readonly<{
  trigger?: Readonly<{ secret?: string | null | undefined }> | null | undefined;
  actions?: readonly ActionInput[] | null | undefined;
}>;

export const sealWorkflow = async (
  sealing: Sealing,
  { trigger, actions, ...input }: WorkflowInput,
): Promise<object> => ({
  ...input,
  ...(trigger ? { trigger: await sealTrigger(sealing, trigger) } : {}),
  ...(actions
    ? {
        actions: await Promise.all(
          actions.map((action, index) => sealAction(sealing, action, `actions[${index}].`)),
        ),
      }
    : {}),
});
