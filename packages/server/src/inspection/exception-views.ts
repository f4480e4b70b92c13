import type { ExceptionView } from '@menshen/contract';
import type { InspectedRoute } from './snapshot.ts';
import type { StoredException } from './store.ts';

/** How often an exception was used and when last, epoch ms. */
export interface Uses {
  uses: number;
  last: number;
}

/** A managed exception as people see it, with the uses that are not in the store yet. */
export function storedView(one: StoredException, now: number, more: Uses | undefined): ExceptionView {
  return {
    ...one,
    source: 'console',
    state: one.revokedAt !== null ? 'revoked' : one.expiresAt <= now ? 'expired' : 'active',
    uses: one.uses + (more?.uses ?? 0),
    lastUsed: more?.last ?? one.lastUsed,
  };
}

/** The exceptions of the configuration file, each once: one of an app or of the gateway stands at every of its routes. */
export function configuredViews(
  apps: Iterable<{ readonly id: string; readonly routes: readonly InspectedRoute[] }>,
  now: number,
  used: ReadonlyMap<string, Uses>,
): ExceptionView[] {
  const seen = new Map<string, ExceptionView>();
  for (const app of apps) {
    for (const { match, inspection } of app.routes) {
      for (const one of inspection.exceptions) {
        const scope = one.level === 'gateway' ? null : app.id;
        const route = one.level === 'route' ? match : null;
        const key = `${scope} ${route} ${one.id}`;
        if (seen.has(key)) continue;
        seen.set(key, {
          id: one.id,
          source: 'configuration',
          app: scope,
          route,
          class: 'class' in one.target ? one.target.class : null,
          rule: 'rule' in one.target ? one.target.rule : null,
          where: one.where,
          owner: one.owner,
          reason: one.reason,
          createdAt: null,
          createdBy: null,
          expiresAt: one.expiresAt,
          state: one.expiresAt <= now ? 'expired' : 'active',
          revokedAt: null,
          revokedBy: null,
          requestId: null,
          uses: used.get(one.id)?.uses ?? 0,
          lastUsed: used.get(one.id)?.last ?? null,
        });
      }
    }
  }
  return [...seen.values()];
}
