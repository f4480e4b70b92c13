import * as contract from '@menshen/contract';
import { bind, type FakeHandler } from './bind.ts';
import { now } from './company.ts';
import type { World } from './world.ts';

const hour = 3_600_000;
const release = (change: Partial<contract.ReleaseView>): contract.ReleaseView => ({
  ...{ id: `r_${'a'.repeat(22)}`, app: 'portal', kind: 'miniprogram', version: '2.4.0', buildId: '3f'.repeat(32) },
  ...{ state: 'registered', files: 184, key: '9c'.repeat(32), built: now - 5 * hour, registered: now - 4 * hour },
  ...{ registeredBy: 'token:pipeline', reason: null, scan: { tool: 'menshen', critical: 0, high: 0, medium: 2, low: 9 } },
  ...change,
});

/** Releases: one in order, one that was taken in spite of its scan, one revoked; and a host whose code was changed. */
export function releaseHandlers(world: () => World): readonly FakeHandler[] {
  return [
    bind(contract.listReleases, () =>
      world().company.people.length === 0
        ? { releases: [], deployments: [], apps: [] }
        : {
            releases: [
              release({}),
              release({
                ...{
                  id: `r_${'b'.repeat(22)}`,
                  app: 'coupon',
                  kind: 'backend',
                  version: '1.9.3',
                  buildId: '71'.repeat(32),
                  files: 1_302,
                },
                ...{ scan: { tool: 'menshen', critical: 0, high: 1, medium: 4, low: 2 }, reason: '误报，已记录在 SEC-212' },
                ...{ registered: now - 30 * hour, registeredBy: 'security' },
              }),
              release({
                ...{ id: `r_${'c'.repeat(22)}`, version: '2.3.9', buildId: 'e0'.repeat(32), state: 'revoked', scan: null },
                ...{ registered: now - 90 * hour, reason: '构建机曾被入侵' },
              }),
            ],
            deployments: [
              {
                ...{
                  app: 'portal',
                  version: '2.4.0',
                  buildId: '5d'.repeat(32),
                  host: '10.0.3.11',
                  ok: true,
                  total: 0,
                  standing: 'unregistered' as const,
                },
                ...{ changed: [], missing: [], added: [], since: now - 4 * hour, heard: now - 20_000 },
              },
              {
                ...{
                  app: 'coupon',
                  version: '1.9.3',
                  buildId: '71'.repeat(32),
                  host: '10.0.3.12',
                  ok: false,
                  total: 2,
                  standing: 'current' as const,
                },
                ...{ changed: ['src/campaign/amount.js'], missing: [], added: ['src/campaign/.cache.js'] },
                ...{ since: now - 400_000, heard: now - 12_000 },
              },
            ],
            apps: [
              { app: 'portal', keys: ['9c'.repeat(32)], gate: 'high' as const },
              { app: 'coupon', keys: ['9c'.repeat(32), '12'.repeat(32)], gate: 'medium' as const },
            ],
          },
    ),
    bind(contract.registerRelease, () => release({})),
    bind(contract.revokeRelease, () => ({ ok: true as const })),
  ];
}
