import { type AdministratorTables, administratorMigrations } from '../administrators/tables.ts';
import { type AuditPersonTables, auditPersonMigrations } from '../audit/persons/store.ts';
import { type AuditLogTables, auditLogMigrations } from '../audit/registry/store.ts';
import { type ComplianceTables, complianceMigrations } from '../compliance/tables.ts';
import { type RevocationTables, revocationMigrations } from '../coordination/store.ts';
import { type DetectTables, detectMigrations } from '../detect/tables.ts';
import { type ScimTables, scimMigrations } from '../directory/scim/store.ts';
import { type DirectoryTables, directoryMigrations } from '../directory/tables.ts';
import { type GuardTables, guardMigrations } from '../guard/tables.ts';
import { type BindingTables, bindingMigrations } from '../identity/binding/store.ts';
import { type FactorTables, factorMigrations } from '../identity/factors/tables.ts';
import { type LinkTables, linkMigrations } from '../identity/links-store.ts';
import { type RiskTables, riskMigrations } from '../identity/risk/store.ts';
import { type IdentityTables, identityMigrations } from '../identity/tables.ts';
import { type InspectionTables, inspectionMigrations } from '../inspection/tables.ts';
import { type ProofKeyTables, proofKeyMigrations } from '../keys/proofs/tables.ts';
import { type KeyRingTables, keyRingMigrations } from '../keys/ring/store.ts';
import { type NodeTables, nodeMigrations } from '../nodes/store.ts';
import { type NotifyTables, notifyMigrations } from '../notify/store.ts';
import { type QuestionTables, questionMigrations } from '../policy/question-store.ts';
import { type PrivacyTables, privacyMigrations } from '../privacy/tables.ts';
import { type InventoryTables, inventoryMigrations } from '../protect/inventory/store.ts';
import { type ProtectTables, protectMigrations } from '../protect/rich-text/store.ts';
import { type LearnedTables, learnedMigrations } from '../protect/schemas/tables.ts';
import { type ListTables, listMigrations } from '../rates/lists/store.ts';
import { type RecoverTables, recoverMigrations } from '../recover/store.ts';
import { type AppVersionTables, appVersionMigrations } from '../release/app-versions/store.ts';
import { type ReleaseTables, releaseMigrations } from '../release/store.ts';
import { type ReportTables, reportMigrations } from '../reports/tables.ts';
import { type AppSecretTables, appSecretMigrations } from '../respond/app-secrets/store.ts';
import { type ContainmentTables, containmentMigrations } from '../respond/containment/store.ts';
import { type IncidentTables, incidentMigrations } from '../respond/incidents/tables.ts';
import { type PlaybookTables, playbookMigrations } from '../respond/playbooks/tables.ts';
import { type RiskAssessmentTables, riskAssessmentMigrations } from '../risk/tables.ts';
import { type ScanTables, scanMigrations } from '../scans/tables.ts';
import { type SwitchTables, switchMigrations } from '../switches/store.ts';
import { type TrainTables, trainMigrations } from '../train/tables.ts';
import { type TrendTables, trendMigrations } from '../trend/tables.ts';
import { type MetaTables, metaMigrations } from './meta.ts';
import type { Migration } from './migration.ts';

/**
 * Every table of the store. A capability exports `interface XTables` and `const xMigrations` from its `store.ts` and
 * adds one word to each of the two lists here.
 */
export interface Schema
  extends MetaTables,
    RevocationTables,
    IdentityTables,
    LinkTables,
    BindingTables,
    RiskTables,
    FactorTables,
    DirectoryTables,
    ScimTables,
    AdministratorTables,
    KeyRingTables,
    ProofKeyTables,
    SwitchTables,
    LearnedTables,
    ProtectTables,
    InventoryTables,
    PrivacyTables,
    ListTables,
    InspectionTables,
    DetectTables,
    QuestionTables,
    NodeTables,
    NotifyTables,
    ReleaseTables,
    RecoverTables,
    RiskAssessmentTables,
    ComplianceTables,
    ReportTables,
    ContainmentTables,
    AppSecretTables,
    AppVersionTables,
    ScanTables,
    IncidentTables,
    PlaybookTables,
    TrainTables,
    TrendTables,
    AuditLogTables,
    AuditPersonTables,
    GuardTables {}

/** Every migration of the program, in any order: the store sorts them by id. */
export const allMigrations: readonly Migration[] = [
  ...metaMigrations,
  ...revocationMigrations,
  ...identityMigrations,
  ...linkMigrations,
  ...bindingMigrations,
  ...riskMigrations,
  ...factorMigrations,
  ...directoryMigrations,
  ...scimMigrations,
  ...administratorMigrations,
  ...keyRingMigrations,
  ...proofKeyMigrations,
  ...switchMigrations,
  ...learnedMigrations,
  ...protectMigrations,
  ...inventoryMigrations,
  ...privacyMigrations,
  ...guardMigrations,
  ...listMigrations,
  ...inspectionMigrations,
  ...detectMigrations,
  ...questionMigrations,
  ...nodeMigrations,
  ...notifyMigrations,
  ...releaseMigrations,
  ...recoverMigrations,
  ...riskAssessmentMigrations,
  ...complianceMigrations,
  ...reportMigrations,
  ...containmentMigrations,
  ...appSecretMigrations,
  ...appVersionMigrations,
  ...scanMigrations,
  ...incidentMigrations,
  ...playbookMigrations,
  ...trainMigrations,
  ...trendMigrations,
  ...auditLogMigrations,
  ...auditPersonMigrations,
];
