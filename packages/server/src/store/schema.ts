import { type AdministratorTables, administratorMigrations } from '../administrators/tables.ts';
import { type AuditPersonTables, auditPersonMigrations } from '../audit/persons/tables.ts';
import { type AuditLogTables, auditLogMigrations } from '../audit/registry/tables.ts';
import { type ComplianceTables, complianceMigrations } from '../compliance/tables.ts';
import { type RevocationTables, revocationMigrations } from '../coordination/tables.ts';
import { type DetectTables, detectMigrations } from '../detect/tables.ts';
import { type ScimTables, scimMigrations } from '../directory/scim/tables.ts';
import { type DirectoryTables, directoryMigrations } from '../directory/tables.ts';
import { type GuardTables, guardMigrations } from '../guard/tables.ts';
import { type BindingTables, bindingMigrations } from '../identity/binding/tables.ts';
import { type FactorTables, factorMigrations } from '../identity/factors/tables.ts';
import { type LinkTables, linkMigrations } from '../identity/link-tables.ts';
import { type RiskTables, riskMigrations } from '../identity/risk/tables.ts';
import { type IdentityTables, identityMigrations } from '../identity/tables.ts';
import { type InspectionTables, inspectionMigrations } from '../inspection/tables.ts';
import { type ProofKeyTables, proofKeyMigrations } from '../keys/proofs/tables.ts';
import { type KeyRingTables, keyRingMigrations } from '../keys/ring/tables.ts';
import { type NodeTables, nodeMigrations } from '../nodes/tables.ts';
import { type NotifyTables, notifyMigrations } from '../notify/tables.ts';
import { type QuestionTables, questionMigrations } from '../policy/question-tables.ts';
import { type PrivacyTables, privacyMigrations } from '../privacy/tables.ts';
import { type InventoryTables, inventoryMigrations } from '../protect/inventory/tables.ts';
import { type ProtectTables, protectMigrations } from '../protect/rich-text/tables.ts';
import { type LearnedTables, learnedMigrations } from '../protect/schemas/tables.ts';
import { type ListTables, listMigrations } from '../rates/lists/tables.ts';
import { type PhoneTables, phoneMigrations } from '../rates/phone/tables.ts';
import { type RecoverTables, recoverMigrations } from '../recover/tables.ts';
import { type AppVersionTables, appVersionMigrations } from '../release/app-versions/tables.ts';
import { type ReleaseTables, releaseMigrations } from '../release/tables.ts';
import { type ReportTables, reportMigrations } from '../reports/tables.ts';
import { type AppSecretTables, appSecretMigrations } from '../respond/app-secrets/tables.ts';
import { type ContainmentTables, containmentMigrations } from '../respond/containment/tables.ts';
import { type IncidentTables, incidentMigrations } from '../respond/incidents/tables.ts';
import { type PlaybookTables, playbookMigrations } from '../respond/playbooks/tables.ts';
import { type RiskAssessmentTables, riskAssessmentMigrations } from '../risk/tables.ts';
import { type ScanTables, scanMigrations } from '../scans/tables.ts';
import { type SwitchTables, switchMigrations } from '../switches/tables.ts';
import { type TrainTables, trainMigrations } from '../train/tables.ts';
import { type TrendTables, trendMigrations } from '../trend/tables.ts';
import { type MetaTables, metaMigrations } from './meta-tables.ts';
import type { Migration } from './migration.ts';

/**
 * Every table of the store. A capability exports `interface XTables` and `const xMigrations` from its `tables.ts` and
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
    PhoneTables,
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
  ...phoneMigrations,
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
