import type { AppSecretKind } from '@menshen/contract';
import type { Selectable } from 'kysely';
import type { Keys } from '../../keys/master.ts';
import type { Store } from '../../store/store.ts';
import type { Replacement } from './model.ts';
import type { SecretRow } from './tables.ts';

const live = ['staged', 'active'] as const;

export function createAppSecretStore(store: Store, keys: Pick<Keys, 'sealText' | 'openText'>) {
  const { db } = store;
  const place = (id: string, column: 'value' | 'previous') => ({ table: 'app_secrets', column, key: id });
  const open = (id: string, column: 'value' | 'previous', sealed: Uint8Array | null): string | null =>
    sealed === null ? null : keys.openText(sealed, place(id, column));
  const toReplacement = (row: Selectable<SecretRow>): Replacement => ({
    ...{ id: row.id, app: row.app, kind: row.kind as AppSecretKind, provider: row.provider },
    ...{ configured: row.configured, mark: row.mark },
    value: open(row.id, 'value', row.value),
    previous: open(row.id, 'previous', row.previous),
    state: row.state as Replacement['state'],
    ...{ stagedAt: row.staged_at, stagedBy: row.staged_by, accepted: row.accepted === 1 },
    ...{ since: row.since, by: row.by, measure: row.measure, overlapUntil: row.overlap_until },
    ...{ taken: row.taken, fellBack: row.fell_back },
  });
  return {
    /** What was entered and what is in use. */
    async standing(): Promise<Replacement[]> {
      const rows = await db.selectFrom('app_secrets').selectAll().where('state', 'in', live).orderBy('staged_at').execute();
      return rows.map(toReplacement);
    },
    async find(id: string): Promise<Replacement | null> {
      const row = await db.selectFrom('app_secrets').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : toReplacement(row);
    },
    /** Keeps a secret that was entered, in the place of one that was entered before it and not used. */
    async stage(entered: Replacement & { readonly value: string }): Promise<void> {
      const { id, app, kind, provider, configured, mark, value, stagedAt, stagedBy, accepted } = entered;
      await store.batch([
        db
          .updateTable('app_secrets')
          .set({ state: 'discarded', value: null })
          .where('app', '=', app)
          .where('kind', '=', kind)
          .where('state', '=', 'staged'),
        db.insertInto('app_secrets').values({
          ...{ id, app, kind, provider, configured, mark, state: 'staged', accepted },
          ...{ value: keys.sealText(value, place(id, 'value')), staged_at: stagedAt, staged_by: stagedBy },
          ...{ previous: null, since: null, by: null, measure: null, overlap_until: null, taken: null, fell_back: null },
        }),
      ]);
    },
    /** Throws away what nobody has taken into use; false when there is none. */
    async discard(id: string): Promise<boolean> {
      const result = await db
        .updateTable('app_secrets')
        .set({ state: 'discarded', value: null })
        .where('id', '=', id)
        .where('state', '=', 'staged')
        .executeTakeFirstOrThrow();
      return Number(result.numUpdatedRows) > 0;
    },
    /** Takes a secret into use in the place of `previous`. */
    async activate(
      { id, provider, configured }: Replacement,
      use: {
        readonly previous: string;
        readonly since: number;
        readonly by: string;
        readonly measure: string;
        readonly overlapUntil: number;
      },
    ): Promise<void> {
      await store.batch([
        db
          .updateTable('app_secrets')
          .set({ state: 'replaced', value: null, previous: null })
          .where('provider', '=', provider)
          .where('configured', '=', configured)
          .where('state', '=', 'active'),
        db
          .updateTable('app_secrets')
          .set({
            ...{ state: 'active', since: use.since, by: use.by, measure: use.measure, overlap_until: use.overlapUntil },
            previous: keys.sealText(use.previous, place(id, 'previous')),
          })
          .where('id', '=', id)
          .where('state', '=', 'staged'),
      ]);
    },
    /** Notes that the platform took the new secret, or refused it and took the old. */
    async seen(id: string, which: 'taken' | 'fell_back', at: number): Promise<void> {
      await db
        .updateTable('app_secrets')
        .set({ [which]: at })
        .where('id', '=', id)
        .execute();
    },
    /** Forgets what was replaced where the overlap is over. Resolves to how many were forgotten. */
    async forgetPrevious(now: number): Promise<number> {
      const result = await db
        .updateTable('app_secrets')
        .set({ previous: null })
        .where('previous', 'is not', null)
        .where('overlap_until', '<=', now)
        .executeTakeFirstOrThrow();
      return Number(result.numUpdatedRows);
    },
    /** Forgets a secret that the configuration has itself by now. */
    async settle(id: string): Promise<void> {
      await db
        .updateTable('app_secrets')
        .set({ state: 'settled', value: null, previous: null })
        .where('id', '=', id)
        .where('state', '=', 'active')
        .execute();
    },
    async forgetStagedBefore(at: number): Promise<void> {
      await db
        .updateTable('app_secrets')
        .set({ state: 'discarded', value: null })
        .where('state', '=', 'staged')
        .where('staged_at', '<', at)
        .execute();
    },
  };
}

export type AppSecretStore = ReturnType<typeof createAppSecretStore>;
