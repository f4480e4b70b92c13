import { hash } from 'node:crypto';
import {
  type ApprovalView,
  type AppSecretKind,
  applyMeasure,
  type Measured,
  type MeasurePreview,
  type MeasureRequest,
  MenshenError,
  measureLine,
  measureRequest,
  measureWords,
  riskClassOf,
  targetWords,
} from '@menshen/contract';
import type { ApprovalService } from '../../administrators/approvals/service.ts';
import type { AccountRef } from '../../administrators/model.ts';
import { canonicalJson, entityManagementEvent } from '../../audit/events.ts';
import type { Audit } from '../../audit/service.ts';
import type { Coordination } from '../../coordination/model.ts';
import type { RevocationFeed } from '../../coordination/revocation-feed.ts';
import type { Metrics } from '../../gateway/metrics.ts';
import { breathe } from '../../gently.ts';
import type { AppSecretService } from '../app-secrets/service.ts';
import type { IncidentPort } from '../incidents/model.ts';
import type { Acts } from './acts.ts';
import type { LiveMeasures } from './live.ts';
import { type Measure, type MeasureFilter, type Request, stands } from './model.ts';
import { createReopeningService, type ReopeningParts, type ReopeningService } from './reopening/service.ts';
import type { ReopeningStore } from './reopening/store.ts';
import { isHeld } from './snapshot.ts';
import { type SoundParts, soundRequest, soundTarget } from './sound.ts';
import type { ContainmentStore } from './store.ts';

/** Kind of the entries in the sequence that all nodes hear. */
export const containmentRevocation = 'containment';

export type { MeasureFilter } from './model.ts';

/** Where a request for approval has come to. `applied` once it was carried out. */
export type PendingMeasure =
  | { readonly state: 'pending' | 'refused' | 'expired' | 'cancelled' }
  /** It was approved and cannot be done. */
  | { readonly state: 'failed'; readonly problem: string }
  | ({ readonly state: 'applied' } & Taken);

/** What stands in answer to a request. */
export interface Taken {
  readonly measure: Measure;
  /** Whether it was taken for another request: it is that one's to lift. */
  readonly takenOver: boolean;
}

/** Who may be named as the second person. */
export interface Approved {
  readonly approval: string | null;
  readonly approvedBy: string | null;
  /** Whether one person forced what takes two here. */
  readonly forced: boolean;
}

/** Measures of containment. What is asked for here is in force on every node within a second of the answer. */
export interface ContainmentService {
  /** What the measure would have stopped in the last hour. @throws MenshenError `validation_failed`, `store_unavailable` */
  preview(measured: Measured): Promise<MeasurePreview>;
  /**
   * Takes a measure, or asks for the second person that its risk class needs here: it is then carried out when they approve. The same idempotency key
   * gets the same measure, or the same request for approval. With `ifNoneStands` the measure that already does what is asked for, and does so for at least
   * half of the time, is taken over, of any number of requests at once by all but one; one that is being taken back in steps is closed again, so that it
   * holds for everybody. `by` of a playbook is an account of its own making: id and name `playbook:NAME`.
   * @throws MenshenError `validation_failed` with `field` and `problem`, `conflict` when the key was used for something else, `audit_unwritable`
   */
  apply(request: Request, by: AccountRef): Promise<Taken | { readonly approvalId: string }>;
  /** Takes a measure that needs nobody else any more. @throws MenshenError as {@link ContainmentService.apply} */
  carryOut(request: Request, by: string, approved: Approved): Promise<Measure>;
  /** Where a request for approval of {@link apply} has come to; null when there is none by that id. */
  pending(approvalId: string): Promise<PendingMeasure | null>;
  /** Ends a measure; what another measure holds stays held. @throws MenshenError `not_found`, `conflict` when it has ended, `audit_unwritable` */
  lift(id: string, reason: string, by: string): Promise<Measure>;
  /** Lifts one after the other, each with a record of its own. What cannot be lifted is told of by its code and keeps no other from it. */
  liftAll(ids: readonly string[], reason: string, by: string): Promise<Lifted>;
  countInForce(): Promise<number>;
  list(filter: MeasureFilter): Promise<Measure[]>;
  find(id: string): Promise<Measure | null>;
  /** The id under which a new secret of an app waits to be taken into use; null where none does. */
  waitingSecret(app: string, secret: AppSecretKind): Promise<string | null>;
  /** Until when, in epoch ms, measures in force keep a campaign of an app from people; null where none does. */
  campaignHeldUntil(app: string, campaign: string): number | null;
  /** Whether this measure takes two persons here. */
  takesTwo(measured: Measured): boolean;
  /** Taking measures back in steps. */
  readonly reopenings: ReopeningService;
  /** Writes down counts and what the clock has ended, and finishes acts that a node left behind. */
  maintain(): Promise<void>;
}

