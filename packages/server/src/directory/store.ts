import type { Kysely, Selectable, Transaction } from 'kysely';
import * as z from 'zod';
import { mapRows } from '../gently.ts';
import type { Keys } from '../keys/master.ts';
import type { Schema } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { type Department, type Person, type SourceRecord, wecomSource } from './model.ts';
import type { DirectoryTables, PersonRow } from './tables.ts';

const ids = z.array(z.string());
const kindOf = z.enum(['employee', 'partner', 'customer']);
const statusOf = z.enum(['active', 'disabled', 'left']);
const nullableText = z.string().nullable();
const recordOf = z.strictObject({
  key: z.string(),
  uid: z.string(),
  kind: kindOf,
  name: nullableText,
  departments: ids.nullable(),
  leads: ids.nullable(),
  position: nullableText,
  phone: nullableText,
  email: nullableText,
  number: nullableText,
  roles: ids,
  status: statusOf.nullable(),
});

/** Rows per statement: below SQLite's limit of bound values, and small enough to let others in between. */
const chunk = 200;

const phonePlace = (uid: string) => ({ table: 'people', column: 'phone', key: uid });
const emailPlace = (uid: string) => ({ table: 'people', column: 'email', key: uid });
const profilePlace = (uid: string) => ({ table: 'people', column: 'profile', key: uid });
const profileOf = z.strictObject({ name: z.string(), position: nullableText, number: nullableText });
const recordPlace = (source: string, key: string) => ({ table: 'directory_records', column: 'data', key: `${source}\n${key}` });

/** What changes in the directory in one transaction. */
export interface DirectoryWrite {
  /** All departments of one source. */
  readonly departments: { readonly source: string; readonly rows: readonly Department[] } | null;
  readonly people: readonly Person[];
  readonly records: readonly SourceRecord[];
  readonly removedRecords?: readonly Pick<SourceRecord, 'source' | 'key'>[];
}

export interface DirectoryNews {
  readonly version: number;
  /** Null when they have not changed. */
  readonly departments: readonly Department[] | null;
  readonly people: readonly Person[];
  /** WeCom userid → uid. */
  readonly wecomLinks: readonly (readonly [userid: string, uid: string])[];
}

export interface DirectoryStore {
  /** Version of what stands in the store. */
  version(): Promise<number>;
  /** What has changed after a version. */
  since(version: number): Promise<DirectoryNews>;
  records(uids?: readonly string[]): Promise<SourceRecord[]>;
  recordsByKey(sources: readonly string[], keys: readonly string[]): Promise<SourceRecord[]>;
  /** Removes every row of a person within a transaction of {@link DirectoryStore.write}. */
  removePerson(tx: Transaction<Schema>, uid: string): Promise<void>;
  /** Seals what rows of before hold in clear; safe to run on several nodes at once. Resolves to how many there were. */
  sealClear(): Promise<number>;
  /**
   * Writes a change that was made against `version`, runs `also` in the same transaction, and returns the new version; null when somebody else
   * has written since: then nothing is written.
   */
  write(
    version: number,
    change: DirectoryWrite,
    also: (tx: Transaction<Schema>, version: number) => Promise<void>,
  ): Promise<number | null>;
}

