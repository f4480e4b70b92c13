import { createHash } from 'node:crypto';
import { MenshenError, type ReportFormat, type ReportInterval, type ReportsConfig, type ReportType } from '@menshen/contract';
import { detectionEvent } from '../audit/events.ts';
import type { Audit } from '../audit/service.ts';
import { holds } from '../keys/proof-signer.ts';
import type { LiveSigner } from '../keys/proofs/live-signer.ts';
import { createSealedContent } from '../keys/ring/sealed-content.ts';
import type { KeyRing } from '../keys/ring/service.ts';
import type { Subject } from '../risk/subjects.ts';
import { compareSummaries } from './compare.ts';
import type { Language, Schedule, StoredFile, StoredReport, WrittenFile, WrittenReport } from './model.ts';
import { nextAfter } from './schedule.ts';
import { statementOf } from './statement.ts';
import type { ReportStore } from './store.ts';
import type { WriteOrder } from './write.ts';

const dayMs = 86_400_000;
/** Whose data keys seal reports. */
export const reportKeyOwner = 'menshen-reports';
const place = { owner: reportKeyOwner, table: 'report_files', column: 'content' };
/** Two nodes may ask for the same number: the later one asks again. */
const attempts = 3;
/** A report that could not be made is tried again after this. */
const retryMs = 3_600_000;
const system = 'menshen';

