import type { RouteUse } from './seen.ts';

export interface RouteRef {
  readonly app: string;
  readonly route: string;
}

/** Older traffic is no evidence of a control that counts for a week. */
const horizonMs = 7 * 86_400_000;
/** Routes whose newest request is looked up in one round: a company with two thousand is through in a few minutes. */
const atOnce = 200;

/** Remembers the newest request of each route, and looks up those first whose answer is oldest. */
export function createRouteUses(newest: (app: string, route: string, from: number) => Promise<RouteUse | null>): {
  /** By `app route`. */
  of(routes: readonly RouteRef[], at: number): Promise<ReadonlyMap<string, RouteUse | null>>;
} {
  const known = new Map<string, { readonly asked: number; readonly use: RouteUse | null }>();
  return {
    async of(routes, at) {
      const keys = new Set(routes.map(({ app, route }) => `${app} ${route}`));
      for (const key of known.keys()) if (!keys.has(key)) known.delete(key);
      const due = [...routes]
        .map((ref) => ({ ref, key: `${ref.app} ${ref.route}`, asked: known.get(`${ref.app} ${ref.route}`)?.asked ?? 0 }))
        .sort((a, b) => a.asked - b.asked)
        .slice(0, atOnce);
      for (const { ref, key } of due) known.set(key, { asked: at, use: await newest(ref.app, ref.route, at - horizonMs) });
      return new Map([...known].map(([key, { use }]) => [key, use]));
    },
  };
}
