/** Why a command on a definition was refused: `field` is the input's path, `message` says what to do about it. */
export type Refusal = Readonly<{ code: RefusalCode; field: string; message: string }>;

export type RefusalCode = 'not-found' | 'already-exists' | 'invalid' | 'inactive' | 'in-use' | 'forbidden';

export const refusal = (code: RefusalCode, field: string, message: string): Refusal => ({
  code,
  field,
  message,
});
