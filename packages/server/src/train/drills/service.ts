import { hash } from 'node:crypto';
import {
  type DrillSender,
  type DrillTemplate,
  MenshenError,
  type PhishingDrillView,
  type TrainingConfig,
  type TrainingTarget,
} from '@menshen/contract';
import type { Audit } from '../../audit/service.ts';
import type { DirectorySnapshot } from '../../directory/snapshot.ts';
import { peopleOf } from '../assignments/model.ts';
import { groupsOf } from '../coverage.ts';
import { whomOf } from '../whom.ts';
import { drillFiguresOf } from './figures.ts';
import type { Drill, DrillMail, DrillStore } from './store.ts';
import { type DrillText, drillTexts } from './templates.ts';

const dayMs = 86_400_000;
/** A drill ends by itself: an old mail is found again and says nothing of today. */
const runMs = 14 * dayMs;
const sendAtOnce = 50;

/** Sends one mail. Rejects with an error whose message is a word for the console. */
export type SendDrill = (uid: string, text: DrillText, sender: DrillSender, token: string) => Promise<void>;

export interface DrillParts {
  readonly store: DrillStore;
  readonly directory: () => DirectorySnapshot;
  readonly settings: () => Pick<TrainingConfig, 'drills' | 'mailChannel' | 'minimumGroup'>;
  readonly send: SendDrill;
  readonly audit: Pick<Audit, 'act'>;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

export interface DrillService {
  views(): Promise<readonly PhishingDrillView[]>;
  /** Throws `drills_off`, `drill_sender_unknown`, and `conflict` where nobody may get it. */
  create(
    draft: {
      readonly template: DrillTemplate;
      readonly sender: string;
      readonly target: TrainingTarget;
      readonly reason: string;
    },
    by: string,
  ): Promise<{
    readonly id: string;
    readonly recipients: number;
  }>;
  /** Throws `drill_not_approved` unless somebody whom the configuration names has approved, who is not the one that starts it. */
  start(id: string, by: string, approvedBy: string | null): Promise<number>;
  end(id: string, reason: string, by: string): Promise<void>;
  /** The link was opened. Throws `not_found` for a link of no drill. */
  opened(token: string): Promise<{ readonly template: DrillTemplate; readonly sender: DrillSender | null }>;
  /** A person reports a mail. Resolves to whether it was a drill. */
  report(uid: string): Promise<boolean>;
  /** Sends what waits; called on a schedule, on any number of nodes. */
  maintain(): Promise<void>;
}

const digest = (token: string): string => hash('sha256', token, 'base64url');

/** Phishing drills: off unless the configuration says otherwise, one mail to each person, and only what is counted is kept. */
export function createDrillService(parts: DrillParts): DrillService {
  const { store, directory, settings, audit, clock, random } = parts;

  const checkOn = (): void => {
    const { drills, mailChannel } = settings();
    const { enabled, approvers, domains } = drills;
    if (!enabled || approvers.length === 0 || domains.length === 0 || mailChannel === undefined)
      throw new MenshenError('drills_off');
  };
  /** Only who stands in the configuration now. */
  const senderOf = (id: string): DrillSender => {
    const found = settings().drills.senders.find((one) => one.id === id);
    if (found === undefined) throw new MenshenError('drill_sender_unknown');
    return found;
  };
  /** Whether a person may get a drill now: asked again before each mail, so that a change of the configuration holds at once. */
  const isAllowed = (uid: string): boolean => {
    const { enabled, domains, exempt } = settings().drills;
    const person = directory().person(uid);
    if (!enabled || person === undefined || person.status !== 'active' || person.kind !== 'employee' || exempt.includes(uid))
      return false;
    const domain = person.email?.split('@').at(-1)?.toLowerCase();
    return domain !== undefined && person.email?.split('@').length === 2 && domains.includes(domain);
  };
  const recipientsOf = (target: TrainingTarget): string[] =>
    peopleOf(target, directory())
      .map(({ uid }) => uid)
      .filter(isAllowed);
  const isRunning = ({ started, ended }: Drill): boolean => started !== null && ended === null && clock() - started < runMs;
  const find = async (id: string): Promise<Drill> => {
    const drill = await store.find(id);
    if (drill === null) throw new MenshenError('not_found');
    return drill;
  };
  const viewOf = (drill: Drill, all: readonly DrillMail[], startedAt: ReadonlyMap<string, number>): PhishingDrillView => {
    const mails = all.filter((mail) => mail.drill === drill.id);
    const started = drill.started ?? clock();
    const before = new Set(
      all.filter((mail) => mail.opened !== null && (startedAt.get(mail.drill) ?? started) < started).map(({ uid }) => uid),
    );
    const least = settings().minimumGroup;
    const snapshot = directory();
    const { id, template, sender, target, reason, created, createdBy, approvedBy, ended } = drill;
    return {
      ...{ id, template, sender, target, reason, created, createdBy, started: drill.started, approvedBy, ended },
      whom: whomOf(target, snapshot),
      state: drill.started === null && ended === null ? 'draft' : isRunning(drill) ? 'running' : 'ended',
      recipients: drill.started === null ? recipientsOf(target).length : mails.length,
      unreached: mails.filter(({ problem }) => problem !== null).length,
      waiting: mails.filter(({ sent }) => sent === null).length,
      figures: drillFiguresOf(new Set(mails.map(({ uid }) => uid)), mails, before, least),
      groups: shownGroups(mails, before),
    };
  };
  /** Only where every part of a total may be shown: otherwise the part that is missing follows from the others. */
  const shownGroups = (mails: readonly DrillMail[], before: ReadonlySet<string>): PhishingDrillView['groups'] => {
    const { minimumGroup } = settings();
    const snapshot = directory();
    const groups = groupsOf(snapshot, minimumGroup).map(({ department, uids }) => ({
      department,
      name: department === null ? '' : (snapshot.departments.get(department)?.name ?? department),
      reached: mails.some(({ uid, sent, problem }) => uids.has(uid) && sent !== null && problem === null),
      figures: drillFiguresOf(uids, mails, before, minimumGroup),
    }));
    if (groups.some(({ reached, figures }) => reached && figures === null)) return [];
    return groups.flatMap(({ department, name, figures }) => (figures === null ? [] : [{ department, name, figures }]));
  };

  return {
    async views() {
      const [drills, mails] = await Promise.all([store.list(), store.mails()]);
      const startedAt = new Map(drills.map(({ id, started, created }) => [id, started ?? created]));
      return drills.map((drill) => viewOf(drill, mails, startedAt));
    },
    async create({ template, sender, target, reason }, by) {
      checkOn();
      const { from } = senderOf(sender);
      const recipients = recipientsOf(target).length;
      if (recipients === 0) throw new MenshenError('conflict');
      const id = `td_${Buffer.from(random(16)).toString('base64url')}`;
      const detail = { drill: id, template, sender, from, recipients, reason };
      await audit.act(by, { activity: 'create', entity: 'phishing drill', detail }, () =>
        store.create({
          id,
          template,
          sender,
          target,
          reason,
          created: clock(),
          createdBy: by,
          started: null,
          approvedBy: null,
          ended: null,
        }),
      );
      return { id, recipients };
    },
    async start(id, by, approvedBy) {
      checkOn();
      const drill = await find(id);
      if (drill.started !== null || drill.ended !== null) throw new MenshenError('conflict');
      if (approvedBy === null || approvedBy === by || !settings().drills.approvers.includes(approvedBy))
        throw new MenshenError('drill_not_approved');
      senderOf(drill.sender);
      const uids = recipientsOf(drill.target);
      if (uids.length === 0) throw new MenshenError('conflict');
      const detail = { drill: id, recipients: uids.length, approvedBy };
      await audit.act(by, { activity: 'update', entity: 'phishing drill', detail }, async () => {
        if (!(await store.start(id, uids, approvedBy, clock()))) throw new MenshenError('conflict');
      });
      return uids.length;
    },
    async end(id, reason, by) {
      const drill = await find(id);
      if (drill.ended !== null) throw new MenshenError('conflict');
      await audit.act(by, { activity: 'delete', entity: 'phishing drill', detail: { drill: id, reason } }, async () => {
        if (!(await store.end(id, clock()))) throw new MenshenError('conflict');
      });
    },
    async opened(token) {
      const mail = await store.byHash(digest(token));
      const drill = mail === null ? null : await store.find(mail.drill);
      if (mail === null || drill === null) throw new MenshenError('not_found');
      // Who opens an old link is taught too, but counts no more.
      if (isRunning(drill)) await store.note(mail.drill, mail.uid, 'opened', clock());
      const { template, sender } = drill;
      return { template, sender: settings().drills.senders.find(({ id }) => id === sender) ?? null };
    },
    async report(uid) {
      const now = clock();
      const open = await store.unreported(uid, now - runMs);
      for (const { drill } of open) await store.note(drill, uid, 'reported', now);
      return open.length > 0;
    },
    async maintain() {
      if (!settings().drills.enabled) return;
      for (const drill of (await store.list()).filter(isRunning))
        for (const uid of await store.waiting(drill.id, sendAtOnce)) {
          const token = Buffer.from(random(16)).toString('base64url');
          if (!(await store.take(drill.id, uid, digest(token), clock()))) continue;
          try {
            if (!isAllowed(uid)) throw new Error('not_allowed');
            await parts.send(uid, drillTexts[drill.template], senderOf(drill.sender), token);
          } catch (error) {
            await store.failed(drill.id, uid, error instanceof Error ? error.message.slice(0, 80) : 'refused');
          }
        }
    },
  };
}
