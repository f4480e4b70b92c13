import { type Bilingual, type BulletinDraft, type BulletinKind, MenshenError, type TrainingConfig } from '@menshen/contract';
import type { Audit } from '../../audit/service.ts';
import type { DirectorySnapshot } from '../../directory/snapshot.ts';
import type { Metrics } from '../../gateway/metrics.ts';
import { ChannelError, outcomeOf, problemOf } from '../../notify/model.ts';
import type { PersonalMessage } from '../../notify/personal.ts';
import { endOfQuiet } from '../../notify/routing.ts';
import { isLearner, peopleOf } from '../assignments/model.ts';
import type { Mailboxes } from '../bounces/mailboxes.ts';
import type { CourseService } from '../courses/service.ts';
import type { PreferenceStore } from '../learn/preferences.ts';
import { type DigestFacts, digestText } from './digest.ts';
import { bulletinMessage, type OpenWork } from './message.ts';
import { type Bulletin, type BulletinDelivery, type Issue, isOptional, wants } from './model.ts';
import type { OptOutLinks } from './opt-out.ts';
import { nextTime, nextTimes } from './schedule.ts';
import type { BulletinStore, IssueCounts } from './store.ts';

const dayMs = 86_400_000;
const keepMs = 400 * dayMs;
/** What a first digest tells of. */
const firstDigestMs = 30 * dayMs;
const sendAtOnce = 20;
const testEveryMs = 5_000;
const shownUnsent = 200;
const shownIssues = 10;
const shownToPerson = 20;

/** The ways that there are to reach one person for a bulletin. */
export interface BulletinWays {
  readonly wecom: boolean;
  /** Their mailbox; null where mail cannot be sent to them. */
  readonly email: string | null;
  /** Sends by the ways that are asked for. Rejects with ChannelError. */
  send(
    message: PersonalMessage,
    by: { readonly wecom: boolean; readonly mail: boolean },
    delivery: string,
  ): Promise<'wecom' | 'mail'>;
}

/** What incidents say of one that a warning is about, and what they are told. */
export interface BulletinIncidents {
  /** Whether it is open; null when there is none of this id. */
  isOpen(id: string): Promise<boolean | null>;
  warned(id: string, people: number, title: Bilingual): Promise<void>;
}

