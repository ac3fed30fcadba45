import * as z from 'zod';

/** An entry of an ACL as clients send it; everything else in it is output, and ignored. */
export const givenEntry = z.object({
  entity: z.string().nullish(),
  role: z.string().nullish(),
});
