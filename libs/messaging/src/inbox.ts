import { createInbox, type Msg, type NatsConnection } from 'nats';

export type Inbox = Readonly<{
  /**
   * Sends what names `replyTo`, and resolves with the answer; undefined when none came in time.
   * Rejects with what `send` throws.
   */
  ask: (send: (replyTo: string) => void, timeoutMs: number) => Promise<Msg | undefined>;
}>;

/**
 * One subscription for all answers to this process. The client's own requests make an Error with its stack
 * for each call, answered or not: a fifth of the relay's CPU.
 */
export const openInbox = (connection: NatsConnection): Inbox => {
  const inbox = createInbox();
  // By a token of each call, not by command id: the same command may be awaited twice.
  const waiting = new Map<string, (answer: Msg) => void>();
  let calls = 0;
  connection.subscribe(`${inbox}.*`, {
    callback: (err, message) => {
      if (!err) waiting.get(message.subject.slice(inbox.length + 1))?.(message);
    },
  });
  return {
    ask: (send, timeoutMs) =>
      new Promise((resolve, reject) => {
        const token = (calls++).toString(36);
        const forget = () => {
          clearTimeout(timer);
          waiting.delete(token);
        };
        const timer = setTimeout(() => {
          forget();
          resolve(undefined);
        }, timeoutMs);
        waiting.set(token, (answer) => {
          forget();
          resolve(answer);
        });
        try {
          send(`${inbox}.${token}`);
        } catch (error) {
          forget();
          reject(error);
        }
      }),
  };
};

/** The server's answer to a request that nobody listens for (NATS protocol, "no responders"). */
export const isNobodyThere = (answer: Msg): boolean => answer.headers?.code === 503;
