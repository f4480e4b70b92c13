import type { Migration } from '../store/migration.ts';
import type { Flag } from '../store/values.ts';
import { type BounceTables, bounceMigrations } from './bounces/tables.ts';
import { type BulletinTables, bulletinMigrations } from './bulletins/tables.ts';
import { type ContestTables, contestMigrations } from './contests/tables.ts';
import { type DrillTables, drillMigrations } from './drills/tables.ts';
import { type LabTables, labMigrations } from './labs/tables.ts';

/** Courses of the company's own, every version that was ever saved under a number. */
export interface OwnCourseRow {
  id: string;
  version: number;
  /** `draft`, `published`, `replaced`, `withdrawn`. */
  state: string;
  zh: string;
  en: string | null;
  saved: number;
  saved_by: string;
  published: number | null;
  published_by: string | null;
}

export interface ProgressRow {
  uid: string;
  course: string;
  version: number;
  /** Cards that were seen, bit by bit. */
  cards: number;
  started: number;
  last: number;
  attempts: number;
  /** Share of right answers of the first finished attempt and of the best, in percent. */
  first_score: number | null;
  best_score: number | null;
  /** When it was passed last. */
  passed: number | null;
}

export interface AttemptRow {
  id: string;
  uid: string;
  course: string;
  version: number;
  /** JSON: what was drawn, in which order, and what is right. */
  drawn: string;
  started: number;
  deadline: number;
  submitted: number | null;
  /** JSON: what was chosen. */
  answers: string | null;
  right_count: number | null;
  passed: Flag | null;
}

/** What FSRS knows of one person and one question. */
export interface MemoryRow {
  uid: string;
  course: string;
  question: string;
  due: number;
  stability: number;
  difficulty: number;
  state: number;
  reps: number;
  lapses: number;
  steps: number;
  scheduled: number;
  reviewed: number;
  /** Whether the last answer was right. */
  right_last: Flag;
}

export interface AssignmentRow {
  id: string;
  course: string;
  /** JSON: whom. */
  target: string;
  due: number | null;
  due_days: number;
  again: Flag;
  /** JSON: why, where it came from an event. */
  origin: string | null;
  reason: string;
  created: number;
  created_by: string;
  ended: number | null;
  ended_by: string | null;
}

export interface DutyRow {
  uid: string;
  course: string;
  assignment: string;
  assigned: number;
  due: number;
  done: number | null;
  reminded: number | null;
  reminders: number;
  /** Why the last reminder did not arrive. */
  problem: string | null;
}

export interface CertificateRow {
  id: string;
  uid: string;
  course: string;
  /** Sealed: canonical JSON, exactly what was signed. It names the person. */
  statement: Uint8Array;
  signature: string;
  issued: number;
  expires: number;
  revoked: number | null;
  revoked_by: string | null;
  revoked_reason: string | null;
}

export interface LearnerSessionRow {
  /** SHA-256 of the token. */
  hash: string;
  uid: string;
  csrf: string;
  way: string;
  created: number;
  last: number;
  expires: number;
}

export interface LearnerFlowRow {
  /** SHA-256 of the state or ticket. */
  hash: string;
  kind: string;
  /** `wecom`: SHA-256 of the browser's secret. `ticket`: the uid. */
  bound: string;
  expires: number;
}

export interface LearnerRow {
  uid: string;
  language: string | null;
  leaderboard: Flag;
  mail: Flag;
  bulletins: Flag;
  warnings: Flag;
}

export interface TrainTables extends BounceTables, BulletinTables, ContestTables, DrillTables, LabTables {
  training_courses: OwnCourseRow;
  training_progress: ProgressRow;
  training_attempts: AttemptRow;
  training_memory: MemoryRow;
  training_assignments: AssignmentRow;
  training_duties: DutyRow;
  training_certificates: CertificateRow;
  training_sessions: LearnerSessionRow;
  training_flows: LearnerFlowRow;
  training_learners: LearnerRow;
}

