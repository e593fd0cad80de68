export type RestartPolicy = Readonly<{ firstDelayMs: number; delayMsMax: number; steadyMs: number }>;

/** Fast enough that one crash goes unnoticed, slow enough that a part which cannot start costs no CPU. */
export const restartPolicy: RestartPolicy = { firstDelayMs: 100, delayMsMax: 30_000, steadyMs: 10_000 };

export type Restart = Readonly<{ failures: number; delayMs: number }>;

/**
 * When to start a part again that ended after `ranMs`; 0 when it never became ready. `failures` counts the
 * ends in a row before this one: a part that ran well for `steadyMs` begins anew.
 */
export const nextRestart = (policy: RestartPolicy, failures: number, ranMs: number): Restart => {
  const inARow = ranMs >= policy.steadyMs ? 1 : failures + 1;
  return {
    failures: inARow,
    delayMs: Math.min(policy.firstDelayMs * 2 ** (inARow - 1), policy.delayMsMax),
  };
};
