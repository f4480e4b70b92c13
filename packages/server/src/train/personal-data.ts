import type { Keys } from '../keys/master.ts';
import type { HeldRow, Holding } from '../privacy/holding.ts';
import { createAgedRows } from '../store/aged-rows.ts';
import { countPersonRows, personsInRows } from '../store/person-rows.ts';
import type { Store } from '../store/store.ts';
import { createCertificateStore } from './certificates/store.ts';
import { createNamedTargets } from './named.ts';

/** The more telling last: a removal that stops half-way leaves no answers without their person's account of them. */
const tables = [
  ...(['training_contest_answers', 'training_contest_players', 'training_drill_mails'] as const),
  ...(['training_bulletin_deliveries', 'training_bounced_mailboxes', 'training_mails'] as const),
  ...(['training_sessions', 'training_attempts', 'training_memory', 'training_progress'] as const),
  ...(['training_lab_places', 'training_labs', 'training_duties', 'training_certificates', 'training_learners'] as const),
] as const;

/** What training holds of a person: what they were asked to learn, how they did, what they chose. Sign-ins under way name nobody for long. */
export function createTrainHolding(store: Store, keys: Pick<Keys, 'sealText' | 'openText'>): Holding {
  const { db } = store;
  const certificates = createCertificateStore(store, keys);
  const targets = createNamedTargets(store);
  return {
    name: 'training',
    tables: [...tables, 'training_assignments', 'training_drills', 'training_bulletins', 'training_contests'],
    uids: () => personsInRows(store, tables),
    count: async (uid, scope) =>
      scope === 'person' ? (await countPersonRows(store, tables, 'uid', uid)) + (await targets.count(uid)) : 0,
    async read(uid, limit) {
      const rows: HeldRow[] = [];
      for (const { course, assigned, due, done } of await db
        .selectFrom('training_duties')
        .selectAll()
        .where('uid', '=', uid)
        .orderBy('assigned', 'desc')
        .execute())
        rows.push({ kind: 'assigned course', course, assigned, due, done });
      for (const row of await db.selectFrom('training_progress').selectAll().where('uid', '=', uid).execute()) {
        const { course, started, last, attempts, first_score, best_score, passed } = row;
        rows.push({ kind: 'progress', course, started, last, attempts, firstScore: first_score, bestScore: best_score, passed });
      }
      for (const { lab, started, tries, passed } of await db
        .selectFrom('training_labs')
        .selectAll()
        .where('uid', '=', uid)
        .execute())
        rows.push({ kind: 'lab', lab, started, tries, passed });
      for (const { id } of await db.selectFrom('training_certificates').select('id').where('uid', '=', uid).execute()) {
        const certificate = await certificates.find(id);
        if (certificate !== null)
          rows.push({ kind: 'certificate', id, statement: certificate.statement, revoked: certificate.revoked });
      }
      for (const row of await db.selectFrom('training_learners').selectAll().where('uid', '=', uid).execute())
        rows.push({
          kind: 'choices',
          language: row.language,
          leaderboard: row.leaderboard === 1,
          mail: row.mail === 1,
          bulletins: row.bulletins === 1,
          warnings: row.warnings === 1,
        });
      for (const row of await db.selectFrom('training_contest_players').selectAll().where('uid', '=', uid).execute())
        rows.push({ kind: 'contest', contest: row.contest, number: row.number, named: row.named === 1, joined: row.joined });
      for (const { drill, sent, opened, reported } of await db
        .selectFrom('training_drill_mails')
        .selectAll()
        .where('uid', '=', uid)
        .execute())
        rows.push({ kind: 'phishing drill', drill, sent, opened, reported });
      for (const { bulletin, state, sent, way } of await db
        .selectFrom('training_bulletin_deliveries')
        .selectAll()
        .where('uid', '=', uid)
        .orderBy('due', 'desc')
        .limit(limit)
        .execute())
        rows.push({ kind: 'bulletin', bulletin, state, sent, way });
      for (const { since } of await db.selectFrom('training_bounced_mailboxes').selectAll().where('uid', '=', uid).execute())
        rows.push({ kind: 'bounced mailbox', since });
      for (const { kind, ref, sent, verdict, reported } of await db
        .selectFrom('training_mails')
        .selectAll()
        .where('uid', '=', uid)
        .orderBy('sent', 'desc')
        .limit(limit)
        .execute())
        rows.push({ kind: 'mail', about: kind, ref, sent, verdict, reported });
      for (const { contest, question, answered, right_answer } of await db
        .selectFrom('training_contest_answers')
        .selectAll()
        .where('uid', '=', uid)
        .orderBy('shown', 'desc')
        .limit(limit)
        .execute())
        rows.push({ kind: 'contest answer', contest, question, answered, right: right_answer === 1 });
      for (const { course, started, submitted, right_count, answers } of await db
        .selectFrom('training_attempts')
        .selectAll()
        .where('uid', '=', uid)
        .orderBy('started', 'desc')
        .limit(limit)
        .execute())
        rows.push({ kind: 'test', course, started, submitted, right: right_count, answers });
      for (const { course, question, reviewed, due, right_last } of await db
        .selectFrom('training_memory')
        .selectAll()
        .where('uid', '=', uid)
        .orderBy('reviewed', 'desc')
        .limit(limit)
        .execute())
        rows.push({ kind: 'refresher', course, question, reviewed, due, right: right_last === 1 });
      return rows.slice(0, limit);
    },
    async erase(uid, scope, pseudonym) {
      if (scope !== 'person') return 0;
      const removed = await store.batch([
        ...tables.map((table) => db.deleteFrom(table).where('uid', '=', uid)),
        ...(await targets.rename(uid, pseudonym)),
      ]);
      return removed.reduce((sum, rows) => sum + rows, 0);
    },
  };
}

/** Tests and contests with their answers; results stay in the progress and with the contest. */
export function agedAnswers(store: Store) {
  const both = [
    createAgedRows(store, 'training_attempts', 'started'),
    createAgedRows(store, 'training_contest_answers', 'shown'),
  ];
  return {
    async count(before: number): Promise<{ due: number; rows: number }> {
      const counts = await Promise.all(both.map((rows) => rows.count(before)));
      return {
        due: counts.reduce((sum, { due }) => sum + due, 0),
        rows: counts.reduce((sum, { rows }) => sum + rows, 0),
      };
    },
    async remove(before: number): Promise<number> {
      const removed = await Promise.all(both.map((rows) => rows.remove(before)));
      return removed.reduce((sum, rows) => sum + rows, 0);
    },
  };
}