/** How many were lifted, and what was left standing, by the code of why. */
export interface Lifted {
  readonly lifted: number;
  readonly left: { readonly id: string; readonly code: string }[];
}

export interface ContainmentParts extends SoundParts {
  readonly store: ContainmentStore;
  readonly live: LiveMeasures;
  readonly acts: Acts;
  readonly secrets: Pick<AppSecretService, 'isThere' | 'waiting' | 'words'>;
  readonly preview: (measured: Measured) => Promise<MeasurePreview>;
  readonly audit: Pick<Audit, 'act' | 'record'>;
  readonly metrics: Pick<Metrics, 'add'>;
  readonly revocations: Pick<RevocationFeed, 'publish'>;
  readonly coordination: Pick<Coordination, 'lock'>;
  readonly approvals: Pick<ApprovalService, 'needed' | 'request' | 'get' | 'carryOut'>;
  readonly incidents: Pick<IncidentPort, 'appendToTimeline' | 'peek' | 'sources'>;
  /** Tells open pages that something has changed. */
  readonly changed: () => void;
  readonly reopenings: ReopeningStore;
  readonly watch: Pick<ReopeningParts, 'notify' | 'ruleOf' | 'lastAlert'>;
  readonly random: (size: number) => Uint8Array;
}

const keptMs = 400 * 86_400_000;
/** An act takes a node no longer, unless the node has died. */
const leftBehindMs = 60_000;
/** So many sessions are ended before the answer; more are ended after it. */
const awaitedSessions = 500;
/** Reads approvals as somebody to whom none belongs. */
const nobody: AccountRef = { id: '', username: '', power: 'security' };

/** A second factor is asked of who proved it before the measure: a later one asks of more. */
const mayTakeOver = ({ kind, ifNoneStands }: Pick<Request, 'kind' | 'ifNoneStands'>): boolean =>
  ifNoneStands === true && measureWords[kind].nature !== 'act' && kind !== 'force_step_up';
/** Until when one that stands has to last to be enough for a request. */
const longEnough = (until: number, now: number): number => now + (until - now) / 2;

/** Another was quicker: the act is not done, and need not be. */
class StandsAlready extends Error {
  readonly measure: Measure;
  constructor(measure: Measure) {
    super('such a measure stands already');
    this.measure = measure;
  }
}