export const trainMigrations: readonly Migration[] = [
  {
    id: '0081_training',
    async up(db, types) {
      const { text, integer, flag, real } = types;
      await types
        .table(db, 'training_courses')
        .addColumn('id', text, (column) => column.notNull())
        .addColumn('version', integer, (column) => column.notNull())
        .addColumn('state', text, (column) => column.notNull())
        .addColumn('zh', text, (column) => column.notNull())
        .addColumn('en', text)
        .addColumn('saved', integer, (column) => column.notNull())
        .addColumn('saved_by', text, (column) => column.notNull())
        .addColumn('published', integer)
        .addColumn('published_by', text)
        .addPrimaryKeyConstraint('training_courses_key', ['id', 'version'])
        .execute();
      await types
        .table(db, 'training_progress')
        .addColumn('uid', text, (column) => column.notNull())
        .addColumn('course', text, (column) => column.notNull())
        .addColumn('version', integer, (column) => column.notNull())
        .addColumn('cards', integer, (column) => column.notNull())
        .addColumn('started', integer, (column) => column.notNull())
        .addColumn('last', integer, (column) => column.notNull())
        .addColumn('attempts', integer, (column) => column.notNull())
        .addColumn('first_score', integer)
        .addColumn('best_score', integer)
        .addColumn('passed', integer)
        .addPrimaryKeyConstraint('training_progress_key', ['uid', 'course'])
        .execute();
      await db.schema.createIndex('training_progress_course').on('training_progress').column('course').execute();
      await types
        .table(db, 'training_attempts')
        .addColumn('id', text, (column) => column.primaryKey())
        .addColumn('uid', text, (column) => column.notNull())
        .addColumn('course', text, (column) => column.notNull())
        .addColumn('version', integer, (column) => column.notNull())
        .addColumn('drawn', text, (column) => column.notNull())
        .addColumn('started', integer, (column) => column.notNull())
        .addColumn('deadline', integer, (column) => column.notNull())
        .addColumn('submitted', integer)
        .addColumn('answers', text)
        .addColumn('right_count', integer)
        .addColumn('passed', flag)
        .execute();
      await db.schema
        .createIndex('training_attempts_person')
        .on('training_attempts')
        .columns(['uid', 'course', 'started'])
        .execute();
      await db.schema.createIndex('training_attempts_started').on('training_attempts').column('started').execute();
      await types
        .table(db, 'training_memory')
        .addColumn('uid', text, (column) => column.notNull())
        .addColumn('course', text, (column) => column.notNull())
        .addColumn('question', text, (column) => column.notNull())
        .addColumn('due', integer, (column) => column.notNull())
        .addColumn('stability', real, (column) => column.notNull())
        .addColumn('difficulty', real, (column) => column.notNull())
        .addColumn('state', integer, (column) => column.notNull())
        .addColumn('reps', integer, (column) => column.notNull())
        .addColumn('lapses', integer, (column) => column.notNull())
        .addColumn('steps', integer, (column) => column.notNull())
        .addColumn('scheduled', integer, (column) => column.notNull())
        .addColumn('reviewed', integer, (column) => column.notNull())
        .addColumn('right_last', flag, (column) => column.notNull())
        .addPrimaryKeyConstraint('training_memory_key', ['uid', 'course', 'question'])
        .execute();
      await db.schema.createIndex('training_memory_due').on('training_memory').columns(['uid', 'due']).execute();
      await types
        .table(db, 'training_assignments')
        .addColumn('id', text, (column) => column.primaryKey())
        .addColumn('course', text, (column) => column.notNull())
        .addColumn('target', text, (column) => column.notNull())
        .addColumn('due', integer)
        .addColumn('due_days', integer, (column) => column.notNull())
        .addColumn('again', flag, (column) => column.notNull())
        .addColumn('origin', text)
        .addColumn('reason', text, (column) => column.notNull())
        .addColumn('created', integer, (column) => column.notNull())
        .addColumn('created_by', text, (column) => column.notNull())
        .addColumn('ended', integer)
        .addColumn('ended_by', text)
        .execute();
      await types
        .table(db, 'training_duties')
        .addColumn('uid', text, (column) => column.notNull())
        .addColumn('course', text, (column) => column.notNull())
        .addColumn('assignment', text, (column) => column.notNull())
        .addColumn('assigned', integer, (column) => column.notNull())
        .addColumn('due', integer, (column) => column.notNull())
        .addColumn('done', integer)
        .addColumn('reminded', integer)
        .addColumn('reminders', integer, (column) => column.notNull())
        .addColumn('problem', text)
        .addPrimaryKeyConstraint('training_duties_key', ['uid', 'course'])
        .execute();
      await db.schema.createIndex('training_duties_due').on('training_duties').column('due').execute();
      await types
        .table(db, 'training_certificates')
        .addColumn('id', text, (column) => column.primaryKey())
        .addColumn('uid', text, (column) => column.notNull())
        .addColumn('course', text, (column) => column.notNull())
        .addColumn('statement', types.bytes, (column) => column.notNull())
        .addColumn('signature', text, (column) => column.notNull())
        .addColumn('issued', integer, (column) => column.notNull())
        .addColumn('expires', integer, (column) => column.notNull())
        .addColumn('revoked', integer)
        .addColumn('revoked_by', text)
        .addColumn('revoked_reason', text)
        .execute();
      await db.schema
        .createIndex('training_certificates_person')
        .on('training_certificates')
        .columns(['uid', 'course'])
        .execute();
      await types
        .table(db, 'training_sessions')
        .addColumn('hash', text, (column) => column.primaryKey())
        .addColumn('uid', text, (column) => column.notNull())
        .addColumn('csrf', text, (column) => column.notNull())
        .addColumn('way', text, (column) => column.notNull())
        .addColumn('created', integer, (column) => column.notNull())
        .addColumn('last', integer, (column) => column.notNull())
        .addColumn('expires', integer, (column) => column.notNull())
        .execute();
      await types
        .table(db, 'training_flows')
        .addColumn('hash', text, (column) => column.primaryKey())
        .addColumn('kind', text, (column) => column.notNull())
        .addColumn('bound', text, (column) => column.notNull())
        .addColumn('expires', integer, (column) => column.notNull())
        .execute();
      await types
        .table(db, 'training_learners')
        .addColumn('uid', text, (column) => column.primaryKey())
        .addColumn('language', text)
        .addColumn('leaderboard', flag, (column) => column.notNull())
        .addColumn('mail', flag, (column) => column.notNull())
        .execute();
    },
  },
  ...contestMigrations,
  ...drillMigrations,
  ...bulletinMigrations,
  ...labMigrations,
  ...bounceMigrations,
];
