/** What is known of a host's health. `openUntilMs`: it is given a rest, after which one request may try it. */
export type Circuit = Readonly<{ failures: number; openUntilMs: number | undefined; isProbed: boolean }>;

export type CircuitPolicy = Readonly<{ failuresMax: number; openMs: number }>;

export const closedCircuit: Circuit = { failures: 0, openUntilMs: undefined, isProbed: false };

/** While the one request is under way that tries whether the host is back, the others ask again this much later. */
const probeMs = 1_000;

export type Admission =
  | { readonly admitted: true; readonly circuit: Circuit }
  | { readonly admitted: false; readonly afterMs: number };

export const admit = (circuit: Circuit, nowMs: number): Admission => {
  if (circuit.openUntilMs === undefined) return { admitted: true, circuit };
  if (nowMs < circuit.openUntilMs) return { admitted: false, afterMs: circuit.openUntilMs - nowMs };
  return circuit.isProbed
    ? { admitted: false, afterMs: probeMs }
    : { admitted: true, circuit: { ...circuit, isProbed: true } };
};

/** `abandoned`: the request was given up on, which says nothing of the host. */
export type Health = 'well' | 'ill' | 'abandoned';

export const settle = (
  circuit: Circuit,
  health: Health,
  { failuresMax, openMs }: CircuitPolicy,
  nowMs: number,
): Circuit => {
  if (health === 'well') return closedCircuit;
  if (health === 'abandoned') return { ...circuit, isProbed: false };
  const failures = circuit.failures + 1;
  const isOpen = circuit.openUntilMs !== undefined;
  // What had left before the circuit opened fails late, and prolongs nothing.
  if (isOpen && !circuit.isProbed) return circuit;
  return failures >= failuresMax || isOpen
    ? { failures, openUntilMs: nowMs + openMs, isProbed: false }
    : { ...circuit, failures };
};
