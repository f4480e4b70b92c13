import type { Endpoint } from '../endpoint.ts';
import * as factors from './admin-factors.ts';
import * as signIn from './admin-sign-in.ts';
import * as administrators from './administrators.ts';
import * as alerts from './alerts.ts';
import * as apiTokens from './api-tokens.ts';
import * as appSecrets from './app-secrets.ts';
import * as appVersions from './app-versions.ts';
import * as approvals from './approvals.ts';
import * as audit from './audit.ts';
import * as bulletins from './bulletins.ts';
import * as campaigns from './campaigns.ts';
import * as compliance from './compliance.ts';
import * as containment from './containment.ts';
import * as contests from './contests.ts';
import * as dataInventory from './data-inventory.ts';
import * as directory from './directory.ts';
import * as directoryPeople from './directory-people.ts';
import * as directoryRoles from './directory-roles.ts';
import * as drills from './drills.ts';
import * as events from './events.ts';
import * as findings from './findings.ts';
import * as guard from './guard.ts';
import * as incidentDuties from './incident-duties.ts';
import * as incidentEvidence from './incident-evidence.ts';
import * as incidentPapers from './incident-papers.ts';
import * as incidentRecovery from './incident-recovery.ts';
import * as incidents from './incidents.ts';
import * as inspection from './inspection.ts';
import * as labs from './labs.ts';
import * as notices from './notices.ts';
import * as people from './people.ts';
import * as playbooks from './playbooks.ts';
import * as policies from './policies.ts';
import * as policyChange from './policy-change.ts';
import * as privacyConsents from './privacy-consents.ts';
import * as privacyErasure from './privacy-erasure.ts';
import * as privacyRegisters from './privacy-registers.ts';
import * as privacyRequests from './privacy-requests.ts';
import * as proofKeys from './proof-keys.ts';
import * as rates from './rates.ts';
import * as recovery from './recovery.ts';
import * as releases from './releases.ts';
import * as reports from './reports.ts';
import * as riskAssessment from './risk-assessment.ts';
import * as riskTreatment from './risk-treatment.ts';
import * as scans from './scans.ts';
import * as schemas from './schemas.ts';
import * as seal from './seal.ts';
import * as sessions from './sessions.ts';
import * as system from './system.ts';
import * as traffic from './traffic.ts';
import * as training from './training.ts';
import * as trend from './trend.ts';
import * as uploads from './uploads.ts';

export * from './admin-factors.ts';
export * from './admin-sign-in.ts';
export * from './administrator-model.ts';
export * from './administrators.ts';
export * from './alerts.ts';
export * from './api-tokens.ts';
export * from './app-secrets.ts';
export * from './app-versions.ts';
export * from './approvals.ts';
export * from './audit.ts';
export * from './bulletins.ts';
export * from './campaigns.ts';
export * from './common.ts';
export * from './compliance.ts';
export * from './compliance-model.ts';
export * from './containment.ts';
export * from './contests.ts';
export * from './data-inventory.ts';
export * from './directory.ts';
export * from './directory-people.ts';
export * from './directory-roles.ts';
export * from './drills.ts';
export * from './events.ts';
export * from './findings.ts';
export * from './guard.ts';
export * from './incident-duties.ts';
export * from './incident-evidence.ts';
export * from './incident-model.ts';
export * from './incident-papers.ts';
export * from './incident-recovery.ts';
export * from './incidents.ts';
export * from './inspection.ts';
export * from './labs.ts';
export * from './notices.ts';
export * from './people.ts';
export * from './playbooks.ts';
export * from './policies.ts';
export * from './policy-change.ts';
export * from './privacy-consents.ts';
export * from './privacy-erasure.ts';
export * from './privacy-registers.ts';
export * from './privacy-requests.ts';
export * from './proof-keys.ts';
export * from './rates.ts';
export * from './recovery.ts';
export * from './releases.ts';
export * from './reports.ts';
export * from './risk-assessment.ts';
export * from './risk-model.ts';
export * from './risk-treatment.ts';
export * from './scans.ts';
export * from './schemas.ts';
export * from './seal.ts';
export * from './sessions.ts';
export * from './system.ts';
export * from './traffic.ts';
export * from './training.ts';
export * from './trend.ts';
export * from './uploads.ts';

/** Every operation of the control plane. */
export const endpoints: readonly Endpoint[] = [
  signIn,
  factors,
  administrators,
  approvals,
  apiTokens,
  system,
  traffic,
  rates,
  people,
  inspection,
  alerts,
  incidents,
  incidentDuties,
  incidentEvidence,
  incidentPapers,
  incidentRecovery,
  playbooks,
  policies,
  policyChange,
  directory,
  directoryPeople,
  directoryRoles,
  schemas,
  dataInventory,
  uploads,
  sessions,
  campaigns,
  guard,
  events,
  notices,
  recovery,
  releases,
  findings,
  scans,
  riskAssessment,
  riskTreatment,
  compliance,
  reports,
  trend,
  training,
  contests,
  drills,
  labs,
  bulletins,
  appVersions,
  containment,
  appSecrets,
  privacyConsents,
  privacyRequests,
  privacyErasure,
  privacyRegisters,
  seal,
  proofKeys,
  audit,
]
  .flatMap((group): unknown[] => Object.values(group))
  .filter(
    (value): value is Endpoint =>
      typeof value === 'object' && value !== null && 'method' in value && 'response' in value && 'group' in value,
  );
