import {
  type AuditRow,
  type Bilingual,
  type FindingView,
  type Measured,
  measureLine,
  type ProofProblem,
  type RecoveryBox,
  type RecoveryEvidence,
  type RecoveryEvidenceKind,
} from '@menshen/contract';
import type { DrillDetail } from '../../recover/evidence.ts';
import type { RestoreRecord } from '../../recover/restore-record.ts';
import type { Release } from '../../release/store.ts';
import { type Measure, stands } from '../containment/model.ts';

/** What other capabilities know that can prove a box. */
export interface RecoverySources {
  /** Null where there is none of this id. */
  finding(id: string): Promise<FindingView | null>;
  /** Findings that a re-scan has closed, the newest first; of one app or of all. */
  fixedFindings(app: string | null): Promise<readonly FindingView[]>;
  releases(): Promise<readonly Release[]>;
  /** Whether the gate of a release's app takes the result of its scan. */
  isClean(release: Release): boolean;
  /** Drills whose record this installation has signed. */
  drills(): Promise<readonly DrillDetail[]>;
  /** Restores that were carried out, by signed records. */
  restores(): Promise<readonly RestoreRecord[]>;
  measures(incident: string): Promise<readonly Measure[]>;
  /** The entry of the audit log at an index; null where there is none. */
  logged(index: number): Promise<AuditRow | null>;
  /** Entries of the log of one of these actions since a moment, the newest first. */
  changes(actions: readonly string[], since: number): Promise<readonly AuditRow[]>;
}

export type Proof = { readonly evidence: RecoveryEvidence } | { readonly problem: ProofProblem };

const success = 1;
const shown = 10;
/** A record is written around the moment that it tells of. */
const aroundMs = 10_000;
const indexForm = /^\d{1,15}$/;

/** Kinds of evidence that a box takes. */
export const kindsOf: Readonly<Record<RecoveryBox, readonly RecoveryEvidenceKind[]>> = {
  repaired: ['finding', 'release'],
  restored: ['restore', 'drill'],
  hardened: ['change'],
  reopened: ['measures'],
};

/**
 * Acts after which the house stands firmer: other policies, rules, limits, lists, schemas or rights. What was made less strict is a delete of an exception
 * and never its creation; which way an update went a person says who names it.
 */
export const hardeningActions: readonly string[] = [
  ...['configuration.update', 'policies.update', 'inspection.update', 'inspection exception.delete', 'traffic limit.update'],
  ...['access list.create', 'learned schema.update', 'schema proposal.update', 'detection tuning.delete', 'roles.update'],
  ...['role assignment.create', 'role assignment.delete', 'delegation.delete', 'app version.update', 'campaign.update'],
];

/** Measures that keep honest people out of what they came for. Others may well stand on: an attacker's address, a tampered version. */
const closing: ReadonlySet<Measured['kind']> = new Set([
  ...(['stop_route', 'stop_campaign', 'stop_app', 'read_only', 'isolate_backend'] as const),
]);

export interface Proving {
  readonly incident: string;
  /** When it was detected: what was so before repairs nothing. */
  readonly since: number;
  /** Apps that it concerns. */
  readonly apps: readonly string[];
}

