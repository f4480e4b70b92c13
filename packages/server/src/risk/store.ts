import { riskTreatmentOption, riskTreatmentState } from '@menshen/contract';
import type { Selectable } from 'kysely';
import * as z from 'zod';
import type { Store } from '../store/store.ts';
import type { Advisory, Business } from './model.ts';
import type { RiskAssessmentTables } from './tables.ts';

const texts = z.array(z.string());
const counts = z.array(z.number());

/** A business as people enter it: one name for both languages. */
export interface StoredBusiness extends Omit<Business, 'name'> {
  readonly name: string;
}

export interface ControlMark {
  readonly control: string;
  readonly scope: string;
  readonly since: number;
  readonly mark: string | null;
  readonly marked: number | null;
}

export interface Version {
  readonly id: string;
  readonly number: number;
  readonly at: number;
  readonly reason: string;
  readonly by: string;
  readonly method: string;
  readonly risks: number;
  readonly levels: readonly number[];
  readonly total: number;
}

export interface Treatment {
  readonly id: string;
  readonly risk: string;
  readonly option: z.output<typeof riskTreatmentOption>;
  readonly plan: string;
  readonly owner: string;
  readonly cost: number | null;
  readonly due: number | null;
  readonly residual: number | null;
  readonly state: z.output<typeof riskTreatmentState>;
  readonly scoreThen: number;
  readonly created: number;
  readonly createdBy: string;
  readonly changed: number;
}

export interface Acceptance {
  readonly id: string;
  readonly risk: string;
  readonly score: number;
  readonly reason: string;
  readonly until: number;
  readonly accepted: number;
  readonly acceptedBy: string;
  readonly approver: string | null;
  readonly revoked: number | null;
}

export type ImportKind = 'epss' | 'kev' | 'osv';
export interface AdvisoryRow extends Advisory {
  readonly percentile: number | null;
  readonly vector: string | null;
}

const versionColumns = ['id', 'number', 'at', 'reason', 'by', 'method', 'risks', 'levels', 'total'] as const;
const toVersion = (row: Omit<Selectable<RiskAssessmentTables['risk_versions']>, 'content' | 'sha256'>): Version => ({
  ...row,
  levels: counts.parse(JSON.parse(row.levels)),
});

const toTreatment = (row: Selectable<RiskAssessmentTables['risk_treatments']>): Treatment => {
  const { score_then: scoreThen, created_by: createdBy, option, state, ...rest } = row;
  return { ...rest, scoreThen, createdBy, option: riskTreatmentOption.parse(option), state: riskTreatmentState.parse(state) };
};

const toAcceptance = ({
  accepted_by: acceptedBy,
  ...rest
}: Selectable<RiskAssessmentTables['risk_acceptances']>): Acceptance => ({ ...rest, acceptedBy });

/** Rows of one statement: SQLite takes 32,766 parameters, PostgreSQL 65,535. */
const rowsAtOnce = 2_000;
const asked = 500;

export type RiskStore = ReturnType<typeof createRiskStore>;

