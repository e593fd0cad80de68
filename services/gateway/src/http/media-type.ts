/** `application/json; charset=utf-8` → `application/json`. */
export const mediaTypeOf = (contentType: string | undefined): string =>
  (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';

/** `application/json; charset=utf-8` → `utf-8`. */
export const charsetOf = (contentType: string | undefined): string | undefined =>
  /charset="?([\w-]+)/i.exec(contentType ?? '')?.[1]?.toLowerCase();
