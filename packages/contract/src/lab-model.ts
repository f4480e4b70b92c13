import * as z from 'zod';

/** The cases of the product that can be tried out, hands on. */
export const labIds = ['stolen-login', 'tampered-coupon', 'stored-script'] as const;
export const labId = z.enum(labIds);
export type LabId = z.output<typeof labId>;