/** Businesses, owners, advisories, stored versions, treatments and acceptances. */
export function createRiskStore(store: Store) {
  const { db } = store;
  return {
    async businesses(): Promise<StoredBusiness[]> {
      const rows = await db.selectFrom('risk_businesses').selectAll().orderBy('id').execute();
      return rows.map(({ id, name, importance, owner, apps, tied }) => ({
        ...{ id, name, importance, owner, apps: texts.parse(JSON.parse(apps)), tiedTo: texts.parse(JSON.parse(tied)) },
      }));
    },
    async putBusiness({ id, name, importance, owner, apps, tiedTo }: StoredBusiness, by: string, at: number): Promise<void> {
      const row = {
        name,
        importance,
        owner,
        apps: JSON.stringify(apps),
        tied: JSON.stringify(tiedTo),
        changed: at,
        changed_by: by,
      };
      await db
        .insertInto('risk_businesses')
        .values({ id, ...row })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
        .execute();
    },
    async removeBusiness(id: string): Promise<boolean> {
      const gone = await db.deleteFrom('risk_businesses').where('id', '=', id).executeTakeFirst();
      return Number(gone.numDeletedRows) === 1;
    },
    async owners(): Promise<ReadonlyMap<string, string>> {
      const rows = await db.selectFrom('risk_owners').select(['asset', 'owner']).execute();
      return new Map(rows.map(({ asset, owner }) => [asset, owner]));
    },
    async setOwner(asset: string, owner: string | null, by: string, at: number): Promise<void> {
      if (owner === null) {
        await db.deleteFrom('risk_owners').where('asset', '=', asset).execute();
        return;
      }
      const row = { owner, changed: at, changed_by: by };
      await db
        .insertInto('risk_owners')
        .values({ asset, ...row })
        .onConflict((conflict) => conflict.column('asset').doUpdateSet(row))
        .execute();
    },
    async marks(): Promise<ControlMark[]> {
      return await db.selectFrom('risk_control_marks').selectAll().execute();
    },
    async putMarks(put: readonly ControlMark[], gone: readonly Pick<ControlMark, 'control' | 'scope'>[]): Promise<void> {
      for (const mark of put) {
        const { control, scope, ...row } = mark;
        await db
          .insertInto('risk_control_marks')
          .values({ control, scope, ...row })
          .onConflict((conflict) => conflict.columns(['control', 'scope']).doUpdateSet(row))
          .execute();
      }
      for (const { control, scope } of gone)
        await db.deleteFrom('risk_control_marks').where('control', '=', control).where('scope', '=', scope).execute();
    },
    async advisories(cves: readonly string[]): Promise<AdvisoryRow[]> {
      const found: AdvisoryRow[] = [];
      for (let at = 0; at < cves.length; at += asked) {
        const rows = await db
          .selectFrom('risk_advisories')
          .selectAll()
          .where('cve', 'in', cves.slice(at, at + asked))
          .execute();
        found.push(...rows.map((row) => ({ ...row, exploited: row.exploited === 1 })));
      }
      return found;
    },
    /** Puts what one kind of file says in the place of what it said before; what other files said stays. */
    async importAdvisories(kind: ImportKind, rows: readonly AdvisoryRow[], by: string, at: number): Promise<void> {
      const set = {
        epss: { clear: { epss: null, percentile: null }, columns: ['epss', 'percentile'] as const },
        kev: { clear: { exploited: 0 }, columns: ['exploited'] as const },
        osv: { clear: { vector: null }, columns: ['vector'] as const },
      }[kind];
      await db.updateTable('risk_advisories').set(set.clear).execute();
      for (let start = 0; start < rows.length; start += rowsAtOnce) {
        const values = rows
          .slice(start, start + rowsAtOnce)
          .map(({ exploited, ...row }) => ({ ...row, exploited: Number(exploited) }));
        await db
          .insertInto('risk_advisories')
          .values(values)
          .onConflict((conflict) =>
            conflict
              .column('cve')
              .doUpdateSet((row) => Object.fromEntries(set.columns.map((name) => [name, row.ref(`excluded.${name}`)]))),
          )
          .execute();
      }
      const entry = { rows: rows.length, at, by };
      await db
        .insertInto('risk_imports')
        .values({ kind, ...entry })
        .onConflict((conflict) => conflict.column('kind').doUpdateSet(entry))
        .execute();
    },
    async imports(): Promise<{ kind: ImportKind; rows: number; at: number; by: string }[]> {
      const rows = await db.selectFrom('risk_imports').selectAll().orderBy('kind').execute();
      return rows.flatMap(({ kind, ...rest }) =>
        kind === 'epss' || kind === 'kev' || kind === 'osv' ? [{ kind, ...rest }] : [],
      );
    },
    async addVersion(version: Omit<Version, 'number'>, content: Uint8Array, sha256: string): Promise<Version> {
      return await db.transaction().execute(async (within) => {
        const last = await within
          .selectFrom('risk_versions')
          .select(({ fn }) => fn.max('number').as('number'))
          .executeTakeFirst();
        const number = Number(last?.number ?? 0) + 1;
        await within
          .insertInto('risk_versions')
          .values({ ...version, number, levels: JSON.stringify(version.levels), content, sha256 })
          .execute();
        return { ...version, number };
      });
    },
    /** Newest first. */
    async versions(limit: number, before: number | null): Promise<Version[]> {
      let query = db.selectFrom('risk_versions').select(versionColumns).orderBy('number', 'desc').limit(limit);
      if (before !== null) query = query.where('number', '<', before);
      return (await query.execute()).map(toVersion);
    },
    async version(id: string): Promise<Version | null> {
      const row = await db.selectFrom('risk_versions').select(versionColumns).where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : toVersion(row);
    },
    async content(id: string): Promise<{ bytes: Uint8Array; sha256: string } | null> {
      const row = await db.selectFrom('risk_versions').select(['content', 'sha256']).where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : { bytes: row.content, sha256: row.sha256 };
    },
    async removeVersionsBefore(at: number): Promise<void> {
      await db.deleteFrom('risk_versions').where('at', '<', at).execute();
    },
    async treatments(): Promise<Treatment[]> {
      const rows = await db.selectFrom('risk_treatments').selectAll().orderBy('created', 'desc').limit(5_000).execute();
      return rows.map(toTreatment);
    },
    async putTreatment({ id, scoreThen, createdBy, ...rest }: Treatment): Promise<void> {
      const row = { ...rest, score_then: scoreThen, created_by: createdBy };
      await db
        .insertInto('risk_treatments')
        .values({ id, ...row })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
        .execute();
    },
    async acceptances(): Promise<Acceptance[]> {
      const rows = await db.selectFrom('risk_acceptances').selectAll().orderBy('accepted', 'desc').limit(5_000).execute();
      return rows.map(toAcceptance);
    },
    async addAcceptance({ acceptedBy, ...rest }: Acceptance): Promise<void> {
      await db
        .insertInto('risk_acceptances')
        .values({ ...rest, accepted_by: acceptedBy })
        .execute();
    },
    async revokeAcceptance(id: string, at: number): Promise<boolean> {
      const changed = await db
        .updateTable('risk_acceptances')
        .set({ revoked: at })
        .where('id', '=', id)
        .where('revoked', 'is', null)
        .executeTakeFirst();
      return Number(changed.numUpdatedRows) === 1;
    },
  };
}
