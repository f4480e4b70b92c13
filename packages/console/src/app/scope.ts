import * as z from 'zod';
import { fromWallClock } from '../i18n/format.ts';

export const ranges = ['15m', '1h', '6h', '24h', '7d', '30d'] as const;
export type Range = (typeof ranges)[number];

export const defaultRange: Range = '24h';

export const rangeMs: Readonly<Record<Range, number>> = {
  '15m': 900_000,
  '1h': 3_600_000,
  '6h': 21_600_000,
  '24h': 86_400_000,
  '7d': 604_800_000,
  '30d': 2_592_000_000,
};

/** A search parameter that is dropped when it is not what it should be: an old or mistyped address still opens its page. */
export const lenient = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);

const wallClock = z.string().refine((text) => fromWallClock(text) !== null);

/** What is chosen once, at the top, for every page: the app, and a span of time (a preset, or from and to on the wall clock of Asia/Shanghai). */
export const scopeSearch = z.object({
  app: lenient(z.string().min(1).max(40)),
  range: lenient(z.enum(ranges)),
  from: lenient(wallClock),
  to: lenient(wallClock),
});
export type Scope = z.output<typeof scopeSearch>;

/** The scope's span in epoch milliseconds; a preset ends now, and then `to` is absent. */
export function spanOf(scope: Scope, now: number): { readonly from: number; readonly to?: number } {
  const from = scope.from === undefined ? null : fromWallClock(scope.from);
  if (from === null) return { from: now - rangeMs[scope.range ?? defaultRange] };
  const to = scope.to === undefined ? null : fromWallClock(scope.to);
  return to === null || to <= from ? { from } : { from, to };
}

/** Whether the span ends now, so that new events belong to it. */
export function isLive(scope: Scope): boolean {
  return scope.from === undefined || scope.to === undefined;
}
