import { type AppConfig, type Config, type ConfigInput, configSchema } from '@menshen/contract';
import type { Seen, SeenApp, SeenRoute } from './seen.ts';

const now = 1_800_000_000_000;
const day = 86_400_000;

const routeOf = (app: AppConfig, config: AppConfig['routes'][number]): SeenRoute => ({
  config,
  auth: typeof config.auth === 'string' ? config.auth : 'mfa',
  ...{ enforcing: true, inspecting: true, schema: config.schema !== undefined },
  campaign: app.campaigns.some(({ claim, redeem }) => claim.route === config.match || redeem?.route === config.match),
  use: { at: now - 3_600_000, requestId: 'req_00000001' },
  challenged: null,
});

export const seenApp = (config: AppConfig): SeenApp => ({
  config,
  upstream: { origin: 'http://10.0.0.8:8080', tls: false, failing: false },
  routes: config.routes.map((route) => routeOf(config, route)),
});

/** What a quiet company with these apps would say of itself: everything on, nothing proved but traffic. */
export function seenOf(apps: NonNullable<ConfigInput['apps']>, change: Partial<Seen> = {}): Seen {
  const config: Config = configSchema.parse({ apps });
  return {
    ...{ at: now, config, mode: 'enforce', apps: config.apps.map(seenApp), fields: [], findings: [], scans: [] },
    administrators: [{ id: 'a', powers: 1, active: true, created: now - 400 * day, lastLogin: now - day, factor: true }],
    ...{ tokens: [], people: { active: 200, privileged: 12 } },
    directory: { syncedAt: now - 3_600_000, failing: false, sources: 1 },
    ...{ releases: [], deployments: [], dataKeys: [], sealedAt: new Map() },
    privacy: {
      ...{ purposes: 1, onConsent: 1, outdated: 0, openRequests: 0, overdueRequests: 0, erasures: 0, rowsLeft: 0 },
      ...{ retentionAt: now - day, rowsDue: 0, processors: 0, unnamedHosts: 0, unassessed: [] },
    },
    ...{ processors: [], unnamedHosts: [], nodes: 1, counts: [], channels: [], witnesses: null, watching: true, openAlerts: 0 },
    ...{ log: { checkpointAt: now - 60_000, writable: true }, exceptions: [], drills: [], training: null },
    copies: { backupAt: null, shipping: null },
    ...change,
  };
}
