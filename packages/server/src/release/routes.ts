import * as contract from '@menshen/contract';
import { hasGrant } from '../administrators/tokens/service.ts';
import { type Bound, bind } from '../api/bind.ts';
import type { Runtime } from '../gateway/runtime.ts';
import { readVerifier } from './release-key.ts';
import type { ReleaseService } from './service.ts';

/** Releases for people and pipelines, and the ear for watchers. */
export function releaseHandlers(releases: ReleaseService, runtime: () => Runtime): readonly Bound[] {
  return [
    bind(contract.listReleases, async () => {
      const { releases: all, deployments } = await releases.list();
      return {
        releases: all.map(({ scan, ...release }) => ({ ...release, scan: scan === null ? null : scanView(scan) })),
        deployments: deployments.map(({ changed, missing, added, ...rest }) => ({
          ...rest,
          ...{ changed: [...changed], missing: [...missing], added: [...added] },
        })),
        apps: runtime().config.apps.flatMap(({ id, release }) =>
          release === undefined ? [] : [{ app: id, keys: release.keys.map((pem) => readVerifier(pem).id), gate: release.gate }],
        ),
      };
    }),
    bind(contract.registerRelease, async ({ body, by, token }) => {
      const allowed = (app: string): boolean => token === null || hasGrant(token, `release:${app}`);
      // Taking a release in spite of its scan is for people, and for two of them.
      if (token !== null && body.inSpiteOf !== undefined) throw new contract.MenshenError('token_scope');
      const { scan, ...release } = await releases.register(body, by, allowed);
      return { ...release, scan: scan === null ? null : scanView(scan) };
    }),
    bind(contract.revokeRelease, async ({ params, body, by }) => {
      if (!(await releases.revoke(params.id, body.reason, by))) throw new contract.MenshenError('not_found');
      return { ok: true as const };
    }),
    bind(contract.reportDrift, async ({ body, token, address }) => {
      if (token === null || !hasGrant(token, `release:${body.app}`)) throw new contract.MenshenError('token_scope');
      if (!runtime().apps.has(body.app)) throw new contract.MenshenError('not_found');
      await releases.hear(body, address);
      return { ok: true as const };
    }),
  ];
}

const scanView = ({
  tool,
  critical,
  high,
  medium,
  low,
}: {
  tool: string;
  critical: number;
  high: number;
  medium: number;
  low: number;
}) => ({
  ...{ tool, critical, high, medium, low },
});
