import { sql } from 'kysely';
import type { Migration } from '../store/migration.ts';

export interface DepartmentRow {
  id: string;
  name: string;
  parent: string | null;
  position: number;
  source: string;
}

export interface PersonRow {
  uid: string;
  name: string;
  kind: string;
  departments: string;
  leads: string;
  title: string | null;
  phone: Uint8Array | null;
  status: string;
  source: string;
  source_status: string;
  source_roles: string;
  email: Uint8Array | null;
  number: string | null;
  blocked: number;
  version: number;
  /** Sealed: name, number and position. Null in rows of before, whose own columns hold them until the next start has sealed them. */
  profile: Uint8Array | null;
}

interface RoleRow {
  uid: string;
  role: string;
}

interface StateRow {
  name: string;
  value: string;
}

interface VersionRow {
  id: number;
  version: number;
  departments_version: number;
}

interface RecordRow {
  source: string;
  key: string;
  uid: string;
  data: Uint8Array;
  gone: number;
  version: number;
}

interface SourceRow {
  id: string;
  state: string;
}

interface HeldRow {
  id: string;
  source: string;
  kind: string;
  digest: string;
  made_by: string;
  at: number;
  summary: string;
  image: Uint8Array;
}

interface AssignmentRow {
  id: string;
  uid: string;
  role: string;
  scope: string;
  department: string | null;
  ends: number | null;
  made_by: string;
  at: number;
}

interface DelegationRow {
  id: string;
  from_uid: string;
  to_uid: string;
  role: string;
  starts: number;
  ends: number;
  reason: string;
  made_by: string;
  at: number;
}

export interface DirectoryTables {
  departments: DepartmentRow;
  people: PersonRow;
  person_roles: RoleRow;
  directory_state: StateRow;
  directory_version: VersionRow;
  directory_records: RecordRow;
  directory_sources: SourceRow;
  directory_held: HeldRow;
  role_assignments: AssignmentRow;
  delegations: DelegationRow;
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
  {
    // People and departments known before sources had names came from WeCom.
    id: '0017_directory_sources',
    async up(db, types) {
      await db.schema
        .alterTable('departments')
        .addColumn('source', types.text, (column) => column.notNull().defaultTo('wecom'))
        .execute();
      const added = [
        ['source', types.text, "'wecom'"],
        ['source_status', types.text, "'active'"],
        ['source_roles', types.text, "'[]'"],
        ['blocked', types.flag, '0'],
        ['version', types.integer, '0'],
      ] as const;
      for (const [name, type, value] of added)
        await db.schema
          .alterTable('people')
          .addColumn(name, type, (column) => column.notNull().defaultTo(sql.raw(value)))
          .execute();
      await db.schema.alterTable('people').addColumn('email', types.bytes).execute();
      await db.schema.alterTable('people').addColumn('number', types.text).execute();
      await sql`update people set source_status = status`.execute(db);
      await db.schema.createIndex('people_version').on('people').column('version').execute();
      await types
        .table(db, 'directory_version')
        .addColumn('id', types.integer, (column) => column.primaryKey())
        .addColumn('version', types.integer, (column) => column.notNull())
        .addColumn('departments_version', types.integer, (column) => column.notNull())
        .execute();
      await sql`insert into directory_version (id, version, departments_version) values (1, 1, 1)`.execute(db);
      await types
        .table(db, 'directory_records')
        .addColumn('source', types.text, (column) => column.notNull())
        .addColumn('key', types.text, (column) => column.notNull())
        .addColumn('uid', types.text, (column) => column.notNull())
        .addColumn('data', types.bytes, (column) => column.notNull())
        .addColumn('gone', types.flag, (column) => column.notNull())
        .addColumn('version', types.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint('directory_records_key', ['source', 'key'])
        .execute();
      await db.schema.createIndex('directory_records_uid').on('directory_records').column('uid').execute();
      await db.schema.createIndex('directory_records_version').on('directory_records').columns(['source', 'version']).execute();
      await types
        .table(db, 'directory_sources')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('state', types.text, (column) => column.notNull())
        .execute();
      await types
        .table(db, 'directory_held')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('source', types.text, (column) => column.notNull())
        .addColumn('kind', types.text, (column) => column.notNull())
        .addColumn('digest', types.text, (column) => column.notNull())
        .addColumn('made_by', types.text, (column) => column.notNull())
        .addColumn('at', types.integer, (column) => column.notNull())
        .addColumn('summary', types.text, (column) => column.notNull())
        .addColumn('image', types.bytes, (column) => column.notNull())
        .execute();
      await types
        .table(db, 'role_assignments')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('uid', types.text, (column) => column.notNull())
        .addColumn('role', types.text, (column) => column.notNull())
        .addColumn('scope', types.text, (column) => column.notNull())
        .addColumn('department', types.text)
        .addColumn('ends', types.integer)
        .addColumn('made_by', types.text, (column) => column.notNull())
        .addColumn('at', types.integer, (column) => column.notNull())
        .execute();
      await db.schema.createIndex('role_assignments_uid').on('role_assignments').column('uid').execute();
      await types
        .table(db, 'delegations')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('from_uid', types.text, (column) => column.notNull())
        .addColumn('to_uid', types.text, (column) => column.notNull())
        .addColumn('role', types.text, (column) => column.notNull())
        .addColumn('starts', types.integer, (column) => column.notNull())
        .addColumn('ends', types.integer, (column) => column.notNull())
        .addColumn('reason', types.text, (column) => column.notNull())
        .addColumn('made_by', types.text, (column) => column.notNull())
        .addColumn('at', types.integer, (column) => column.notNull())
        .execute();
    },
  },
  {
    // Names and numbers of people leave their columns when the store is next opened: a migration has no keys.
    id: '0045_sealed_people',
    async up(db, types) {
      await db.schema.alterTable('people').addColumn('profile', types.bytes).execute();
    },
  },
];
