import * as z from 'zod';

/** A line of text: no control characters, nothing that turns the direction of writing. */
export const line = (limit: number) =>
  z
    .string()
    .trim()
    .max(limit)
    .regex(/^[^\p{Cc}\u202a-\u202e\u2066-\u2069]*$/u);
/** Text of several lines. */
export const prose = (limit: number) =>
  z
    .string()
    .trim()
    .max(limit)
    .regex(/^[^\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]*$/);

export const incidentId = z.string().regex(/^i_[A-Za-z0-9_-]{22}$/);
export const incidentParams = z.object({ id: incidentId });
export const onIncidents = { group: 'incidents', access: 'admin', powers: ['security', 'audit'] } as const;
export const actsOnIncidents = { group: 'incidents', access: 'admin', powers: ['security'] } as const;
