import { MenshenError } from '@menshen/contract';
import { type Selectable, sql } from 'kysely';
import type { Audit } from '../audit/service.ts';
import { gently } from '../gently.ts';
import type { Keys } from '../keys/master.ts';
import type { Store } from '../store/store.ts';
import type { Campaign } from './campaign.ts';
import { maxBatch, mintCode, type ScannedCode, verifyCode } from './code.ts';
import type { GuardTables } from './tables.ts';
import type { Transactions } from './transactions.ts';

/** Codes of one batch; more are issued as several batches. */
export const maxCodes = 10_000;
const mintedAtOnce = 50;

export interface Batch {
  readonly batch: number;
  readonly generation: number;
  readonly count: number;
  /** How many were claimed. */
  readonly used: number;
  readonly label: string;
  readonly place: string | null;
  readonly expires: number;
  readonly created: number;
  readonly createdBy: string;
  readonly revokedAt: number | null;
  readonly revokedBy: string | null;
  readonly revokeReason: string | null;
}

export interface NewBatch {
  readonly count: number;
  readonly label: string;
  readonly place: string | null;
  /** Epoch ms. */
  readonly expires: number;
}

export interface CodeBatches {
  issue(campaign: Campaign, given: NewBatch, by: string): Promise<{ readonly batch: Batch; readonly codes: readonly string[] }>;
  /** The codes of a batch once more: they are computed, not kept. */
  codes(campaign: Campaign, batch: number, by: string): Promise<readonly string[]>;
  list(campaign: Campaign): Promise<Batch[]>;
  revoke(campaign: Campaign, batch: number, by: string, reason: string): Promise<void>;
  /** Reads a scanned code, without a look at the store. */
  verify(campaign: Campaign, scanned: unknown): ScannedCode | null;
}

/** The codes of a batch. Ten thousand take a quarter of a second, in which nobody would be answered. */
function* mintEach(
  key: Uint8Array,
  { batch, generation, count }: Pick<Batch, 'batch' | 'generation' | 'count'>,
): Generator<void, string[]> {
  const codes: string[] = [];
  for (let serial = 0; serial < count; serial += 1) {
    codes.push(mintCode(key, { generation, batch, serial }));
    if (serial % mintedAtOnce === 0) yield;
  }
  return codes;
}