export function createContainmentService(parts: ContainmentParts): ContainmentService {
  const { store, acts, audit, metrics, approvals, clock } = parts;
  const { snapshot } = parts.live;

  const announce = async (id: string): Promise<void> => {
    await parts.live.refresh();
    await parts.revocations.publish({ kind: containmentRevocation, subject: id, detail: null });
    parts.changed();
  };

  const tell = async (measure: Measure, step: 'applied' | 'lifted' | 'expired', by: string, at: number): Promise<void> => {
    if (measure.incident === null) return;
    const line = measureLine(measure);
    const words = {
      applied: { zh: '采取措施', en: 'Measure taken' },
      lifted: { zh: '解除措施', en: 'Measure lifted' },
      expired: { zh: '措施到期', en: 'Measure ended' },
    } as const;
    await parts.incidents
      .appendToTimeline(measure.incident, {
        kind: 'measure',
        text: { zh: `${words[step].zh}：${line.zh}`, en: `${words[step].en}: ${line.en}` },
        ...{ by, at, path: '/containment' },
        facts: { measure: measure.id, kind: measure.kind, step },
      })
      // The measure stands whether or not it can be told of; its own record is in the log.
      .catch(() => metrics.add('menshen_maintenance_failures_total'));
  };

  /** What of a measure is an act of another service. Resolves to how much was done. */
  const perform = async (measure: Measure, again: boolean): Promise<number> => {
    switch (measure.kind) {
      case 'end_sessions':
      case 'lock_accounts':
        return await acts.endSessions(measure, again);
      case 'rotate_keys':
        return await acts.rotateKeys(measure);
      case 'rotate_secret':
        return await acts.replaceSecret(measure);
      case 'revoke_tokens':
        return await acts.revokeTokens(measure);
      default:
        return 0;
    }
  };
  const isAct = ({ kind }: Pick<Measured, 'kind'>): boolean =>
    kind === 'rotate_keys' || kind === 'rotate_secret' || kind === 'revoke_tokens';
  const endsSessions = ({ kind }: Measured): boolean => kind === 'end_sessions' || kind === 'lock_accounts';

  const finish = async (measure: Measure, again: boolean): Promise<void> => {
    const done = await perform(measure, again);
    if (isAct(measure)) await store.progress(measure.id, done, true, clock());
    else if (done > 0) await store.addDone(measure.id, done);
  };

  /** Of what is done to whom: end and reason may differ when somebody asks again. */
  const isLong = (measure: Measure): boolean =>
    measure.kind === 'end_sessions' && acts.reached(measure.target, measure.since).length > awaitedSessions;

  const digestOf = (request: Measured): string => {
    const { kind, target } = soundTarget(request, parts);
    return hash('sha256', canonicalJson({ kind, target }), 'hex');
  };

  const known = async (request: Request): Promise<Measure | null> => {
    const found = await store.byKey(request.idempotencyKey);
    if (found !== null && found.digest !== digestOf(request)) throw new MenshenError('conflict');
    return found?.measure ?? null;
  };

  const sound = async (request: Request): Promise<Request> => {
    if (request.incident !== undefined && (await parts.incidents.peek(request.incident)) === null)
      throw new MenshenError('validation_failed', { field: 'incident', problem: 'incident_unknown' });
    const asked = soundRequest(request, parts);
    if (asked.kind === 'rotate_secret' && !(await parts.secrets.isThere(asked.target)))
      throw new MenshenError('validation_failed', { field: 'target.staged', problem: 'secret_unknown' });
    return asked;
  };

  const detailOf = (measure: Measure): Record<string, string | number> => ({
    ...{ measure: measure.id, kind: measure.kind, target: targetWords(measure).en.slice(0, 500), until: measure.until },
    ...{ reason: measure.reason, risk: riskClassOf(measure), forced: Number(measure.forced) },
    ...(measure.approvedBy === null ? {} : { approved_by: measure.approvedBy }),
    ...(measure.incident === null ? {} : { incident: measure.incident }),
  });

  /** Takes what is asked for, unless it need not be taken. Resolves to whether another has taken it. */
  const take = async (given: Request, by: string, approved: Approved): Promise<Taken> => {
    const digest = digestOf(given);
    const before = await known(given);
    if (before !== null) return { measure: before, takenOver: false };
    const { kind, target, until, reason, incident, idempotencyKey } = await sound(given);
    const standing = await takeOver(given, by);
    if (standing !== null) return { measure: standing, takenOver: true };
    const measure = {
      ...{ kind, target, until, reason, by },
      ...approved,
      id: `m_${Buffer.from(parts.random(12)).toString('base64url')}`,
      incident: incident ?? null,
      state: isAct({ kind }) ? 'working' : 'active',
      since: clock(),
      ...{ endedAt: null, endedBy: null, endReason: null, done: 0, stopped: 0, lastStopped: null },
    } as Measure;
    const add = async (): Promise<boolean> => {
      if (!mayTakeOver(given)) return await store.add(measure, idempotencyKey, digest);
      const added = await store.addUnlessStanding(measure, idempotencyKey, digest, longEnough(until, measure.since));
      if (typeof added === 'boolean') return added;
      throw new StandsAlready(added);
    };
    let added: boolean;
    try {
      const act = { activity: 'create', entity: 'containment measure', detail: detailOf(measure) } as const;
      added = await audit.act(by, act, add);
    } catch (error) {
      if (error instanceof StandsAlready) return { measure: error.measure, takenOver: true };
      throw error;
    }
    // Of two calls with one key the other was quicker.
    if (!added) return { measure: (await known(given)) ?? measure, takenOver: false };
    metrics.add('menshen_measures_total', `kind="${kind}",step="applied"`);
    await announce(measure.id);
    const long = isLong(measure);
    const finishing = finish(measure, false);
    // The rule holds them off already: nobody waits for ten thousand rows. What fails here the next round finishes.
    if (long) finishing.then(parts.changed, () => metrics.add('menshen_maintenance_failures_total'));
    else await finishing;
    await tell(measure, 'applied', by, measure.since);
    parts.changed();
    return { measure: (await store.find(measure.id)) ?? measure, takenOver: false };
  };

  const lift: ContainmentService['lift'] = async (id, reason, by) => {
    const measure = await store.find(id);
    if (measure === null) throw new MenshenError('not_found');
    if (!stands(measure, clock())) throw new MenshenError('conflict');
    const lifted = await audit.act(
      by,
      { activity: 'delete', entity: 'containment measure', detail: { ...detailOf(measure), reason } },
      () => store.lift(id, by, reason, clock()),
    );
    if (!lifted) throw new MenshenError('conflict');
    metrics.add('menshen_measures_total', `kind="${measure.kind}",step="lifted"`);
    await announce(id);
    await tell(measure, 'lifted', by, clock());
    return (await store.find(id)) ?? measure;
  };

  const liftAll: ContainmentService['liftAll'] = async (ids, reason, by) => {
    const left: Lifted['left'] = [];
    const all = new Set(ids);
    for (const id of all) {
      try {
        await lift(id, reason, by);
      } catch (error) {
        // What cannot be written down now, the others could not be either.
        if (!(error instanceof MenshenError) || error.status >= 500) throw error;
        left.push({ id, code: error.code });
      }
    }
    return { lifted: all.size - left.length, left };
  };

  const reopenings = createReopeningService({
    ...{ store: parts.reopenings, measures: store, snapshot, audit, metrics, announce, lift, clock, random: parts.random },
    ...{ ...parts.watch, incidents: parts.incidents },
  });

  const takeOver = async (request: Request, by: string): Promise<Measure | null> => {
    if (!mayTakeOver(request)) return null;
    const now = clock();
    const standing = await store.stoodAt(digestOf(request), now, longEnough(request.until, now));
    if (standing === null) return null;
    const state = (await parts.reopenings.find(standing.id))?.state;
    if (state === 'open' || state === 'paused')
      await reopenings.move(standing.id, 'close', request.reason, by).catch((error: unknown) => {
        // The watch was quicker, or somebody has lifted it: then it does not stand below.
        if (!(error instanceof MenshenError && (error.code === 'conflict' || error.code === 'not_found'))) throw error;
      });
    const found = await store.find(standing.id);
    return found !== null && stands(found, clock()) ? found : null;
  };

  /** What a request for approval has led to: a measure of its own, or the one that stood when it was spent. */
  const doneBy = async ({ id, state, spentAt, body }: ApprovalView): Promise<Taken | null> => {
    const measure = await store.byApproval(id);
    if (measure !== null) return { measure, takenOver: false };
    const request: MeasureRequest | undefined = measureRequest.safeParse(body).data;
    if (state !== 'spent' || spentAt === null || request === undefined || !mayTakeOver(request)) return null;
    const standing = await store.stoodAt(digestOf(request), spentAt, longEnough(request.until, spentAt));
    return standing === null ? null : { measure: standing, takenOver: true };
  };
  const approvalOf = async (id: string): Promise<ApprovalView | null> =>
    await approvals.get(nobody, id).catch((error: unknown) => {
      if (error instanceof MenshenError && error.code === 'not_found') return null;
      throw error;
    });

  approvals.carryOut(applyMeasure, {
    async isDone(id) {
      const approval = await approvalOf(id);
      return approval !== null && (await doneBy(approval)) !== null;
    },
    async perform({ id, call, requester, approvedBy }) {
      const request: MeasureRequest = measureRequest.parse(call.body);
      await take(request, requester, { approval: id, approvedBy, forced: false });
    },
  });

  return {
    async preview(measured) {
      const counted = await parts.preview(soundTarget(measured, parts));
      if (measured.kind !== 'rotate_secret') return counted;
      return { ...counted, notes: [...(await parts.secrets.words(measured.target)), ...counted.notes] };
    },
    waitingSecret: parts.secrets.waiting,
    campaignHeldUntil(app, campaign) {
      const holds = snapshot.holds?.apps.get(app);
      const untils = [...(holds?.stopped ?? []), ...(holds?.campaigns.get(campaign) ?? [])]
        .filter((held) => isHeld(held, clock()))
        .map(({ until }) => until);
      return untils.length === 0 ? null : Math.max(...untils);
    },
    takesTwo: (measured) => approvals.needed(applyMeasure, { params: undefined, query: undefined, body: measured }),
    async apply(request, by) {
      const before = await known(request);
      if (before !== null) return { measure: before, takenOver: false };
      const digest = digestOf(request);
      const asked = await store.asked(request.idempotencyKey);
      if (asked !== null && asked.digest !== digest) throw new MenshenError('conflict');
      if (asked !== null) return { approvalId: asked.approval };
      const { kind, target, until, reason, incident, idempotencyKey, ifNoneStands } = await sound(request);
      const standing = await takeOver(request, by.username);
      if (standing !== null) return { measure: standing, takenOver: true };
      const optional = {
        ...(incident === undefined ? {} : { incident }),
        ...(ifNoneStands === undefined ? {} : { ifNoneStands }),
      };
      const call = { params: undefined, query: undefined, body: { kind, target, until, reason, idempotencyKey, ...optional } };
      if (!approvals.needed(applyMeasure, call))
        return await take(request, by.username, { approval: null, approvedBy: null, forced: false });
      const filed = await approvals.request(by, { endpoint: applyMeasure, ...call, reason, breakGlass: false });
      await store.ask(idempotencyKey, filed.id, digest, clock());
      parts.changed();
      return { approvalId: filed.id };
    },
    carryOut: async (request, by, approved) => (await take(request, by, approved)).measure,
    async pending(approvalId) {
      const approval = await approvalOf(approvalId);
      if (approval === null || approval.endpoint !== applyMeasure.id) return null;
      const done = await doneBy(approval);
      if (done !== null) return { state: 'applied', ...done };
      const { state, problem } = approval;
      if (problem !== null) return { state: 'failed', problem };
      return { state: state === 'refused' || state === 'expired' || state === 'cancelled' ? state : 'pending' };
    },
    lift,
    liftAll,
    countInForce: () => store.countInForce(clock()),
    reopenings,
    list: (filter) => store.list(filter, clock()),
    find: (id) => store.find(id),
    async maintain() {
      for (const { id, more, last } of snapshot.takeCounts()) await store.hit(id, more, last);
      const now = clock();
      const expired = await store.takeExpired(now);
      for (const measure of expired) {
        metrics.add('menshen_measures_total', `kind="${measure.kind}",step="expired"`);
        const detail = { ...detailOf(measure), reason: 'expired' };
        await audit.record(
          entityManagementEvent({ time: now, activity: 'delete', entity: 'containment measure', by: 'clock', detail }),
        );
        await tell(measure, 'expired', 'clock', measure.until);
      }
      if (expired.length > 0) parts.changed();
      await reopenings.maintain();
      await parts.live.refresh();
      const left = (await store.standing(now)).filter(
        (measure) => (endsSessions(measure) || measure.state === 'working') && measure.since < now - leftBehindMs,
      );
      if (left.length > 0) {
        const lease = await parts.coordination.lock.acquire('containment acts', leftBehindMs);
        if (lease !== null) {
          for (const measure of left) {
            await finish(measure, true);
            // Each may look at every session, and hundreds of measures stand after a busy week: requests come between them.
            await breathe();
          }
          await lease.release();
        }
      }
      await store.forgetBefore(now - keptMs);
    },
  };
}
