import type { Migration } from '../../store/migration.ts';
import type { Flag } from '../../store/values.ts';

export interface ContestTableRow {
  id: string;
  /** JSON: the plan, as it was set up. */
  plan: string;
  starts: number;
  ends: number;
  created: number;
  created_by: string;
  cancelled: number | null;
  published: number | null;
  /** JSON: places and awards by the players' numbers, from when they were published. */
  result: string | null;
}

export interface ContestPlayerRow {
  contest: string;
  uid: string;
  number: number;
  named: Flag;
  /** Department of the bracket, and the team, as they were on joining. */
  bracket: string | null;
  team: string | null;
  /** JSON: what was drawn, in which order, and what is right. */
  drawn: string;
  joined: number;
  disqualified: number | null;
  disqualified_by: string | null;
  disqualified_reason: string | null;
}

export interface ContestAnswerRow {
  contest: string;
  uid: string;
  place: number;
  /** `course/question` */
  question: string;
  shown: number;
  /** Milliseconds below which nobody has read it. */
  readable: number;
  answered: number | null;
  /** JSON: options as the course numbers them. */
  chosen: string | null;
  right_answer: Flag | null;
  /** Keyed hash of the address; gone when the result is published. */
  address: string | null;
}

export interface ContestTables {
  training_contests: ContestTableRow;
  training_contest_players: ContestPlayerRow;
  training_contest_answers: ContestAnswerRow;
}

export const contestMigrations: readonly Migration[] = [
  {
    id: '0084_training_contests',
    async up(db, types) {
      const { text, integer, flag } = types;
      await types
        .table(db, 'training_contests')
        .addColumn('id', text, (column) => column.primaryKey())
        .addColumn('plan', text, (column) => column.notNull())
        .addColumn('starts', integer, (column) => column.notNull())
        .addColumn('ends', integer, (column) => column.notNull())
        .addColumn('created', integer, (column) => column.notNull())
        .addColumn('created_by', text, (column) => column.notNull())
        .addColumn('cancelled', integer)
        .addColumn('published', integer)
        .addColumn('result', text)
        .execute();
      await types
        .table(db, 'training_contest_players')
        .addColumn('contest', text, (column) => column.notNull())
        .addColumn('uid', text, (column) => column.notNull())
        .addColumn('number', integer, (column) => column.notNull())
        .addColumn('named', flag, (column) => column.notNull())
        .addColumn('bracket', text)
        .addColumn('team', text)
        .addColumn('drawn', text, (column) => column.notNull())
        .addColumn('joined', integer, (column) => column.notNull())
        .addColumn('disqualified', integer)
        .addColumn('disqualified_by', text)
        .addColumn('disqualified_reason', text)
        .addPrimaryKeyConstraint('training_contest_players_key', ['contest', 'uid'])
        .addUniqueConstraint('training_contest_players_number', ['contest', 'number'])
        .execute();
      await types
        .table(db, 'training_contest_answers')
        .addColumn('contest', text, (column) => column.notNull())
        .addColumn('uid', text, (column) => column.notNull())
        .addColumn('place', integer, (column) => column.notNull())
        .addColumn('question', text, (column) => column.notNull())
        .addColumn('shown', integer, (column) => column.notNull())
        .addColumn('readable', integer, (column) => column.notNull())
        .addColumn('answered', integer)
        .addColumn('chosen', text)
        .addColumn('right_answer', flag)
        .addColumn('address', text)
        .addPrimaryKeyConstraint('training_contest_answers_key', ['contest', 'uid', 'place'])
        .execute();
      await db.schema.createIndex('training_contest_answers_person').on('training_contest_answers').column('uid').execute();
      await db.schema.createIndex('training_contest_answers_shown').on('training_contest_answers').column('shown').execute();
    },
  },
];
