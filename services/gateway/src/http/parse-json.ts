import type { Json } from '@karrio/domain';
import { jsonFaultIn } from './json-fault.ts';

/** A text as JSON, or where it stops being that. */
export const parseJson = (text: string): { readonly value: Json } | { readonly fault: string } => {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-assignment -- what JSON.parse gives is JSON
    return { value: JSON.parse(text) };
  } catch {
    return { fault: jsonFaultIn(text) };
  }
};
