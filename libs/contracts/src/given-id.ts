import { z } from 'zod';

/** Twice what the longest id of ours has. A store cannot even be asked for a stream of a name without end. */
const lengthMax = 100;

/** The id of something that exists, as a caller gives it. */
export const GivenId = z
  .string()
  .max(lengthMax, `has more than ${lengthMax} characters, so it is the id of nothing; take it from a list`);
