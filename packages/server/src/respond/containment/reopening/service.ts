import {
  type Bilingual,
  isReopenable,
  MenshenError,
  measureLine,
  type ReopeningPlan,
  type ReopeningSign,
  type ReopeningState,
} from '@menshen/contract';
import type { Audit } from '../../../audit/service.ts';
import type { Metrics } from '../../../gateway/metrics.ts';
import type { NotifyService } from '../../../notify/service.ts';
import type { IncidentPort } from '../../incidents/model.ts';
import { longestMs, type Measure, stands } from '../model.ts';
import type { ContainmentSnapshot } from '../snapshot.ts';
import type { ContainmentStore } from '../store.ts';
import { judge, type Move, type Reopening, type Seen, shareOf } from './model.ts';
import type { ReopeningStore } from './store.ts';

const dayMs = 86_400_000;
const keepSeenMs = 2 * 3_600_000;
const keptMoves = 60;
const watcher = 'watch';

export type ReopeningMove = 'next' | 'pause' | 'resume' | 'close';

export interface ReopeningParts {
  readonly store: ReopeningStore;
  readonly measures: Pick<ContainmentStore, 'find' | 'prolong'>;
  readonly snapshot: Pick<ContainmentSnapshot, 'takeSeen' | 'isReopening'>;
  readonly audit: Pick<Audit, 'act'>;
  readonly notify: Pick<NotifyService, 'send'>;
  readonly incidents: Pick<IncidentPort, 'appendToTimeline' | 'sources'>;
  /** The rule of an alert; null where there is no such alert any more. */
  readonly ruleOf: (alert: string) => Promise<string | null>;
  /** When a rule last raised or repeated an alert; null when it never did. */
  readonly lastAlert: (rule: string) => Promise<number | null>;
  readonly metrics: Pick<Metrics, 'add'>;
  /** Makes every node take over what has changed. */
  readonly announce: (measure: string) => Promise<void>;
  /** Takes a measure back as a person would. */
  readonly lift: (measure: string, reason: string, by: string) => Promise<unknown>;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

/** A reopening with what was let through within its window. */
export interface Watched {
  readonly reopening: Reopening;
  readonly seen: Seen;
}

export interface ReopeningService {
  /** Begins with the first share. @throws MenshenError `not_found`, `conflict`, `validation_failed`, `audit_unwritable` */
  start(measure: string, plan: ReopeningPlan, reason: string, by: string): Promise<void>;
  /** @throws MenshenError `not_found`, `conflict` where the move does not fit, `audit_unwritable` */
  move(measure: string, move: ReopeningMove, reason: string, by: string): Promise<void>;
  of(measures: readonly string[]): Promise<ReadonlyMap<string, Watched>>;
  /** Writes down what this node has let through, and does what the watch concludes; to be called every second. */
  tick(): Promise<void>;
  /** Closes the books of what was lifted or has ended meanwhile. */
  maintain(): Promise<void>;
}

const same = (text: string): Bilingual => ({ zh: text, en: text });

export function createReopeningService(parts: ReopeningParts): ReopeningService {
  const { store, measures, audit, metrics, clock } = parts;

  const standing = async (id: string): Promise<Measure> => {
    const measure = await measures.find(id);
    if (measure === null) throw new MenshenError('not_found');
    if (!stands(measure, clock())) throw new MenshenError('conflict');
    return measure;
  };
  const seenOf = ({ measure, since, plan }: Reopening): Promise<Seen> =>
    store.seen(measure, since, clock() - plan.watch.windowSeconds * 1_000);

  const lineOf = (measure: Measure, { state, share, why }: Move): Bilingual => {
    const { zh, en } = measureLine(measure);
    const words = {
      open: { zh: `分步恢复，放行 ${share}%`, en: `Reopened for ${share} %` },
      paused: { zh: `分步恢复暂停于 ${share}%`, en: `Reopening paused at ${share} %` },
      closed: { zh: '分步恢复已收回，不再放行', en: 'Closed again, nobody is let through' },
      complete: { zh: '分步恢复完成，措施已解除', en: 'Reopened in full, the measure is lifted' },
    }[state];
    return { zh: `${words.zh}：${zh}。${why.zh}`, en: `${words.en}: ${en}. ${why.en}` };
  };

  const tell = async (measure: Measure, move: Move): Promise<void> => {
    metrics.add('menshen_reopening_moves_total', `state="${move.state}",sign="${move.sign ?? 'person'}"`);
    if (measure.incident !== null)
      await parts.incidents
        .appendToTimeline(measure.incident, {
          ...{ kind: 'measure', text: lineOf(measure, move), by: move.by, at: move.at, path: '/containment' },
          facts: { measure: measure.id, reopening: move.state, share: move.share, sign: move.sign ?? '' },
        })
        // It stands whether or not it can be told of; its own record is in the log.
        .catch(() => metrics.add('menshen_maintenance_failures_total'));
    if (move.sign === null || move.sign === 'healthy') return;
    const { zh, en } = measureLine(measure);
    await parts.notify
      .send({
        ...{ kind: 'incident', severity: move.state === 'closed' ? 'critical' : 'high', app: null, path: '/containment' },
        matter: `reopening ${measure.id} ${move.at}`,
        title:
          move.state === 'closed'
            ? { zh: `恢复已自动收回：${zh}`, en: `A reopening has closed itself: ${en}` }
            : { zh: `恢复已自动暂停：${zh}`, en: `A reopening has paused itself: ${en}` },
        happened: move.why,
        done:
          move.state === 'closed'
            ? { zh: '已停止放行，措施对所有人生效。', en: 'Nobody is let through any more; the measure holds for everybody.' }
            : { zh: `维持放行 ${move.share}%，不再推进。`, en: `${move.share} % stay let through, and it goes no further.` },
        asked: { zh: '查明原因，再决定继续或收回。', en: 'Find out why, then go on or close.' },
      })
      .catch(() => metrics.add('menshen_maintenance_failures_total'));
  };

  /** Writes a state between intent and outcome in the log. False when somebody else has moved it since it was read. */
  const put = async (
    measure: Measure,
    before: Reopening,
    to: Pick<Reopening, 'state' | 'step'>,
    said: Pick<Move, 'by' | 'sign' | 'why'>,
  ): Promise<boolean> => {
    const now = clock();
    const share = shareOf({ ...before, ...to });
    const move: Move = { at: now, ...said, state: to.state, share };
    // Whoever is let through in a step is counted from its beginning; a pause is none.
    const since = to.state === 'paused' ? before.since : Math.max(now, before.since + 1);
    const next: Reopening = { ...before, ...to, since, moves: [...before.moves, move].slice(-keptMoves) };
    const detail = {
      ...{ measure: measure.id, kind: measure.kind, reopening: to.state, share },
      ...(said.sign === null ? {} : { sign: said.sign }),
      reason: said.why.en,
      ...(measure.incident === null ? {} : { incident: measure.incident }),
    };
    const done = await audit.act(said.by, { activity: 'update', entity: 'containment measure', detail }, async () => {
      const written = await store.put(next);
      // What is being reopened, or was closed by the watch, must not fall open by its clock.
      if (written && to.state !== 'complete') await measures.prolong(measure.id, Math.min(now + longestMs, endOf(next, now)));
      return written;
    });
    if (!done) return false;
    await parts.announce(measure.id);
    await tell(measure, move);
    return true;
  };

  const demand = (done: boolean): void => {
    if (!done) throw new MenshenError('conflict');
  };

  /** The last step stood its time: the measure goes, and only then its reopening, without which it would hold for everybody. */
  const complete = async (measure: Measure, before: Reopening, said: Pick<Move, 'by' | 'sign' | 'why'>): Promise<boolean> => {
    await parts.lift(measure.id, said.why.en.slice(0, 300), said.by);
    return await put(measure, before, { state: 'complete', step: before.step }, said);
  };

  const forwards = async (measure: Measure, before: Reopening, said: Pick<Move, 'by' | 'sign' | 'why'>): Promise<boolean> =>
    before.step + 1 < before.plan.steps.length
      ? await put(measure, before, { state: 'open', step: before.step + 1 }, said)
      : await complete(measure, before, said);

  const watchOne = async (before: Reopening): Promise<void> => {
    const measure = await measures.find(before.measure);
    if (measure === null || !stands(measure, clock())) return;
    let alert: string | null = null;
    for (const rule of before.rules) if (alert === null && ((await parts.lastAlert(rule)) ?? 0) > before.since) alert = rule;
    const verdict = judge(before.plan.watch, await seenOf(before), alert);
    const said = (sign: ReopeningSign, why: Bilingual) => ({ by: watcher, sign, why });
    const { step, state, since, plan } = before;
    switch (verdict.do) {
      case 'close':
        await put(measure, before, { state: 'closed', step }, said(verdict.sign, verdict.why));
        return;
      case 'pause':
        if (state === 'open') await put(measure, before, { state: 'paused', step }, said(verdict.sign, verdict.why));
        return;
      case 'go_on': {
        const seconds = plan.steps[step]?.seconds ?? 0;
        if (state !== 'open' || plan.advance !== 'auto' || clock() < since + seconds * 1_000) return;
        await forwards(
          measure,
          before,
          said('healthy', { zh: `观察 ${seconds} 秒无异常`, en: `Nothing wrong was seen for ${seconds} s` }),
        );
        return;
      }
      case 'wait':
        return;
    }
  };

  return {
    async start(id, plan, reason, by) {
      const measure = await standing(id);
      if (!isReopenable(measure.kind)) throw new MenshenError('validation_failed', { field: 'id', problem: 'not_reopenable' });
      const known = await store.find(id);
      if (known !== null && known.state !== 'closed') throw new MenshenError('conflict');
      const rules = plan.watch.rules ?? (await rulesOf(measure, parts));
      const before: Reopening = {
        ...{ measure: id, plan, rules, state: 'closed', step: 0, since: known?.since ?? clock() - 1 },
        // Who was let in before is let in again.
        salt: known?.salt ?? Buffer.from(parts.random(16)).toString('base64url'),
        ...{ moves: known?.moves ?? [], version: known?.version ?? 0 },
      };
      demand(await put(measure, before, { state: 'open', step: 0 }, { by, sign: null, why: same(reason) }));
    },
    async move(id, move, reason, by) {
      const measure = await standing(id);
      const before = await store.find(id);
      if (before === null) throw new MenshenError('not_found');
      const { state, step } = before;
      const said = { by, sign: null, why: same(reason) };
      const fits: Readonly<Record<ReopeningMove, readonly ReopeningState[]>> = {
        ...{ next: ['open', 'paused'], pause: ['open'] },
        ...{ resume: ['paused', 'closed'], close: ['open', 'paused'] },
      };
      if (!fits[move].includes(state)) throw new MenshenError('conflict');
      switch (move) {
        case 'next':
          return demand(await forwards(measure, before, said));
        case 'pause':
          return demand(await put(measure, before, { state: 'paused', step }, said));
        case 'resume':
          return demand(await put(measure, before, { state: 'open', step: state === 'closed' ? 0 : step }, said));
        case 'close':
          return demand(await put(measure, before, { state: 'closed', step }, said));
      }
    },
    async of(ids) {
      const found = await store.findMany(ids);
      const watched = new Map<string, Watched>();
      for (const [id, reopening] of found) watched.set(id, { reopening, seen: await seenOf(reopening) });
      return watched;
    },
    async tick() {
      const now = clock();
      for (const { id, since, seen } of parts.snapshot.takeSeen()) await store.addSeen(id, since, now, seen);
      if (!parts.snapshot.isReopening()) return;
      for (const one of await store.underWay())
        if (one.state !== 'closed')
          await watchOne(one).catch((error: unknown) => {
            // Another node, or a person, was quicker.
            if (!(error instanceof MenshenError && error.code === 'conflict')) throw error;
          });
    },
    async maintain() {
      await store.removeSeenBefore(clock() - keepSeenMs);
      for (const one of await store.underWay()) {
        const measure = await measures.find(one.measure);
        if (measure !== null && stands(measure, clock())) continue;
        const { by, why } = {
          by: measure?.endedBy ?? 'clock',
          why: { zh: '措施已结束', en: 'The measure has ended' },
        };
        const move: Move = { at: clock(), by, state: 'complete', share: 100, sign: null, why };
        await store.put({ ...one, state: 'complete', moves: [...one.moves, move].slice(-keptMoves) });
      }
    },
  };
}

/** At least a day beyond all that is planned. */
function endOf({ plan, step, state }: Reopening, now: number): number {
  const left = state === 'closed' ? 0 : plan.steps.slice(step).reduce((sum, { seconds }) => sum + seconds, 0);
  return now + left * 1_000 + dayMs;
}

/** Rules of the alerts that an incident was made of. */
async function rulesOf({ incident }: Measure, { incidents, ruleOf }: ReopeningParts): Promise<string[]> {
  if (incident === null) return [];
  const rules = new Set<string>();
  for (const { kind, ref } of await incidents.sources(incident)) {
    const rule = kind === 'alert' ? await ruleOf(ref) : null;
    if (rule !== null) rules.add(rule);
  }
  return [...rules].slice(0, 50);
}
