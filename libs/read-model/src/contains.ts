/** The pattern of `ilike` for text that contains this keyword, whatever wildcards the keyword has. */
export const contains = (keyword: string): string => `%${keyword.replace(/[\\%_]/g, '\\$&')}%`;