export interface ReportParts {
  readonly store: ReportStore;
  readonly ring: Pick<KeyRing, 'current' | 'find' | 'used'>;
  readonly write: (order: WriteOrder) => Promise<WrittenReport>;
  /** Keys from before ids are the derived ones: `keyOf` finds them. */
  readonly signer: LiveSigner;
  /** Whether there is such a subject now. */
  readonly isSubject: (subject: Subject) => Promise<boolean>;
  readonly audit: Pick<Audit, 'act' | 'record'>;
  readonly config: () => ReportsConfig;
  readonly once: (key: string, ms: number) => Promise<boolean>;
  readonly changed: () => void;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

export interface FetchedReport {
  readonly file: StoredFile;
  readonly content: Uint8Array;
  readonly statement: string;
}

/** What is asked for. */
export interface MakeOrder {
  readonly kind: ReportType;
  readonly subject: Subject;
  readonly lang: Language;
  readonly reason: string;
  readonly by: string;
}
export type ScheduleOrder = Omit<MakeOrder, 'reason'> & { readonly every: ReportInterval };

export type ReportService = ReturnType<typeof createReportService>;

/** Reports: made, kept sealed, signed, compared, and handed out on the record. */
export function createReportService(parts: ReportParts) {
  const { store, audit, signer, clock, random, changed } = parts;
  const contents = createSealedContent(parts.ring, place, random);
  const idOf = (prefix: string): string => `${prefix}_${Buffer.from(random(12)).toString('base64url')}`;

  const keep = async ({ kind, subject, lang, reason, by }: MakeOrder): Promise<StoredReport> => {
    const [last] = await store.list(1, null, kind, subject);
    const before = last === undefined ? null : await store.summary(last.id);
    const id = idOf('rp');
    for (let attempt = 1; ; attempt += 1) {
      const number = await store.nextNumber();
      const { files, summary } = await parts.write({ kind, subject, lang, number, by, before });
      const head = { id, number, kind, subject, lang, reason, by, at: clock() };
      const kept: (StoredFile & { content: Uint8Array })[] = [];
      for (const { format, name, type, bytes } of files) {
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        const key = signer.id;
        const signature = signer.sign(statementOf(head, { name, sha256, key })).toString('base64url');
        kept.push({
          ...{ format, name, type, bytes: bytes.length, sha256, signature, key },
          content: await contents.seal(bytes, `${id}.${format}`),
        });
      }
      try {
        await store.add(head, summary, kept);
        return { ...head, files: kept.map(({ content: _content, ...file }) => file) };
      } catch (error) {
        if (attempt >= attempts || (await store.nextNumber()) === number) throw error;
      }
    }
  };

  const make = async (order: MakeOrder): Promise<StoredReport> => {
    const { kind, subject, lang, reason, by } = order;
    await demandSubject(subject);
    let made: StoredReport | null = null;
    await audit.act(by, { activity: 'create', entity: 'report', detail: { kind, subject, lang, reason } }, async () => {
      made = await keep(order);
    });
    if (made === null) throw new MenshenError('store_unavailable');
    changed();
    return made;
  };
  /** @throws MenshenError `not_found` */
  const demandSubject = async (subject: Subject): Promise<void> => {
    if (!(await parts.isSubject(subject))) throw new MenshenError('not_found');
  };
  const found = async (id: string): Promise<StoredReport> => {
    const report = await store.report(id);
    if (report === null) throw new MenshenError('not_found');
    return report;
  };
  const previous = async ({ kind, subject, number }: StoredReport): Promise<StoredReport | null> =>
    (await store.list(1, number, kind, subject))[0] ?? null;

  return {
    publicKey: () => signer.publicKey,
    list: store.list,
    schedules: store.schedules,
    previous,
    make,
    /** A report as it stands now, neither numbered nor kept nor signed. @throws MenshenError `not_found` */
    async draft(order: Omit<MakeOrder, 'reason'>, format: ReportFormat): Promise<WrittenFile> {
      await demandSubject(order.subject);
      const { files } = await parts.write({ ...order, number: 0, before: null });
      const file = files.find((one) => one.format === format);
      if (file === undefined) throw new MenshenError('not_found');
      return file;
    },
    /** @throws MenshenError `not_found`, `evidence_altered` */
    async take(id: string, format: ReportFormat, by: string): Promise<FetchedReport> {
      const report = await found(id);
      const file = report.files.find((one) => one.format === format);
      const sealed = file === undefined ? null : await store.content(id, format);
      if (file === undefined || sealed === null) throw new MenshenError('not_found');
      const content = await contents.open(sealed, `${id}.${format}`, file.sha256);
      if (content === null) {
        const title = 'a report is not what was made';
        const detail = { report: id, format };
        await audit.record(detectionEvent({ time: clock(), rule: 'evidence_altered', severity: 'critical', title, detail }));
        throw new MenshenError('evidence_altered');
      }
      // Who takes it stands in the log before it leaves.
      const detail = { report: id, number: report.number, kind: report.kind, format, sha256: file.sha256 };
      await audit.act(by, { activity: 'read', entity: 'report', detail }, async () => undefined);
      return { file, content, statement: statementOf(report, file) };
    },
    async compare(id: string) {
      const report = await found(id);
      const before = await previous(report);
      const [now, then] = await Promise.all([store.summary(id), before === null ? null : store.summary(before.id)]);
      if (now === null) throw new MenshenError('not_found');
      return { before, comparison: compareSummaries(then, now) };
    },
    /** The report that a hash belongs to, and whether its signature holds. */
    async verify(sha256: string) {
      const known = await store.byHash(sha256);
      if (known === null) return { report: null, file: null, valid: false };
      const { report, file } = known;
      const statement = statementOf(report, file);
      // A key that was rotated since goes on verifying; a report from before keys had ids names none.
      const publicKey = file.key === null ? await signer.keyOf(statement, file.signature) : await signer.find(file.key);
      return { report, file, valid: publicKey !== null && holds(statement, file.signature, publicKey) };
    },
    /** @throws MenshenError `conflict` where the same is scheduled already, `not_found` for a subject that there is none of */
    async addSchedule({ kind, subject, lang, every, by }: ScheduleOrder): Promise<Schedule> {
      await demandSubject(subject);
      const now = clock();
      const schedule: Schedule = { id: idOf('rs'), kind, subject, lang, every, by, created: now, next: nextAfter(every, now) };
      await audit.act(by, { activity: 'create', entity: 'report schedule', detail: { kind, subject, lang, every } }, async () => {
        if (!(await store.addSchedule(schedule))) throw new MenshenError('conflict');
      });
      changed();
      return schedule;
    },
    async removeSchedule(id: string, by: string): Promise<void> {
      await audit.act(by, { activity: 'delete', entity: 'report schedule', detail: { schedule: id } }, async () => {
        if (!(await store.removeSchedule(id))) throw new MenshenError('not_found');
      });
      changed();
    },
    /** Makes what is due, and removes what is old. Called twice a minute; of several nodes one does it. */
    async maintain(): Promise<void> {
      const now = clock();
      for (const { id, kind, subject, lang, every, next } of await store.schedules()) {
        const after = nextAfter(every, now);
        if (next > now || !(await store.moveSchedule(id, next, after))) continue;
        try {
          // What a schedule was about may be gone: there is nothing to say of it then.
          if (await parts.isSubject(subject)) await make({ kind, subject, lang, reason: every, by: system });
        } catch (error) {
          await store.moveSchedule(id, after, now + retryMs);
          throw error;
        }
      }
      if (await parts.once('reports.old', dayMs)) await store.removeBefore(now - parts.config().keepDays * dayMs);
    },
  };
}