export interface BulletinServiceParts {
  readonly store: BulletinStore;
  readonly courses: Pick<CourseService, 'find'>;
  readonly preferences: Pick<PreferenceStore, 'find' | 'put' | 'turnedOff'>;
  readonly links: OptOutLinks;
  readonly directory: () => DirectorySnapshot;
  readonly settings: () => Pick<TrainingConfig, 'bulletins' | 'remindHours'>;
  /** Address of the page for employees; null where none is served. */
  readonly base: () => string | null;
  /** Whether there is a way at all. */
  readonly channels: () => { readonly wecom: boolean; readonly mail: boolean };
  readonly ways: (uid: string) => Promise<BulletinWays>;
  readonly incidents: BulletinIncidents;
  readonly openWork: (uid: string) => Promise<OpenWork>;
  readonly facts: (since: number) => Promise<DigestFacts>;
  readonly mailboxes: Mailboxes;
  readonly once: (key: string, ms: number) => Promise<boolean>;
  readonly audit: Pick<Audit, 'act'>;
  readonly metrics: Pick<Metrics, 'add'>;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

export interface Recipients {
  readonly people: readonly string[];
  readonly optedOut: readonly string[];
}

export type BulletinService = ReturnType<typeof createBulletinService>;

/** Digests, tips and warnings to employees: written, looked at, scheduled, sent once to each, and turned off by whoever wants none. */
export function createBulletinService(parts: BulletinServiceParts) {
  const { store, settings, directory, preferences, mailboxes, audit, metrics, clock } = parts;
  const newId = (kind: string): string => `${kind}_${Buffer.from(parts.random(16)).toString('base64url')}`;
  const warningsOptional = (): boolean => settings().bulletins.warningsOptional;

  const find = async (id: string): Promise<Bulletin> => {
    const found = await store.find(id);
    if (found === null) throw new MenshenError('not_found');
    return found;
  };
  /** Throws `not_found` for a department, course or incident that is none, `incident_ended` for a warning of what is over. */
  const check = async ({ target, course, incident }: BulletinDraft): Promise<void> => {
    if (target.kind === 'department' && !directory().departments.has(target.department)) throw new MenshenError('not_found');
    if (course !== null) await parts.courses.find(course);
    if (incident === null) return;
    const open = await parts.incidents.isOpen(incident);
    if (open === null) throw new MenshenError('not_found');
    if (!open) throw new MenshenError('incident_ended');
  };
  const recipients = async ({ kind, target }: BulletinDraft): Promise<Recipients> => {
    const off = new Set(isOptional(kind, warningsOptional()) ? await preferences.turnedOff(scopeOf(kind)) : []);
    const uids = peopleOf(target, directory()).map(({ uid }) => uid);
    return { people: uids.filter((uid) => !off.has(uid)), optedOut: uids.filter((uid) => off.has(uid)) };
  };
  const linkOf = (issue: string | null, course: string | null): string | null => {
    const base = parts.base();
    if (base === null) return null;
    return `${base}${course !== null ? `/courses/${course}` : issue !== null ? `/bulletins/${issue}` : '/'}`;
  };
  const stopOf = (kind: BulletinKind, uid: string): string | null => {
    const base = parts.base();
    return base === null || !isOptional(kind, warningsOptional()) ? null : `${base}${parts.links.path(uid, scopeOf(kind))}`;
  };
  const textOf = async (bulletin: string | null, { kind, text }: BulletinDraft): Promise<Bilingual> => {
    if (kind !== 'digest') return text;
    const last = bulletin === null ? null : await store.lastIssued(bulletin);
    return digestText(text, await parts.facts(last ?? clock() - firstDigestMs));
  };
  const messageTo = async (
    uid: string,
    { kind, title, text, course }: Pick<Issue, 'kind' | 'title' | 'text' | 'course'>,
    issue: string | null,
  ): Promise<PersonalMessage> =>
    bulletinMessage({
      ...{ kind, title, text, url: linkOf(issue, course), stop: stopOf(kind, uid) },
      open: kind === 'digest' ? await parts.openWork(uid) : null,
    });

  /** Makes the issue that is due: whom it goes to is settled now, what it says too. */
  const issueOf = async (bulletin: Bulletin): Promise<void> => {
    const now = clock();
    const { draft } = bulletin;
    const { people, optedOut } = await recipients(draft);
    const { kind, title, course } = draft;
    const issue: Issue = {
      ...{ id: newId('ti'), bulletin: bulletin.id, kind, planned: bulletin.next ?? now, created: now },
      ...{ title, course, text: await textOf(bulletin.id, draft) },
    };
    // What was missed while nothing ran is not made up for: one issue, then the next that is still to come.
    const next = nextTime(draft.schedule, settings().bulletins, now);
    const made = await store.issue(bulletin, issue, next, [
      ...people.map((uid) => ({ id: newId('tm'), uid, state: 'waiting' as const, due: now, problem: null })),
      ...optedOut.map((uid) => ({ id: newId('tm'), uid, state: 'cancelled' as const, due: now, problem: 'opted_out' })),
    ]);
    if (made && draft.incident !== null) await parts.incidents.warned(draft.incident, people.length, title);
  };

  /** Sends by what is there and still takes mail. */
  const sendTo = async (
    uid: string,
    way: BulletinDraft['way'],
    message: PersonalMessage,
    delivery: string,
  ): Promise<'wecom' | 'mail'> => {
    const ways = await parts.ways(uid);
    const bounced = ways.email !== null && (await mailboxes.isGivenUp(uid, ways.email));
    const by = { wecom: way !== 'mail' && ways.wecom, mail: way !== 'wecom' && ways.email !== null && !bounced };
    if (!by.wecom && !by.mail) throw new ChannelError('no_receiver', { permanent: true });
    try {
      return await ways.send(message, by, delivery);
    } catch (error) {
      if (error instanceof ChannelError && error.bounced && ways.email !== null)
        await mailboxes.giveUp(uid, mailboxes.keyOf(ways.email), null, clock());
      throw error;
    }
  };

  const deliver = async (id: string): Promise<void> => {
    const now = clock();
    const delivery = await store.delivery(id);
    const bulletin = delivery === null ? null : await store.find(delivery.bulletin);
    const issue = delivery === null ? null : await store.findIssue(delivery.issue);
    if (delivery === null || bulletin === null || issue === null) return;
    const later = nightEnd(issue.kind, now);
    if (later > now && delivery.state === 'waiting') return await store.ledger.postpone(id, later);
    if (!(await store.ledger.take(delivery, now))) return;
    // Between the plan and now people leave, turn it off, or somebody stops it.
    const refused = await refusalOf(bulletin, issue, delivery);
    if (refused !== null) return await store.skip(id, refused);
    try {
      const way = await sendTo(delivery.uid, bulletin.draft.way, await messageTo(delivery.uid, issue, issue.id), id);
      await store.setWay(id, way);
      await store.ledger.settle(id, outcomeOf(null, true, delivery.attempts + 1, clock()));
      metrics.add('menshen_bulletins_sent_total');
    } catch (error) {
      const final = error instanceof ChannelError && (error.permanent || error.problem === 'no_receiver');
      await store.ledger.settle(id, outcomeOf(problemOf(error), final, delivery.attempts + 1, clock()));
      metrics.add('menshen_bulletin_failures_total');
    }
  };
  /** Nobody hears of a tip at night; a warning cannot wait. */
  const nightEnd = (kind: BulletinKind, now: number): number => {
    const { from, to, timeZone } = settings().remindHours;
    return kind === 'warning' ? now : endOfQuiet({ from: to, to: from, timeZone }, now);
  };
  const refusalOf = async (bulletin: Bulletin, issue: Issue, { uid }: BulletinDelivery): Promise<string | null> => {
    if (bulletin.state === 'stopped') return 'stopped';
    const person = directory().person(uid);
    if (person === undefined || !isLearner(person)) return 'left';
    return wants(issue.kind, await preferences.find(uid), warningsOptional()) ? null : 'opted_out';
  };

  return {
    links: parts.links,
    channels: parts.channels,
    recipients,
    list: () => store.list(),
    async issues(bulletin: string): Promise<(Issue & { readonly counts: IssueCounts })[]> {
      const issues = await store.issues(bulletin, shownIssues);
      const counts = await store.counts(issues.map(({ id }) => id));
      return issues.flatMap((issue) => {
        const counted = counts.get(issue.id);
        return counted === undefined ? [] : [{ ...issue, counts: counted }];
      });
    },
    async unsent(
      id: string,
    ): Promise<{ readonly bulletin: Bulletin; readonly rows: BulletinDelivery[]; readonly more: boolean }> {
      const bulletin = await find(id);
      const rows = await store.unsent(id, shownUnsent + 1);
      return { bulletin, rows: rows.slice(0, shownUnsent), more: rows.length > shownUnsent };
    },
    ofPerson: (uid: string) => store.ofPerson(uid, shownToPerson),
    bounced: () => mailboxes.list(),
    /** As somebody with nothing open would get it, and when. */
    async preview(
      draft: BulletinDraft,
    ): Promise<{ readonly message: PersonalMessage; readonly times: readonly number[] } & Recipients> {
      await check(draft);
      const text = await textOf(null, draft);
      const { schedule } = draft;
      const times =
        schedule.kind === 'once' && schedule.at === null ? [clock()] : nextTimes(schedule, settings().bulletins, clock(), 5);
      return {
        message: bulletinMessage({ ...draft, text, open: null, url: null, stop: null }),
        times,
        ...(await recipients(draft)),
      };
    },
    async create(draft: BulletinDraft, by: string): Promise<string> {
      await check(draft);
      const id = newId('tb');
      const detail = { bulletin: id, kind: draft.kind, title: draft.title.zh };
      await audit.act(by, { activity: 'create', entity: 'security bulletin', detail }, () =>
        store.add({ id, draft, created: clock(), createdBy: by }),
      );
      return id;
    },
    async change(id: string, draft: BulletinDraft, by: string): Promise<void> {
      await find(id);
      await check(draft);
      const detail = { bulletin: id, kind: draft.kind, title: draft.title.zh };
      await audit.act(by, { activity: 'update', entity: 'security bulletin', detail }, async () => {
        if (!(await store.change(id, draft))) throw new MenshenError('conflict');
      });
    },
    /** Sends it to one person now, marked as a test. Throws `rate_limited` where one was sent a moment ago. */
    async test(
      id: string,
      uid: string,
      by: string,
    ): Promise<{ readonly way: 'wecom' | 'mail' | null; readonly problem: string | null }> {
      const { draft } = await find(id);
      const person = directory().person(uid);
      if (person === undefined || !isLearner(person)) throw new MenshenError('not_found');
      if (!(await parts.once(`bulletin test ${by}`, testEveryMs)))
        throw new MenshenError('rate_limited', { retryAfter: testEveryMs / 1_000 });
      const message = await messageTo(uid, { ...draft, text: await textOf(id, draft) }, null);
      const subject = { zh: `（测试）${message.subject.zh}`, en: `(test) ${message.subject.en}` };
      return await audit.act(
        by,
        { activity: 'create', entity: 'test of a security bulletin', detail: { bulletin: id, uid } },
        () =>
          sendTo(uid, draft.way, { ...message, subject }, '').then(
            (way) => ({ way, problem: null }),
            (error: unknown) => ({ way: null, problem: problemOf(error) }),
          ),
      );
    },
    /** Throws `conflict` where it is no draft or nobody would get it, `bulletin_unreachable` where there is no way to send it. */
    async schedule(id: string, by: string): Promise<number> {
      const { draft, state } = await find(id);
      if (state !== 'draft') throw new MenshenError('conflict');
      await check(draft);
      const { wecom, mail } = parts.channels();
      if (!(draft.way !== 'mail' && wecom) && !(draft.way !== 'wecom' && mail)) throw new MenshenError('bulletin_unreachable');
      const now = clock();
      const { schedule } = draft;
      const next = schedule.kind === 'once' ? (schedule.at ?? now) : nextTime(schedule, settings().bulletins, now);
      const { people } = await recipients(draft);
      if (people.length === 0 || next === null || next < now) throw new MenshenError('conflict');
      const detail = { bulletin: id, kind: draft.kind, people: people.length, next };
      await audit.act(by, { activity: 'update', entity: 'security bulletin', detail }, async () => {
        if (!(await store.schedule(id, next, by))) throw new MenshenError('conflict');
      });
      return next;
    },
    async stop(id: string, reason: string, by: string): Promise<void> {
      await find(id);
      await audit.act(by, { activity: 'delete', entity: 'security bulletin', detail: { bulletin: id, reason } }, async () => {
        if (!(await store.stop(id))) throw new MenshenError('conflict');
      });
    },
    async release(uid: string, reason: string, by: string): Promise<void> {
      await audit.act(by, { activity: 'update', entity: 'bounced mailbox', detail: { uid, reason } }, async () => {
        if (!(await mailboxes.release(uid))) throw new MenshenError('not_found');
      });
    },
    /** What a link of a mail asks for. Throws `unsubscribe_invalid`. Asking twice changes nothing more. */
    async unsubscribe(token: string): Promise<void> {
      const { uid, scope } = parts.links.read(token);
      const chosen = await preferences.find(uid);
      if (directory().person(uid) === undefined || !chosen[scope]) return;
      await preferences.put(uid, { ...chosen, [scope]: false });
      metrics.add('menshen_bulletin_unsubscribes_total');
    },
    /** Makes what is due and sends what waits; to be called every second or so, on any number of nodes. */
    async work(): Promise<void> {
      for (const bulletin of await store.due(clock())) await issueOf(bulletin);
      await Promise.all((await store.ledger.due(clock(), sendAtOnce)).map(deliver));
    },
    maintain: () => store.removeBefore(clock() - keepMs),
  };
}

const scopeOf = (kind: BulletinKind): 'bulletins' | 'warnings' => (kind === 'warning' ? 'warnings' : 'bulletins');
