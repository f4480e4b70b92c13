import type { Migration } from '../store/migration.ts';

interface BusinessRow {
  id: string;
  name: string;
  importance: number;
  owner: string;
  /** JSON arrays. */
  apps: string;
  tied: string;
  changed: number;
  changed_by: string;
}

interface OwnerRow {
  asset: string;
  owner: string;
  changed: number;
  changed_by: string;
}

interface ControlMarkRow {
  control: string;
  scope: string;
  /** Since when it has been on without a break, epoch ms. */
  since: number;
  /** A counter that moves when the control works, and when it moved last. */
  mark: string | null;
  marked: number | null;
}

interface AdvisoryRow {
  cve: string;
  epss: number | null;
  percentile: number | null;
  exploited: number;
  /** CVSS vector, as published. */
  vector: string | null;
}

interface ImportRow {
  kind: string;
  rows: number;
  at: number;
  by: string;
}

interface VersionRow {
  id: string;
  number: number;
  at: number;
  reason: string;
  by: string;
  method: string;
  risks: number;
  /** JSON: risks by level 1 to 5. */
  levels: string;
  total: number;
  /** Gzip of JSON: what every risk was computed from. */
  content: Uint8Array;
  sha256: string;
}

interface TreatmentRow {
  id: string;
  risk: string;
  option: string;
  plan: string;
  owner: string;
  cost: number | null;
  due: number | null;
  residual: number | null;
  state: string;
  score_then: number;
  created: number;
  created_by: string;
  changed: number;
}

interface AcceptanceRow {
  id: string;
  risk: string;
  score: number;
  reason: string;
  until: number;
  accepted: number;
  accepted_by: string;
  approver: string | null;
  revoked: number | null;
}

export interface RiskAssessmentTables {
  risk_businesses: BusinessRow;
  risk_owners: OwnerRow;
  risk_control_marks: ControlMarkRow;
  risk_advisories: AdvisoryRow;
  risk_imports: ImportRow;
  risk_versions: VersionRow;
  risk_treatments: TreatmentRow;
  risk_acceptances: AcceptanceRow;
}

export const riskAssessmentMigrations: readonly Migration[] = [
  {
    id: '0076_risk_context',
    async up(db, types) {
      await types
        .table(db, 'risk_businesses')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('name', types.text, (column) => column.notNull())
        .addColumn('importance', types.integer, (column) => column.notNull())
        .addColumn('owner', types.text, (column) => column.notNull())
        .addColumn('apps', types.text, (column) => column.notNull())
        .addColumn('tied', types.text, (column) => column.notNull())
        .addColumn('changed', types.integer, (column) => column.notNull())
        .addColumn('changed_by', types.text, (column) => column.notNull())
        .execute();
      await types
        .table(db, 'risk_owners')
        .addColumn('asset', types.text, (column) => column.primaryKey())
        .addColumn('owner', types.text, (column) => column.notNull())
        .addColumn('changed', types.integer, (column) => column.notNull())
        .addColumn('changed_by', types.text, (column) => column.notNull())
        .execute();
      await types
        .table(db, 'risk_control_marks')
        .addColumn('control', types.text, (column) => column.notNull())
        .addColumn('scope', types.text, (column) => column.notNull())
        .addColumn('since', types.integer, (column) => column.notNull())
        .addColumn('mark', types.text)
        .addColumn('marked', types.integer)
        .addPrimaryKeyConstraint('risk_control_marks_key', ['control', 'scope'])
        .execute();
      await types
        .table(db, 'risk_advisories')
        .addColumn('cve', types.text, (column) => column.primaryKey())
        .addColumn('epss', types.real)
        .addColumn('percentile', types.real)
        .addColumn('exploited', types.flag, (column) => column.notNull())
        .addColumn('vector', types.text)
        .execute();
      await types
        .table(db, 'risk_imports')
        .addColumn('kind', types.text, (column) => column.primaryKey())
        .addColumn('rows', types.integer, (column) => column.notNull())
        .addColumn('at', types.integer, (column) => column.notNull())
        .addColumn('by', types.text, (column) => column.notNull())
        .execute();
    },
  },
  {
    id: '0077_risk_versions',
    async up(db, types) {
      await types
        .table(db, 'risk_versions')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('number', types.integer, (column) => column.notNull().unique())
        .addColumn('at', types.integer, (column) => column.notNull())
        .addColumn('reason', types.text, (column) => column.notNull())
        .addColumn('by', types.text, (column) => column.notNull())
        .addColumn('method', types.text, (column) => column.notNull())
        .addColumn('risks', types.integer, (column) => column.notNull())
        .addColumn('levels', types.text, (column) => column.notNull())
        .addColumn('total', types.real, (column) => column.notNull())
        .addColumn('content', types.bytes, (column) => column.notNull())
        .addColumn('sha256', types.text, (column) => column.notNull())
        .execute();
    },
  },
  {
    id: '0078_risk_treatments',
    async up(db, types) {
      await types
        .table(db, 'risk_treatments')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('risk', types.text, (column) => column.notNull())
        .addColumn('option', types.text, (column) => column.notNull())
        .addColumn('plan', types.text, (column) => column.notNull())
        .addColumn('owner', types.text, (column) => column.notNull())
        .addColumn('cost', types.real)
        .addColumn('due', types.integer)
        .addColumn('residual', types.real)
        .addColumn('state', types.text, (column) => column.notNull())
        .addColumn('score_then', types.real, (column) => column.notNull())
        .addColumn('created', types.integer, (column) => column.notNull())
        .addColumn('created_by', types.text, (column) => column.notNull())
        .addColumn('changed', types.integer, (column) => column.notNull())
        .execute();
      await types
        .table(db, 'risk_acceptances')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('risk', types.text, (column) => column.notNull())
        .addColumn('score', types.real, (column) => column.notNull())
        .addColumn('reason', types.text, (column) => column.notNull())
        .addColumn('until', types.integer, (column) => column.notNull())
        .addColumn('accepted', types.integer, (column) => column.notNull())
        .addColumn('accepted_by', types.text, (column) => column.notNull())
        .addColumn('approver', types.text)
        .addColumn('revoked', types.integer)
        .execute();
    },
  },
];