/** People, departments and what their sources say; names, numbers, addresses and whole records are sealed. */
export function createDirectoryStore(store: Store, keys: Keys): DirectoryStore {
  const { db } = store;
  const sealed = (text: string | null, place: Parameters<Keys['sealText']>[1]) =>
    text === null ? null : keys.sealText(text, place);
  const opened = (bytes: Uint8Array | null, place: Parameters<Keys['sealText']>[1]) =>
    bytes === null ? null : keys.openText(bytes, place);

  const toRow = (person: Person, version: number): PersonRow => ({
    uid: person.uid,
    name: '',
    kind: person.kind,
    departments: JSON.stringify(person.departments),
    leads: JSON.stringify(person.leads),
    title: null,
    phone: sealed(person.phone, phonePlace(person.uid)),
    status: person.status,
    source: person.source,
    source_status: person.sourceStatus,
    source_roles: JSON.stringify(person.sourceRoles),
    email: sealed(person.email, emailPlace(person.uid)),
    number: null,
    blocked: Number(person.blocked),
    version,
    profile: keys.sealText(
      JSON.stringify({ name: person.name, position: person.position, number: person.number }),
      profilePlace(person.uid),
    ),
  });
  const toPerson = (row: PersonRow, localRoles: readonly string[]): Person => {
    const sourceRoles = ids.parse(JSON.parse(row.source_roles));
    const profile =
      row.profile === null
        ? { name: row.name, position: row.title, number: row.number }
        : profileOf.parse(JSON.parse(keys.openText(row.profile, profilePlace(row.uid))));
    return {
      uid: row.uid,
      name: profile.name,
      kind: kindOf.parse(row.kind),
      departments: ids.parse(JSON.parse(row.departments)),
      leads: ids.parse(JSON.parse(row.leads)),
      position: profile.position,
      phone: opened(row.phone, phonePlace(row.uid)),
      email: opened(row.email, emailPlace(row.uid)),
      number: profile.number,
      roles: [...new Set([...localRoles, ...sourceRoles])].sort(),
      sourceRoles,
      status: statusOf.parse(row.status),
      sourceStatus: statusOf.parse(row.source_status),
      blocked: row.blocked === 1,
      source: row.source,
    };
  };

  const rolesOf = async (rows: readonly PersonRow[]): Promise<Map<string, string[]>> => {
    const found = rows.length > chunk ? await db.selectFrom('person_roles').selectAll().execute() : await rolesIn(db, rows);
    const roles = new Map<string, string[]>();
    for (const { uid, role } of found) roles.set(uid, [...(roles.get(uid) ?? []), role]);
    return roles;
  };
  const openRecords = (rows: readonly Selectable<DirectoryTables['directory_records']>[]): Promise<SourceRecord[]> =>
    mapRows(rows, ({ source, key, uid, data, gone }) => {
      const person = recordOf.parse(JSON.parse(keys.openText(data, recordPlace(source, key))));
      return { source, key, uid, person, gone: gone === 1 };
    });

  return {
    version: async () => (await db.selectFrom('directory_version').select('version').executeTakeFirstOrThrow()).version,
    async since(version) {
      // Read before the rows: a change in between is read twice, never missed.
      const now = await db.selectFrom('directory_version').selectAll().executeTakeFirstOrThrow();
      const rows = await db
        .selectFrom('people')
        .selectAll()
        .where('version', version === 0 ? '>=' : '>', version)
        .execute();
      const links = await db
        .selectFrom('directory_records')
        .select(['key', 'uid'])
        .where('source', '=', wecomSource)
        .where('version', '>', version)
        .execute();
      const roles = await rolesOf(rows);
      const departments =
        now.departments_version > version
          ? (await db.selectFrom('departments').selectAll().execute()).map(({ position, ...rest }) => ({
              ...rest,
              order: position,
            }))
          : null;
      const people = await mapRows(rows, (row) => toPerson(row, roles.get(row.uid) ?? []));
      return { version: now.version, departments, people, wecomLinks: links.map(({ key, uid }) => [key, uid] as const) };
    },
    async records(uids) {
      const query = db.selectFrom('directory_records').selectAll();
      if (uids === undefined) return await openRecords(await query.execute());
      const found: SourceRecord[] = [];
      for (const some of chunks(uids)) found.push(...(await openRecords(await query.where('uid', 'in', some).execute())));
      return found;
    },
    async recordsByKey(sources, wanted) {
      const query = db.selectFrom('directory_records').selectAll();
      const found: SourceRecord[] = [];
      if (sources.length === 0) return found;
      for (const some of chunks(wanted))
        found.push(...(await openRecords(await query.where('source', 'in', sources).where('key', 'in', some).execute())));
      return found;
    },
    async removePerson(tx, uid) {
      for (const table of ['people', 'person_roles', 'directory_records', 'role_assignments'] as const)
        await tx.deleteFrom(table).where('uid', '=', uid).execute();
      await tx
        .deleteFrom('delegations')
        .where((where) => where.or([where('from_uid', '=', uid), where('to_uid', '=', uid)]))
        .execute();
    },
    async sealClear() {
      for (let sealedRows = 0; ; ) {
        const rows = await db.selectFrom('people').selectAll().where('profile', 'is', null).limit(chunk).execute();
        if (rows.length === 0) return sealedRows;
        await store.batch(
          rows.map(({ uid, name, title, number }) =>
            db
              .updateTable('people')
              .set({
                ...{ name: '', title: null, number: null },
                profile: keys.sealText(JSON.stringify({ name, position: title, number }), profilePlace(uid)),
              })
              .where('uid', '=', uid)
              .where('profile', 'is', null),
          ),
        );
        sealedRows += rows.length;
      }
    },
    write: (version, change, also) =>
      store.transaction(async (tx) => {
        const next = version + 1;
        const moved = await tx
          .updateTable('directory_version')
          .set({ version: next, ...(change.departments === null ? {} : { departments_version: next }) })
          .where('version', '=', version)
          .executeTakeFirst();
        if (Number(moved.numUpdatedRows) === 0) return null;
        if (change.departments !== null) {
          await tx.deleteFrom('departments').where('source', '=', change.departments.source).execute();
          for (const rows of chunks(change.departments.rows))
            await tx
              .insertInto('departments')
              .values(rows.map(({ order, ...rest }) => ({ ...rest, position: order })))
              .execute();
        }
        for (const people of chunks(change.people))
          await putPeople(
            tx,
            people.map((person) => toRow(person, next)),
          );
        for (const records of chunks(change.records)) {
          await tx
            .insertInto('directory_records')
            .values(
              records.map(({ source, key, uid, person, gone }) => ({
                source,
                key,
                uid,
                data: keys.sealText(JSON.stringify(person), recordPlace(source, key)),
                gone: Number(gone),
                version: next,
              })),
            )
            .onConflict((conflict) =>
              conflict.columns(['source', 'key']).doUpdateSet((value) => ({
                uid: value.ref('excluded.uid'),
                data: value.ref('excluded.data'),
                gone: value.ref('excluded.gone'),
                version: value.ref('excluded.version'),
              })),
            )
            .execute();
        }
        for (const { source, key } of change.removedRecords ?? [])
          await tx.deleteFrom('directory_records').where('source', '=', source).where('key', '=', key).execute();
        await also(tx, next);
        return next;
      }),
  };
}

