import * as z from 'zod';
import type { Keys } from '../keys/master.ts';
import type { Migration } from '../store/migration.ts';
import type { Store } from '../store/store.ts';
import type { Department, Person } from './model.ts';

interface DepartmentRow {
  id: string;
  name: string;
  parent: string | null;
  position: number;
}

interface PersonRow {
  uid: string;
  name: string;
  kind: string;
  departments: string;
  leads: string;
  title: string | null;
  phone: Uint8Array | null;
  status: string;
}

interface RoleRow {
  uid: string;
  role: string;
}

interface StateRow {
  name: string;
  value: string;
}

export interface DirectoryTables {
  departments: DepartmentRow;
  people: PersonRow;
  person_roles: RoleRow;
  directory_state: StateRow;
}

export const directoryMigrations: readonly Migration[] = [
  {
    id: '0003_directory',
    async up(db, types) {
      await types
        .table(db, 'departments')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('name', types.text, (column) => column.notNull())
        .addColumn('parent', types.text)
        .addColumn('position', types.integer, (column) => column.notNull())
        .execute();
      await types
        .table(db, 'people')
        .addColumn('uid', types.text, (column) => column.primaryKey())
        .addColumn('name', types.text, (column) => column.notNull())
        .addColumn('kind', types.text, (column) => column.notNull())
        .addColumn('departments', types.text, (column) => column.notNull())
        .addColumn('leads', types.text, (column) => column.notNull())
        .addColumn('title', types.text)
        .addColumn('phone', types.bytes)
        .addColumn('status', types.text, (column) => column.notNull())
        .execute();
      await types
        .table(db, 'person_roles')
        .addColumn('uid', types.text, (column) => column.notNull())
        .addColumn('role', types.text, (column) => column.notNull())
        .addPrimaryKeyConstraint('person_roles_key', ['uid', 'role'])
        .execute();
      await types
        .table(db, 'directory_state')
        .addColumn('name', types.text, (column) => column.primaryKey())
        .addColumn('value', types.text, (column) => column.notNull())
        .execute();
    },
  },
];

const ids = z.array(z.string());
const kindOf = z.enum(['employee', 'partner', 'customer']);
const statusOf = z.enum(['active', 'disabled', 'left']);

const place = (uid: string) => ({ table: 'people', column: 'phone', key: uid });

/** The tables of the directory; phone numbers are sealed. */
export function createDirectoryStore(store: Store, keys: Keys) {
  const { db } = store;

  const toRow = (person: Person): PersonRow => ({
    uid: person.uid,
    name: person.name,
    kind: person.kind,
    departments: JSON.stringify(person.departments),
    leads: JSON.stringify(person.leads),
    title: person.position,
    phone: person.phone === null ? null : keys.sealText(person.phone, place(person.uid)),
    status: person.status,
  });

  return {
    async load(): Promise<{ departments: Department[]; people: Person[] }> {
      const [departments, people, roles] = await Promise.all([
        db.selectFrom('departments').selectAll().execute(),
        db.selectFrom('people').selectAll().execute(),
        db.selectFrom('person_roles').selectAll().execute(),
      ]);
      const rolesOf = new Map<string, string[]>();
      for (const { uid, role } of roles) rolesOf.set(uid, [...(rolesOf.get(uid) ?? []), role]);
      return {
        departments: departments.map((row) => ({ id: row.id, name: row.name, parent: row.parent, order: row.position })),
        people: people.map((row) => ({
          uid: row.uid,
          name: row.name,
          kind: kindOf.parse(row.kind),
          departments: ids.parse(JSON.parse(row.departments)),
          leads: ids.parse(JSON.parse(row.leads)),
          position: row.title,
          phone: row.phone === null ? null : keys.openText(row.phone, place(row.uid)),
          roles: (rolesOf.get(row.uid) ?? []).sort(),
          status: statusOf.parse(row.status),
        })),
      };
    },
    /** Writes a difference in one transaction. */
    async apply(change: {
      departments: readonly Department[] | null;
      upsert: readonly Person[];
      syncedAt: number | null;
    }): Promise<void> {
      await store.transaction(async (tx) => {
        if (change.departments !== null) {
          await tx.deleteFrom('departments').execute();
          for (let at = 0; at < change.departments.length; at += 500) {
            const rows = change.departments.slice(at, at + 500).map((department) => ({
              id: department.id,
              name: department.name,
              parent: department.parent,
              position: department.order,
            }));
            await tx.insertInto('departments').values(rows).execute();
          }
        }
        for (const person of change.upsert) {
          const { uid, ...rest } = toRow(person);
          await tx
            .insertInto('people')
            .values({ uid, ...rest })
            .onConflict((conflict) => conflict.column('uid').doUpdateSet(rest))
            .execute();
        }
        if (change.syncedAt !== null) {
          const value = String(change.syncedAt);
          await tx
            .insertInto('directory_state')
            .values({ name: 'synced_at', value })
            .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
            .execute();
        }
      });
    },
    async setRoles(uid: string, roles: readonly string[]): Promise<void> {
      await store.transaction(async (tx) => {
        await tx.deleteFrom('person_roles').where('uid', '=', uid).execute();
        if (roles.length > 0)
          await tx
            .insertInto('person_roles')
            .values(roles.map((role) => ({ uid, role })))
            .execute();
      });
    },
    async syncedAt(): Promise<number | null> {
      const row = await db.selectFrom('directory_state').select('value').where('name', '=', 'synced_at').executeTakeFirst();
      return row === undefined ? null : Number(row.value);
    },
  };
}

export type DirectoryStore = ReturnType<typeof createDirectoryStore>;
