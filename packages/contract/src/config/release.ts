import * as z from 'zod';

export const releaseSchema = z.strictObject({
  /** Public keys (PEM, or `file:` and a path) of those who sign releases; one of them must have signed. */
  keys: z.array(z.string().min(1).max(4_096)).min(1).max(20),
  /** Least severity in the scan's result that holds a release back until two people have taken it in spite of that. Without a scan nothing passes but with `none`. */
  gate: z.enum(['critical', 'high', 'medium', 'none']).default('high'),
});
export type ReleaseConfig = z.output<typeof releaseSchema>;
