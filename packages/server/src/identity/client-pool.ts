import type { EffectiveSecret } from '../respond/app-secrets/model.ts';
import { overlapping } from '../respond/app-secrets/overlap.ts';

/** Which secret of a provider is in use where the configuration names one. */
export interface SecretsInUse {
  effective(provider: string, configured: string): EffectiveSecret;
  /** Hears which of two overlapping secrets the platform took. */
  used(replacement: string, which: 'current' | 'previous'): void;
}

/** As the configuration says. */
export const asConfigured: SecretsInUse = {
  effective: (_, configured) => ({ current: configured, previous: null, replacement: null }),
  used: () => undefined,
};

/**
 * Clients by their credentials, each kept with its token. When another secret comes into use the client of the old one goes, and its token with it.
 */
export function createClientPool<C extends object>(
  secrets: SecretsInUse,
): (provider: string, configured: string, key: string, make: (secret: string) => C) => C {
  const pool = new Map<string, { readonly inUse: EffectiveSecret; readonly client: C }>();
  return (provider, configured, key, make) => {
    const inUse = secrets.effective(provider, configured);
    const known = pool.get(key);
    if (known?.inUse.current === inUse.current && known.inUse.previous === inUse.previous) return known.client;
    const { current, previous, replacement } = inUse;
    const client =
      previous === null || replacement === null
        ? make(current)
        : overlapping(make(current), make(previous), (which) => secrets.used(replacement, which));
    pool.set(key, { inUse, client });
    return client;
  };
}
