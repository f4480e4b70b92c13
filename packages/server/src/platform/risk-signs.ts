import type { AuditQueries } from '../audit/queries.ts';
import type { DetectService } from '../detect/service.ts';
import type { GuardOverview } from '../guard/overview.ts';
import type { Seen } from '../risk/seen.ts';
import { isRefusalSign } from '../risk/threats/signs.ts';
import type { Current } from './current.ts';

const monthMs = 30 * 86_400_000;
/** A month of the log is not read again sooner: what a month holds changes little in five minutes. */
const logEveryMs = 300_000;

type Counts = Seen['counts'];

export interface SignRooms {
  readonly queries: Pick<AuditQueries, 'inspection' | 'trafficSummary' | 'logins'>;
  readonly detect: Pick<DetectService, 'signs'>;
  readonly guardOverview: Pick<GuardOverview, 'violations'>;
}

/** Signs of threats within 30 days: attacks and refusals at the gateway, failed logins, alerts, violations of campaigns. */
export function createSignCounts(
  current: Current,
  { queries, detect, guardOverview }: SignRooms,
): (at: number) => Promise<Counts> {
  let kept: { readonly at: number; readonly apps: unknown; readonly counts: Counts } | null = null;

  const ofLog = async (at: number, from: number): Promise<Counts> => {
    const { apps } = current.runtime.config;
    if (kept !== null && kept.apps === apps && at - kept.at < logEveryMs) return kept.counts;
    const found: Counts[number][] = [];
    for (const { id } of apps) {
      const [summary, { codes }] = await Promise.all([
        queries.inspection({ from, to: at, app: id }, 1),
        queries.trafficSummary({ from, to: at, app: id }, 1),
      ]);
      for (const { class: name, blocked, noted } of summary.classes)
        found.push({ id: `attack:${name}`, app: id, count: blocked + noted, last: null });
      for (const { code, count } of codes)
        if (isRefusalSign(code)) found.push({ id: `refused:${code}`, app: id, count, last: null });
    }
    const { refused } = await queries.logins(from);
    if (refused > 0) found.push({ id: 'login:refused', app: null, count: refused, last: null });
    kept = { at, apps, counts: found };
    return found;
  };

  const ofCampaigns = async (from: number): Promise<Counts> => {
    const found: Counts[number][] = [];
    for (const app of current.runtime.apps.values())
      for (const campaign of app.guards.campaigns.values()) {
        const violations = (await guardOverview.violations(campaign)).filter(({ last }) => last >= from);
        const count = violations.reduce((sum, one) => sum + one.count, 0);
        if (count > 0) found.push({ id: 'guard:refused', app: app.id, count, last: violations[0]?.last ?? null });
      }
    return found;
  };

  return async (at) => {
    const from = at - monthMs;
    const [log, campaigns, alerts] = await Promise.all([ofLog(at, from), ofCampaigns(from), detect.signs(from)]);
    return [...log, ...campaigns, ...alerts.map(({ rule, count }) => ({ id: `alert:${rule}`, app: null, count, last: null }))];
  };
}
