import type { AllStreamSubscription, StreamSubscription } from '@eventstore/db-client';

type Event = Readonly<{ event?: Readonly<{ type: string; revision: bigint }> }>;

/** Everything that a subscription says, in order. */
export const listen = (subscription: AllStreamSubscription | StreamSubscription) => {
  const heard: string[] = [];
  subscription.on('confirmation', () => heard.push('confirmation'));
  subscription.on('caughtUp', () => heard.push('caught up'));
  subscription.on('error', (error) => heard.push('type' in error ? String(error.type) : error.message));
  subscription.on('data', ({ event }: Event) => {
    heard.push(`${event?.type ?? ''}@${String(event?.revision)}`);
  });
  return heard;
};
