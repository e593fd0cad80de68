import type { Json } from '@karrio/domain';

/** Plain data of ours: what zod and interfaces type more narrowly, or with optional members, is JSON all the same. */
// oxlint-disable-next-line typescript/consistent-type-assertions -- see above
export const asJson = (value: object) => value as unknown as Json & MutableJson;

type MutableJson = string | number | boolean | null | MutableJson[] | { [key: string]: MutableJson };
