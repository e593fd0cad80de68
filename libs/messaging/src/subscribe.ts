import type { Subject } from '@karrio/contracts';
import type { Logger } from '@karrio/telemetry';
import type { Msg, NatsConnection } from 'nats';

/** Core NATS: what is said now. A notice that cannot be read is logged and passed over. */
export const subscribe = <T>(
  connection: NatsConnection,
  log: Logger,
  { payload }: Subject<T>,
  filter: string,
  handle: (payload: T, message: Msg) => void,
  /** Of all processes that name the same queue, one gets each message. */
  queue?: string,
): Disposable => {
  const subscription = connection.subscribe(filter, {
    ...(queue === undefined ? {} : { queue }),
    callback: (err, message) => {
      const parsed = err ? undefined : parse(payload, message);
      if (parsed?.success) handle(parsed.data, message);
      else log.warn({ err: err ?? parsed?.error, filter }, 'unreadable notice');
    },
  });
  return { [Symbol.dispose]: () => subscription.unsubscribe() };
};

const parse = <T>(payload: Subject<T>['payload'], message: Msg) => {
  try {
    return payload.safeParse(message.json());
  } catch (error) {
    return { success: false, error } as const;
  }
};
