import type { Json } from '@karrio/domain';

/** A report as it travels: what is undefined is left out. */
// oxlint-disable-next-line typescript/consistent-type-assertions -- what JSON.parse gives is JSON
export const asJson = (report: object): Json => JSON.parse(JSON.stringify(report)) as Json;
