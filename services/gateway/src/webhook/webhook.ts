import type { TriggerType, WebhookPolicy } from '@karrio/domain';

/** A secret that a delivery may be signed with or show; `untilMs`: not from then on. */
export type WebhookSecret = Readonly<{ value: string; untilMs: number | null }>;

/** What is known of the workflow and the trigger behind a URL. */
export type Webhook = Readonly<{
  org: string;
  workflowId: string;
  isActive: boolean;
  /** Null where the workflow has no trigger. */
  triggerId: string | null;
  triggerType: TriggerType | null;
  isPaused: boolean;
  /** What it starts are test runs. */
  testMode: boolean;
  /** The name of the header that carries the secret. */
  secretKey: string | null;
  /** None: whoever knows the URL may send. */
  secrets: readonly WebhookSecret[];
  policy: WebhookPolicy;
}>;

/** The write side lets no secret be without its header; the name here is what the contract's clients propose. */
export const secretHeaderOf = ({ secretKey }: Pick<Webhook, 'secretKey'>): string =>
  secretKey ?? 'X-Webhook-Secret';
