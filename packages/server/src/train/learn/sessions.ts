import { hash, timingSafeEqual } from 'node:crypto';
import { MenshenError } from '@menshen/contract';
import { authenticationEvent } from '../../audit/events.ts';
import type { Audit } from '../../audit/service.ts';
import type { DirectorySnapshot } from '../../directory/snapshot.ts';
import type { Store } from '../../store/store.ts';
import { isLearner } from '../assignments/model.ts';

const hourMs = 3_600_000;
/** Short enough for a shared phone, long enough for a course in pieces over a day. */
const idleMs = 2 * hourMs;
const absoluteMs = 12 * hourMs;
const touchMs = 60_000;
/** For the way to WeCom and back; a ticket is for at once. */
const flowMs = 10 * 60_000;
const ticketMs = 60_000;

export interface Learner {
  readonly uid: string;
  readonly name: string;
  readonly csrf: string;
}

export interface LearnerCaller {
  readonly address: string;
  readonly userAgent: string | null;
  readonly requestId: string;
}

const digest = (text: string): string => hash('sha256', text, 'base64url');

/** Whether two texts are equal, in time that tells nothing of them. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(digest(a)), Buffer.from(digest(b)));
}

export interface LearnerSessionParts {
  readonly store: Store;
  readonly directory: () => DirectorySnapshot;
  readonly audit: Pick<Audit, 'record'>;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

export type LearnerSessions = ReturnType<typeof createLearnerSessions>;

/** Sessions of the page for employees: opaque tokens, looked up at each call, good for nothing else. Only hashes are kept. */
export function createLearnerSessions({ store, directory, audit, clock, random }: LearnerSessionParts) {
  const { db } = store;
  const secret = (): string => Buffer.from(random(32)).toString('base64url');

  const consume = async (kind: string, text: string): Promise<string | null> => {
    const rows = await db
      .deleteFrom('training_flows')
      .where('hash', '=', digest(text))
      .where('kind', '=', kind)
      .returning(['bound', 'expires'])
      .execute();
    const [found] = rows;
    return found === undefined || found.expires <= clock() ? null : found.bound;
  };
  const addFlow = async (kind: string, text: string, bound: string, ms: number): Promise<void> => {
    await db
      .insertInto('training_flows')
      .values({ hash: digest(text), kind, bound, expires: clock() + ms })
      .execute();
  };

  return {
    /** Opens a session for an employee who has proved who they are. Throws `learner_sign_in_failed` for who is none, and leaves a record of both. */
    async open(
      uid: string | null,
      way: 'wecom' | 'ticket',
      caller: LearnerCaller,
    ): Promise<{ readonly token: string; readonly csrf: string }> {
      const person = uid === null ? undefined : directory().person(uid);
      const admitted = person !== undefined && isLearner(person);
      await audit.record(
        authenticationEvent({
          ...{ time: clock(), activity: 'logon', app: 'training', channel: way, uid: person?.uid ?? null },
          ...{ address: caller.address, userAgent: caller.userAgent, session: null, requestId: caller.requestId },
          code: admitted ? null : 'learner_sign_in_failed',
        }),
      );
      if (!admitted) throw new MenshenError('learner_sign_in_failed');
      const [token, csrf] = [secret(), secret()];
      const now = clock();
      await db
        .insertInto('training_sessions')
        .values({ hash: digest(token), uid: person.uid, csrf, way, created: now, last: now, expires: now + absoluteMs })
        .execute();
      return { token, csrf };
    },
    /** The learner behind a token; null when it is none, has ended, or its person may not learn here any more. */
    async find(token: string): Promise<Learner | null> {
      const now = clock();
      const key = digest(token);
      const row = await db.selectFrom('training_sessions').selectAll().where('hash', '=', key).executeTakeFirst();
      if (row === undefined || row.expires <= now || now - row.last > idleMs) return null;
      const person = directory().person(row.uid);
      if (person === undefined || !isLearner(person)) return null;
      if (now - row.last > touchMs)
        await db.updateTable('training_sessions').set({ last: now }).where('hash', '=', key).execute();
      return { uid: person.uid, name: person.name, csrf: row.csrf };
    },
    async end(token: string): Promise<void> {
      await db.deleteFrom('training_sessions').where('hash', '=', digest(token)).execute();
    },
    /** Begins a way through WeCom: a state for the address, a secret for the browser that asked. */
    async startFlow(): Promise<{ readonly state: string; readonly browser: string }> {
      const [state, browser] = [secret(), secret()];
      await addFlow('wecom', state, digest(browser), flowMs);
      return { state, browser };
    },
    /** Whether the state was given to this browser; it is used up whatever the answer. */
    async finishFlow(state: string, browser: string | null): Promise<boolean> {
      const bound = await consume('wecom', state);
      return bound !== null && browser !== null && sameSecret(bound, digest(browser));
    },
    /** A ticket of one minute for a person who has a session at the gateway. */
    async issueTicket(uid: string): Promise<{ readonly ticket: string; readonly expiresAt: number }> {
      const ticket = secret();
      await addFlow('ticket', ticket, uid, ticketMs);
      return { ticket, expiresAt: clock() + ticketMs };
    },
    consumeTicket: (ticket: string): Promise<string | null> => consume('ticket', ticket),
    async maintain(): Promise<void> {
      const now = clock();
      await db.deleteFrom('training_flows').where('expires', '<=', now).execute();
      await db
        .deleteFrom('training_sessions')
        .where((where) => where.or([where('expires', '<=', now), where('last', '<', now - idleMs)]))
        .execute();
    },
  };
}
