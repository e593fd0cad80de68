import { derivedId, idPrefixes } from '@karrio/contracts';

/**
 * The id of a record says whose it is, so that it is found without being stored: the run's id, and what tells it
 * apart within the run. The same fact has the same id.
 */
export const recordIdOf = (runId: string, ...parts: readonly string[]): string =>
  `${idPrefixes.trace}${runId.slice(idPrefixes.run.length)}${derivedId('trace', runId, ...parts).slice(-16)}`;

const shape = /^trace_(\w+)[0-9a-f]{16}$/;

/** The run that a record with this id would be of. */
export const runOfRecordId = (id: string): string | undefined => {
  const run = shape.exec(id)?.[1];
  return run && idPrefixes.run + run;
};
