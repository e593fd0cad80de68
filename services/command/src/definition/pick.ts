/** Absent keeps what is, null clears it. */
export const pick = <T>(given: T | null | undefined, known: T | null): T | null =>
  given === undefined ? known : given;
