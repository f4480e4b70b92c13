import { createHmac } from 'node:crypto';
import type { Transaction } from 'kysely';
import { mapRows } from '../../gently.ts';
import type { Keys } from '../../keys/master.ts';
import type { Schema } from '../../store/schema.ts';
import type { Store } from '../../store/store.ts';
import { type Meta, type ScimGroup, type ScimUser, scimGroup, scimUser } from './resource.ts';
import type { ResourceRow } from './tables.ts';

export type Kind = 'user' | 'group';
export type Stored<T> = { readonly meta: Meta; readonly value: T };

/** Somebody else has changed the resource, or made one of the same name, since it was read. */
export class ScimRace extends Error {}

/** Resources that one question names. */
const portion = 500;

const place = (id: string) => ({ table: 'scim_resources', column: 'data', key: id });

/** Users and groups as the identity provider wrote them; sealed, for they hold addresses and numbers. */
export function createScimStore(store: Store, keys: Keys) {
  const { db } = store;
  const toUser = (row: ResourceRow): Stored<ScimUser> => ({
    meta: metaOf(row),
    value: scimUser.parse(JSON.parse(keys.openText(row.data, place(row.id)))),
  });
  const toGroup = (row: ResourceRow): Stored<ScimGroup> => ({
    meta: metaOf(row),
    value: scimGroup.parse(JSON.parse(keys.openText(row.data, place(row.id)))),
  });
  const rows = (kind: Kind) => db.selectFrom('scim_resources').selectAll().where('kind', '=', kind);
  const seal = (id: string, value: ScimUser | ScimGroup): Uint8Array => keys.sealText(JSON.stringify(value), place(id));
  const secret = keys.derive('index of SCIM resources');
  const digest = (column: 'name' | 'external_id', text: string): string =>
    createHmac('sha256', secret)
      .update(JSON.stringify([column, text]))
      .digest('base64url');
  const columns = (name: string, externalId: string | null | undefined) => ({
    name: digest('name', name.toLowerCase()),
    external_id: externalId === null || externalId === undefined ? null : digest('external_id', externalId),
    hidden: 1 as const,
  });

  return {
    /** Digests names and ids in rows of before; safe to run on several nodes at once. */
    async sealClear(): Promise<number> {
      const clear = await db.selectFrom('scim_resources').select(['id', 'name', 'external_id']).where('hidden', '=', 0).execute();
      for (const { id, name, external_id } of clear)
        await db
          .updateTable('scim_resources')
          .set(columns(name, external_id))
          .where('id', '=', id)
          .where('hidden', '=', 0)
          .execute();
      return clear.length;
    },
    async user(id: string): Promise<Stored<ScimUser> | null> {
      const row = await rows('user').where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : toUser(row);
    },
    async group(id: string): Promise<Stored<ScimGroup> | null> {
      const row = await rows('group').where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : toGroup(row);
    },
    async usersBy(column: 'name' | 'external_id', value: string): Promise<Stored<ScimUser>[]> {
      return (await rows('user').where(column, '=', digest(column, value)).orderBy('id').limit(100).execute()).map(toUser);
    },
    async users(): Promise<Stored<ScimUser>[]> {
      return await mapRows(await rows('user').orderBy('created').orderBy('id').execute(), toUser);
    },
    /** Those of some ids that there are. */
    async usersOf(ids: readonly string[]): Promise<Stored<ScimUser>[]> {
      const users: Stored<ScimUser>[] = [];
      for (let at = 0; at < ids.length; at += portion)
        users.push(
          ...(await mapRows(
            await rows('user')
              .where('id', 'in', ids.slice(at, at + portion))
              .execute(),
            toUser,
          )),
        );
      return users;
    },
    async groups(): Promise<Stored<ScimGroup>[]> {
      return (await rows('group').orderBy('created').orderBy('id').execute()).map(toGroup);
    },
    /** How many of a kind there are, and whether a name is taken. */
    async taken(kind: Kind, name: string, by: string): Promise<boolean> {
      return (
        (await rows(kind).where('name', '=', digest('name', name.toLowerCase())).where('id', '!=', by).executeTakeFirst()) !==
        undefined
      );
    },
    async add(tx: Transaction<Schema>, kind: Kind, meta: Meta, name: string, value: ScimUser | ScimGroup): Promise<void> {
      await tx
        .insertInto('scim_resources')
        .values({ ...meta, kind, ...columns(name, value.externalId), data: seal(meta.id, value) })
        .execute();
    },
    /** @throws ScimRace when the version is no longer `meta.version - 1` */
    async put(tx: Transaction<Schema>, meta: Meta, name: string, value: ScimUser | ScimGroup): Promise<void> {
      const result = await tx
        .updateTable('scim_resources')
        .set({
          ...columns(name, value.externalId),
          data: seal(meta.id, value),
          version: meta.version,
          modified: meta.modified,
        })
        .where('id', '=', meta.id)
        .where('version', '=', meta.version - 1)
        .executeTakeFirst();
      if (Number(result.numUpdatedRows) === 0) throw new ScimRace();
    },
    /** @throws ScimRace */
    async remove(tx: Transaction<Schema>, { id, version }: Meta): Promise<void> {
      const result = await tx.deleteFrom('scim_resources').where('id', '=', id).where('version', '=', version).executeTakeFirst();
      if (Number(result.numDeletedRows) === 0) throw new ScimRace();
    },
  };
}

export type ScimStore = ReturnType<typeof createScimStore>;

function metaOf({ id, version, created, modified }: ResourceRow): Meta {
  return { id, version, created, modified };
}