/** Looks up what proves a box, and whether it still does. */
export function createProver(sources: RecoverySources, clock: () => number) {
  const indexAround = async (action: string, at: number): Promise<number | null> => {
    const rows = await sources.changes([action], at - aroundMs);
    const near = rows.filter(({ time }) => Math.abs(time - at) <= aroundMs);
    return near.sort((one, other) => Math.abs(one.time - at) - Math.abs(other.time - at))[0]?.index ?? null;
  };

  const ofFinding = (finding: FindingView | null, { since }: Proving): Proof => {
    if (finding === null) return { problem: 'unknown' };
    const { id, rule, title, file, fixedAt, lastVersion } = finding;
    if (finding.state !== 'fixed' || fixedAt === null) return { problem: 'not_fixed' };
    if (fixedAt < since) return { problem: 'before_incident' };
    const where = file ?? finding.route ?? finding.project;
    const label: Bilingual = {
      zh: `复扫确认已消除：${title.zh}（${rule}，${where}${lastVersion === null ? '' : `，最后见于 ${lastVersion}`}）`,
      en: `Gone in a re-scan: ${title.en} (${rule}, ${where}${lastVersion === null ? '' : `, last seen in ${lastVersion}`})`,
    };
    return { evidence: { kind: 'finding', ref: id, label, at: fixedAt, path: `/findings/${id}`, index: null } };
  };

  const ofRelease = (release: Release | undefined, { since }: Proving): Proof => {
    if (release === undefined) return { problem: 'unknown' };
    const { id, app, version, state, scan, registered } = release;
    if (state !== 'registered') return { problem: 'revoked' };
    if (scan === null || !sources.isClean(release) || scan.critical > 0) return { problem: 'not_clean' };
    if (registered < since) return { problem: 'before_incident' };
    const label: Bilingual = {
      zh: `${app} ${version} 已登记，扫描通过（严重 ${scan.critical}、高 ${scan.high}）`,
      en: `${app} ${version} is registered, its scan is clean (critical ${scan.critical}, high ${scan.high})`,
    };
    return { evidence: { kind: 'release', ref: id, label, at: registered, path: '/releases', index: null } };
  };

  const ofDrill = (drill: DrillDetail | undefined, { since }: Proving): Proof => {
    if (drill === undefined) return { problem: 'unknown' };
    const { at, ok, rows, rtoSeconds } = drill;
    if (!ok) return { problem: 'failed' };
    if (at < since) return { problem: 'before_incident' };
    const label: Bilingual = {
      zh: `恢复演练通过：核对 ${rows} 行，用时 ${rtoSeconds} 秒，记录已签名`,
      en: `A restore was proved: ${rows} rows checked in ${rtoSeconds} s, its record is signed`,
    };
    return { evidence: { kind: 'drill', ref: String(at), label, at, path: '/recovery', index: null } };
  };

  const ofRestore = (restore: RestoreRecord | undefined, { since }: Proving): Proof => {
    if (restore === undefined) return { problem: 'unknown' };
    const { finished: at, data, rows, seconds, stateOf } = restore;
    if (at < since) return { problem: 'before_incident' };
    const [what, of] = [data ?? '门神自身', new Date(stateOf).toISOString()];
    const label: Bilingual = {
      zh: `已恢复 ${what}：回到 ${of} 的状态，核对 ${rows} 行，用时 ${seconds} 秒，记录已签名`,
      en: `Restored ${data ?? "Menshen's own state"}: as of ${of}, ${rows} rows checked in ${seconds} s, its record is signed`,
    };
    return { evidence: { kind: 'restore', ref: String(at), label, at, path: '/recovery', index: null } };
  };

  const ofChange = (row: AuditRow | null, { since }: Proving): Proof => {
    if (row === null) return { problem: 'unknown' };
    const { index, action, statusId, time, summary, uid } = row;
    if (action === null || !hardeningActions.includes(action) || statusId !== success) return { problem: 'no_hardening' };
    if (time < since) return { problem: 'before_incident' };
    const who = uid === null ? '' : ` · ${uid}`;
    const label: Bilingual = { zh: `${summary.zh}${who}`, en: `${summary.en}${who}` };
    return { evidence: { kind: 'change', ref: String(index), label, at: time, path: `/audit/${index}`, index } };
  };

  const ofMeasures = async ({ incident }: Proving): Promise<Proof> => {
    const closers = (await sources.measures(incident)).filter(({ kind }) => closing.has(kind));
    const now = clock();
    const standing = closers.find((measure) => stands(measure, now));
    if (standing !== undefined) return { problem: 'still_closed' };
    const at = Math.max(0, ...closers.map(({ endedAt, until }) => endedAt ?? until));
    const lines = closers.slice(0, 3).map((measure) => measureLine(measure));
    const label: Bilingual =
      closers.length === 0
        ? { zh: '没有为该事件停用过服务', en: 'Nothing was closed for this incident' }
        : {
            zh: `已全部解除：${lines.map(({ zh }) => zh).join('；')}`,
            en: `All taken back: ${lines.map(({ en }) => en).join('; ')}`,
          };
    const index = closers.length === 0 ? null : await indexAround('containment measure.delete', at);
    return { evidence: { kind: 'measures', ref: incident, label, at, path: '/containment', index } };
  };

  const withIndex = async (proof: Proof, action: string): Promise<Proof> => {
    if (!('evidence' in proof)) return proof;
    return { evidence: { ...proof.evidence, index: await indexAround(action, proof.evidence.at) } };
  };

  const prove = async (kind: RecoveryEvidenceKind, ref: string, about: Proving): Promise<Proof> => {
    switch (kind) {
      case 'finding':
        return await withIndex(ofFinding(await sources.finding(ref), about), 'scan.create');
      case 'release':
        return await withIndex(
          ofRelease(
            (await sources.releases()).find(({ id }) => id === ref),
            about,
          ),
          'release.create',
        );
      case 'drill':
        return await withIndex(
          ofDrill(
            (await sources.drills()).find(({ at }) => String(at) === ref),
            about,
          ),
          'restore drill.create',
        );
      case 'restore':
        return ofRestore(
          (await sources.restores()).find(({ finished }) => String(finished) === ref),
          about,
        );
      case 'change':
        return ofChange(indexForm.test(ref) ? await sources.logged(Number(ref)) : null, about);
      case 'measures':
        return await ofMeasures(about);
    }
  };

  const candidates = async (box: RecoveryBox, about: Proving): Promise<RecoveryEvidence[]> => {
    const proofs = async (): Promise<readonly Proof[]> => {
      switch (box) {
        case 'repaired': {
          const apps = about.apps.length === 0 ? [null] : about.apps;
          const fixed = (await Promise.all(apps.map((app) => sources.fixedFindings(app)))).flat();
          const releases = (await sources.releases()).filter(({ app }) => about.apps.length === 0 || about.apps.includes(app));
          return [...fixed.map((finding) => ofFinding(finding, about)), ...releases.map((release) => ofRelease(release, about))];
        }
        case 'restored': {
          const [restores, drills] = await Promise.all([sources.restores(), sources.drills()]);
          return [...restores.map((restore) => ofRestore(restore, about)), ...drills.map((drill) => ofDrill(drill, about))];
        }
        case 'hardened':
          return (await sources.changes(hardeningActions, about.since)).map((row) => ofChange(row, about));
        case 'reopened':
          return [];
      }
    };
    return (await proofs())
      .flatMap((proof) => ('evidence' in proof ? [proof.evidence] : []))
      .sort((one, other) => other.at - one.at)
      .slice(0, shown);
  };

  return { prove, candidates };
}
