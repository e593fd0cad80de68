import type { ProvidedContext } from 'vitest';

declare module 'vitest' {
  export interface ProvidedContext {
    /** With the right to make databases. */
    postgresUrl: string;
    natsUrl: string;
  }
}

/** What the setup of this vitest run has started. Only here is vitest loaded: a benchmark runs without it. */
export const provided = async <K extends keyof ProvidedContext>(key: K): Promise<ProvidedContext[K]> => {
  const { inject } = await import('vitest');
  return inject(key);
};
