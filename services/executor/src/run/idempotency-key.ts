/** The same for every attempt, and different for every run and action. */
export const idempotencyKeyOf = (runId: string, slug: string): string => `${runId}-${slug}`;
