import type { Call } from './call.ts';

const unitMs: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

/** When the client gives up, from its `grpc-timeout` header. */
export const deadlineOf = ({ headers }: Call, nowMs: number) => {
  const [, digits, unit = ''] = /^(\d{1,8})([HMSmun])$/.exec(String(headers['grpc-timeout'])) ?? [];
  const factor = unitMs[unit];
  return digits === undefined || factor === undefined
    ? Number.POSITIVE_INFINITY
    : nowMs + Number(digits) * factor;
};
