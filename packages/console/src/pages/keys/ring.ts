import type { listKeys } from '@menshen/contract';
import type * as z from 'zod';

/** The key ring as the server tells it. */
export type Ring = z.output<typeof listKeys.response>;

const dayMs = 86_400_000;

/** Whole days since a time. */
export const daysSince = (time: number, now: number): number => Math.max(0, Math.floor((now - time) / dayMs));
