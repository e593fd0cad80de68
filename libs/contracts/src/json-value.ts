import type { Json } from '@karrio/domain';
import { z } from 'zod';

/** What came out of JSON.parse is JSON: walking it again would only cost time. */
export const JsonValue = z.custom<Json>((value) => value !== undefined);
