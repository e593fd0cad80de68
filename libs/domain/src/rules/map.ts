import type { Json, JsonObject } from '../json.ts';

/** An object with members, of JSON or of what nobody has looked at yet. */
export const isMap: {
  (value: Json | undefined): value is JsonObject;
  (value: unknown): value is Readonly<Record<string, unknown>>;
} = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
