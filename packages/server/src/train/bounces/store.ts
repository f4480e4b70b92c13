import { hash } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Store } from '../../store/store.ts';
import type { Verdict } from './report.ts';
import type { MailRow } from './tables.ts';

/** Reports come within a week (RFC 5321 §4.5.4.1); later ones say nothing of today. */
const keepMs = 30 * 86_400_000;

export type SentMail = Selectable<MailRow>;

const digest = (token: string): string => hash('sha256', token, 'base64url');

export type MailStore = ReturnType<typeof createMailStore>;

/** Mails that may still come back, by the token of their return path, which is not kept. */
export function createMailStore({ db }: Pick<Store, 'db'>) {
  return {
    async add(token: string, mail: Pick<SentMail, 'uid' | 'address' | 'kind' | 'ref' | 'sent'>): Promise<void> {
      await db
        .insertInto('training_mails')
        .values({ hash: digest(token), ...mail, verdict: null, status: null, reported: null })
        .execute();
    },
    async find(token: string, now: number): Promise<SentMail | null> {
      const row = await db
        .selectFrom('training_mails')
        .selectAll()
        .where('hash', '=', digest(token))
        .where('sent', '>', now - keepMs)
        .executeTakeFirst();
      return row ?? null;
    },
    /** Notes what was reported; false where a mail is known to have failed, or the same was said before. */
    async note(token: string, verdict: Verdict, status: string | null, now: number): Promise<boolean> {
      const done = await db
        .updateTable('training_mails')
        .set({ verdict, status, reported: now })
        .where('hash', '=', digest(token))
        .where((where) =>
          where.or([
            where('verdict', 'is', null),
            where.and([where('verdict', 'not in', ['mailbox', 'failed']), where('verdict', '!=', verdict)]),
          ]),
        )
        .executeTakeFirst();
      return Number(done.numUpdatedRows) === 1;
    },
    async removeOld(now: number): Promise<void> {
      await db
        .deleteFrom('training_mails')
        .where('sent', '<=', now - keepMs)
        .execute();
    },
  };
}
