import * as z from 'zod';

/** Bodies of `/_menshen/v1/incidents`: what a person in the mini program noticed. Times are epoch milliseconds. */

/** What it looks like to whoever reports it; people who handle incidents decide what it is. */
export const incidentSigns = ['phishing', 'strange_login', 'lost_device', 'data_leak', 'odd_behaviour', 'other'] as const;

/** `POST incidents`. */
export const incidentReport = z.strictObject({
  sign: z.enum(incidentSigns).default('other'),
  text: z
    .string()
    .trim()
    .min(4)
    .max(2_000)
    .regex(/^[^\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]*$/),
  occurred: z.int().min(0).optional(),
});

/** The number that the person can name when they ask. */
export const incidentReported = z.object({ number: z.int(), name: z.string() });
