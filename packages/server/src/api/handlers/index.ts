import { complianceHandlers } from '../../compliance/routes.ts';
import { detectHandlers } from '../../detect/routes.ts';
import { notifyHandlers } from '../../notify/routes.ts';
import { recoveryHandlers } from '../../recover/routes.ts';
import { appVersionHandlers } from '../../release/app-versions/routes.ts';
import { releaseHandlers } from '../../release/routes.ts';
import { reportHandlers } from '../../reports/routes.ts';
import { appSecretHandlers } from '../../respond/app-secrets/routes.ts';
import { containmentHandlers } from '../../respond/containment/routes.ts';
import { incidentHandlers } from '../../respond/incidents/routes.ts';
import { playbookHandlers } from '../../respond/playbooks/routes.ts';
import { riskHandlers } from '../../risk/routes.ts';
import { scanHandlers } from '../../scans/routes.ts';
import { bulletinHandlers } from '../../train/bulletins/routes.ts';
import { contestHandlers } from '../../train/contests/routes.ts';
import { drillHandlers } from '../../train/drills/routes.ts';
import { labHandlers } from '../../train/labs/routes.ts';
import { trainHandlers } from '../../train/routes.ts';
import { trendHandlers } from '../../trend/routes.ts';
import type { Bound } from '../bind.ts';
import { administratorHandlers } from './administrators.ts';
import { approvalHandlers } from './approvals.ts';
import { auditHandlers } from './audit.ts';
import { campaignHandlers } from './campaigns.ts';
import { dataInventoryHandlers } from './data-inventory.ts';
import { directoryHandlers } from './directory.ts';
import { eventHandlers } from './events.ts';
import { factorHandlers } from './factors.ts';
import { guardHandlers } from './guard.ts';
import { inspectionHandlers } from './inspection.ts';
import { ownFactorHandlers } from './own-factors.ts';
import type { HandlerParts } from './parts.ts';
import { peopleHandlers } from './people.ts';
import { policyHandlers } from './policies.ts';
import { policyChangeHandlers } from './policy-change.ts';
import { privacyHandlers } from './privacy.ts';
import { protectionHandlers } from './protection.ts';
import { rateHandlers } from './rates.ts';
import { sessionHandlers } from './sessions.ts';
import { signInHandlers } from './sign-in.ts';
import { systemHandlers } from './system.ts';
import { tokenHandlers } from './tokens.ts';
import { trafficHandlers } from './traffic.ts';

/** A handler for every operation of the contract. */
export function createHandlers(parts: HandlerParts): readonly Bound[] {
  return [
    ...signInHandlers(parts.administrators, parts.suggestedMode),
    ...ownFactorHandlers(parts.administrators),
    ...administratorHandlers(parts.administrators),
    ...approvalHandlers(parts.administrators),
    ...tokenHandlers(parts.administrators),
    ...systemHandlers(parts),
    ...trafficHandlers(parts),
    ...rateHandlers(parts),
    ...inspectionHandlers(parts),
    ...detectHandlers(parts),
    ...peopleHandlers(parts.directory, parts.identity),
    ...policyHandlers({
      ...parts,
      recordPublication: (by, reason, publish) =>
        parts.audit.act(by, { activity: 'update', entity: 'policies', detail: { reason } }, publish),
    }),
    ...policyChangeHandlers(parts.administrators, parts.policies),
    ...protectionHandlers(parts),
    ...dataInventoryHandlers(parts),
    ...sessionHandlers(parts.identity),
    ...campaignHandlers(parts),
    ...guardHandlers(parts),
    ...privacyHandlers(parts),
    ...directoryHandlers({ ...parts, dormantDays: () => parts.runtime().config.directory.dormantDays }),
    ...factorHandlers(parts.directory, parts.factors),
    ...auditHandlers(parts),
    ...notifyHandlers(parts.notify),
    ...incidentHandlers(parts.incidents),
    ...playbookHandlers(parts.playbooks),
    ...releaseHandlers(parts.releases, parts.runtime),
    ...recoveryHandlers(parts.recovery),
    ...trainHandlers({ ...parts, directory: () => parts.directory.snapshot() }),
    ...drillHandlers(parts.train),
    ...bulletinHandlers({
      ...parts.train,
      bulletins: parts.train.bulletins,
      directory: () => parts.directory.snapshot(),
      clock: parts.clock,
    }),
    ...labHandlers({ ...parts.train, directory: () => parts.directory.snapshot() }),
    ...contestHandlers({ ...parts, contests: parts.train.contests, directory: () => parts.directory.snapshot() }),
    ...containmentHandlers(parts),
    ...appSecretHandlers(parts),
    ...appVersionHandlers(parts.versions),
    ...riskHandlers({
      ...{ risks: parts.risks, clock: parts.clock, subjects: () => parts.compliance.subjects() },
      company: () => parts.runtime().config.incidents.operator.name,
      trend: (subject, days) => parts.trends.trend(subject, days),
    }),
    ...reportHandlers({ ...parts, keepDays: () => parts.runtime().config.reports.keepDays }),
    ...complianceHandlers(parts),
    ...trendHandlers({ ...parts, keepDays: () => parts.runtime().config.risk.trendDays }),
    ...scanHandlers({
      ...{ scans: parts.scans.service, runner: parts.scans.runner, clock: parts.clock },
      apps: () => [...parts.runtime().apps.keys()],
    }),
    ...eventHandlers(parts),
  ];
}