/** Signed single-use codes, issued in batches: the store holds a row a batch, and a claimed code is one of a grant. */
export function createCodeBatches(parts: {
  readonly store: Store;
  readonly transactions: Transactions;
  readonly keys: Pick<Keys, 'derive'>;
  readonly audit: Pick<Audit, 'act'>;
  readonly clock: () => number;
}): CodeBatches {
  const { store, transactions, keys, audit, clock } = parts;
  const derived = new Map<string, Uint8Array>();

  const keyOf = (campaign: Campaign, generation: number): Uint8Array | null => {
    if (campaign.generations?.includes(generation) !== true) return null;
    const purpose = `guard codes ${campaign.app}/${campaign.id} ${generation}`;
    let key = derived.get(purpose);
    if (key === undefined) {
      key = keys.derive(purpose);
      derived.set(purpose, key);
    }
    return key;
  };

  const mintAll = async (
    campaign: Campaign,
    { batch, generation, count }: Pick<Batch, 'batch' | 'generation' | 'count'>,
  ): Promise<string[]> => {
    const key = keyOf(campaign, generation);
    // Codes of a key that is no longer good would be printed in vain.
    if (key === null) throw new MenshenError('conflict');
    return await gently(mintEach(key, { batch, generation, count }));
  };

  const rowOf = async (campaign: Campaign, batch: number): Promise<Selectable<GuardTables['guard_batches']>> => {
    const row = await store.db
      .selectFrom('guard_batches')
      .selectAll()
      .where('app', '=', campaign.app)
      .where('campaign', '=', campaign.id)
      .where('batch', '=', batch)
      .executeTakeFirst();
    if (row === undefined) throw new MenshenError('not_found');
    return row;
  };

  const act = (
    activity: 'create' | 'read' | 'update',
    campaign: Campaign,
    detail: Readonly<Record<string, string | number>>,
  ) => ({
    activity,
    entity: 'campaign codes',
    detail: { campaign: `${campaign.app}/${campaign.id}`, ...detail },
  });

  return {
    async issue(campaign, given, by) {
      const now = clock();
      const [generation] = campaign.generations ?? [];
      if (generation === undefined) throw new MenshenError('conflict');
      const { places, window } = campaign;
      const unknownPlace = given.place !== null && places !== null && !places.has(given.place);
      if (unknownPlace) throw new MenshenError('validation_failed', { fields: ['place'] });
      if (given.expires <= now) throw new MenshenError('validation_failed', { fields: ['expires'] });
      const values = {
        generation,
        count: Math.min(given.count, maxCodes),
        label: given.label,
        place: given.place,
        expires: Math.min(given.expires, window.end),
        created: now,
        created_by: by,
        revoked_at: null,
        revoked_by: null,
        revoke_reason: null,
      };
      const detail = { count: values.count, label: given.label, place: given.place ?? '', generation };
      const number = await audit.act(by, act('create', campaign, detail), () =>
        transactions.run(async (db) => {
          const last = await db
            .selectFrom('guard_batches')
            .select((value) => value.fn.max('batch').as('batch'))
            .where('app', '=', campaign.app)
            .where('campaign', '=', campaign.id)
            .executeTakeFirst();
          const next = (last?.batch ?? 0) + 1;
          if (next > maxBatch) return null;
          await db
            .insertInto('guard_batches')
            .values({ app: campaign.app, campaign: campaign.id, batch: next, ...values })
            .execute();
          return next;
        }),
      );
      if (number === null) throw new MenshenError('conflict');
      const batch: Batch = {
        ...{ batch: number, generation, count: values.count, used: 0 },
        ...{ label: values.label, place: values.place, expires: values.expires, created: now, createdBy: by },
        ...{ revokedAt: null, revokedBy: null, revokeReason: null },
      };
      return { batch, codes: await mintAll(campaign, batch) };
    },

    async codes(campaign, batch, by) {
      const row = await rowOf(campaign, batch);
      return await audit.act(by, act('read', campaign, { batch, count: row.count }), () => mintAll(campaign, row));
    },

    async list(campaign) {
      const rows = await store.db
        .selectFrom('guard_batches')
        .selectAll()
        // The codes of batch 7 stand between `7.` and `7/` in the index, so none of them is read to be counted.
        .select(({ selectFrom, fn }) =>
          selectFrom('guard_grants')
            .select(fn.countAll<number>().as('used'))
            .whereRef('guard_grants.app', '=', 'guard_batches.app')
            .whereRef('guard_grants.campaign', '=', 'guard_batches.campaign')
            .where('code', '>=', sql<string>`cast(${sql.ref('batch')} as text) || '.'`)
            .where('code', '<', sql<string>`cast(${sql.ref('batch')} as text) || '/'`)
            .as('used'),
        )
        .where('app', '=', campaign.app)
        .where('campaign', '=', campaign.id)
        .orderBy('batch', 'desc')
        .limit(500)
        .execute();
      return rows.map((row) => ({
        ...{ batch: row.batch, generation: row.generation, count: row.count, used: Number(row.used ?? 0) },
        ...{ label: row.label, place: row.place, expires: row.expires, created: row.created, createdBy: row.created_by },
        ...{ revokedAt: row.revoked_at, revokedBy: row.revoked_by, revokeReason: row.revoke_reason },
      }));
    },

    async revoke(campaign, batch, by, reason) {
      const row = await rowOf(campaign, batch);
      if (row.revoked_at !== null) throw new MenshenError('conflict');
      await audit.act(by, act('update', campaign, { batch, revoked: 'yes', reason }), () =>
        transactions.run(async (db) => {
          await db
            .updateTable('guard_batches')
            .set({ revoked_at: clock(), revoked_by: by, revoke_reason: reason })
            .where('app', '=', campaign.app)
            .where('campaign', '=', campaign.id)
            .where('batch', '=', batch)
            .execute();
        }),
      );
    },

    verify: (campaign, scanned) => verifyCode(scanned, (generation) => keyOf(campaign, generation)),
  };
}
