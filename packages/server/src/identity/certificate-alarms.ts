import type { ApiSecurityConfig } from '@menshen/contract';
import { detectionEvent } from '../audit/events.ts';
import type { Audit } from '../audit/service.ts';
import type { Coordination } from '../coordination/model.ts';
import type { Metrics } from '../gateway/metrics.ts';

/** A platform certificate by its id. */
type PlatformCertificate = Pick<ApiSecurityConfig['platform'][number], 'sn'>;

/** Tells that WeChat signs with a new platform certificate which the configuration lacks: while both are in use calls go on, afterwards none do. */
export interface CertificateAlarms {
  outdated(appid: string, platform: readonly PlatformCertificate[]): void;
  /** Since when (epoch ms) this node sees it, for an app that still has only these certificates; null when it does not. */
  since(appid: string, platform: readonly PlatformCertificate[]): number | null;
}

export interface CertificateAlarmParts {
  readonly audit: Pick<Audit, 'record'>;
  readonly coordination: Pick<Coordination, 'useNonce'>;
  readonly metrics: Pick<Metrics, 'add'>;
  readonly clock: () => number;
}

/** One alarm a day for each app, over all nodes. */
const foldMs = 24 * 3_600_000;

export function createCertificateAlarms({ audit, coordination, metrics, clock }: CertificateAlarmParts): CertificateAlarms {
  const seen = new Map<string, { readonly since: number; told: number }>();
  const keyOf = (appid: string, platform: readonly PlatformCertificate[]): string =>
    JSON.stringify([appid, ...platform.map(({ sn }) => sn)]);

  const tell = async (appid: string): Promise<void> => {
    if (!(await coordination.useNonce(`certificate:${appid}`, foldMs))) return;
    await audit.record(
      detectionEvent({
        time: clock(),
        rule: 'wechat_certificate_outdated',
        severity: 'high',
        title: 'WeChat signs with a platform certificate that is not configured; only the outgoing one is known',
        detail: { appid },
      }),
    );
  };

  return {
    outdated(appid, platform) {
      const now = clock();
      const key = keyOf(appid, platform);
      const before = seen.get(key);
      if (before !== undefined && now - before.told < foldMs) return;
      const entry = { since: before?.since ?? now, told: now };
      seen.set(key, entry);
      tell(appid).catch(() => {
        // The next answer tries again.
        entry.told = Number.NEGATIVE_INFINITY;
        metrics.add('menshen_audit_failures_total');
      });
    },
    since: (appid, platform) => seen.get(keyOf(appid, platform))?.since ?? null,
  };
}
