import { MenshenError } from '@menshen/contract';
import type * as z from 'zod';
import type { Keys } from '../keys/master.ts';
import { isStoreError } from '../store/errors.ts';
import type { Store } from '../store/store.ts';

export interface Versioned<T> {
  readonly id: string;
  readonly version: number;
  readonly by: string;
  readonly at: number;
  readonly fields: T;
  readonly signed: { readonly by: string; readonly at: number } | null;
}

/** One register: entries in versions, none of which is ever changed; only a signature is added. */
export function createRegisterStore<T extends z.ZodType>(store: Store, keys: Keys, kind: 'processor' | 'assessment', schema: T) {
  const { db } = store;
  type Entry = Versioned<z.output<T>>;
  const place = (id: string, version: number) => ({
    table: 'privacy_registers',
    column: 'data',
    key: `${kind}\n${id}\n${version}`,
  });
  const rows = () => db.selectFrom('privacy_registers').selectAll().where('kind', '=', kind);
  const toEntry = (row: Awaited<ReturnType<ReturnType<typeof rows>['execute']>>[number]): Entry => ({
    ...{ id: row.id, version: row.version, by: row.by, at: row.at },
    fields: schema.parse(JSON.parse(keys.openText(row.data, place(row.id, row.version)))),
    signed: row.signed_by === null || row.signed_at === null ? null : { by: row.signed_by, at: row.signed_at },
  });
  return {
    /** The newest version of each entry. */
    async list(): Promise<Entry[]> {
      const found = new Map<string, Entry>();
      for (const row of await rows().orderBy('id').orderBy('version').execute()) found.set(row.id, toEntry(row));
      return [...found.values()];
    },
    async versions(id: string): Promise<Entry[]> {
      return (await rows().where('id', '=', id).orderBy('version', 'desc').limit(200).execute()).map(toEntry);
    },
    /** Adds the version after `before`; 0 for a new entry. Throws `conflict` when it is there already, or `before` is not. */
    async add(id: string, before: number, fields: z.output<T>, by: string, at: number): Promise<Entry> {
      const [newest] = await this.versions(id);
      if ((newest?.version ?? 0) !== before) throw new MenshenError('conflict');
      const version = before + 1;
      const data = keys.sealText(JSON.stringify(fields), place(id, version));
      try {
        await db
          .insertInto('privacy_registers')
          .values({ kind, id, version, by, at, data, signed_by: null, signed_at: null })
          .execute();
      } catch (error) {
        throw isStoreError(error, 'store_conflict') ? new MenshenError('conflict') : error;
      }
      return { id, version, by, at, fields, signed: null };
    },
    /** Throws `conflict` for a version that is signed, or not the newest. */
    async sign(id: string, version: number, by: string, at: number): Promise<Entry> {
      const [newest] = await this.versions(id);
      if (newest === undefined) throw new MenshenError('not_found');
      if (newest.version !== version || newest.signed !== null) throw new MenshenError('conflict');
      await db
        .updateTable('privacy_registers')
        .set({ signed_by: by, signed_at: at })
        .where('kind', '=', kind)
        .where('id', '=', id)
        .where('version', '=', version)
        .where('signed_by', 'is', null)
        .execute();
      return { ...newest, signed: { by, at } };
    },
  };
}
