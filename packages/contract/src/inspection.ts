import * as z from 'zod';
import { attackClass, inspectedPlace } from './config/inspection.ts';

// A door of its own: the thread that counts what was inspected needs these schemas and none of the API's.
export { type AttackClassName, attackClass } from './config/inspection.ts';

/** What was found in one text of a request for one class of attack. */
export const threat = z.object({
  class: attackClass,
  place: inspectedPlace,
  /** The field, as exceptions name it. */
  name: z.string(),
  /** Layers of encoding around what was found. */
  layers: z.number(),
  /** Masked: the form of the attack, not the data around it. */
  evidence: z.string(),
  score: z.number(),
  features: z.array(z.object({ rule: z.string(), points: z.number() })),
  /** Id of the exception that let it pass. */
  excepted: z.string().nullable(),
});
export type Threat = z.output<typeof threat>;
