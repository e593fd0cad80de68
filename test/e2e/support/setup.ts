import type { TestProject } from 'vitest/node';
import { startStack, type Address } from './stack.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** For all stories that break nothing. */
    stack: Address;
  }
}

/** One stack for the whole run: a start takes five seconds. */
export const setup = async (project: TestProject): Promise<() => PromiseLike<void>> => {
  const stack = await startStack();
  const { gateway, apiKey, nats, eventstore } = stack;
  project.provide('stack', { gateway, apiKey, nats, eventstore });
  return () => stack[Symbol.asyncDispose]();
};