async function putPeople(tx: Transaction<Schema>, rows: PersonRow[]): Promise<void> {
  await tx
    .insertInto('people')
    .values(rows)
    .onConflict((conflict) =>
      conflict.column('uid').doUpdateSet((value) => ({
        name: value.ref('excluded.name'),
        kind: value.ref('excluded.kind'),
        departments: value.ref('excluded.departments'),
        leads: value.ref('excluded.leads'),
        title: value.ref('excluded.title'),
        phone: value.ref('excluded.phone'),
        status: value.ref('excluded.status'),
        source: value.ref('excluded.source'),
        source_status: value.ref('excluded.source_status'),
        source_roles: value.ref('excluded.source_roles'),
        email: value.ref('excluded.email'),
        number: value.ref('excluded.number'),
        blocked: value.ref('excluded.blocked'),
        version: value.ref('excluded.version'),
        profile: value.ref('excluded.profile'),
      })),
    )
    .execute();
}

async function rolesIn(db: Kysely<Schema>, rows: readonly PersonRow[]) {
  if (rows.length === 0) return [];
  return await db
    .selectFrom('person_roles')
    .selectAll()
    .where(
      'uid',
      'in',
      rows.map((row) => row.uid),
    )
    .execute();
}

function* chunks<T>(rows: readonly T[]): Iterable<readonly T[]> {
  for (let at = 0; at < rows.length; at += chunk) yield rows.slice(at, at + chunk);
}
