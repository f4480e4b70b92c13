import { hash } from 'node:crypto';
import {
  type ApprovalView,
  type Endpoint,
  endpoints,
  type FourEyesSetting,
  MenshenError,
  type RiskClass,
} from '@menshen/contract';
import { canonicalJson, detectionEvent, entityManagementEvent } from '../../audit/events.ts';
import type { Audit } from '../../audit/service.ts';
import type { Metrics } from '../../gateway/metrics.ts';
import { type AccountRef, powersOf } from '../model.ts';
import type { secretMaker } from '../secrets.ts';
import type { Approval, ApprovalStore, PersonName } from './store.ts';

const requestMs = 30 * 60_000;
/** What was forced is done now, or not at all. */
const breakGlassMs = 5 * 60_000;
const maxOpen = 20;
const carriedAtOnce = 50;
/** What was approved and could not be done within its time. */
const gaveUp = 'carry_expired';

/** A refusal as a code, and which field of the call was wrong and how. */
function problemOf({ code, details: { field, problem } }: MenshenError): string {
  return [code, field, problem]
    .filter((part) => typeof part === 'string')
    .join(' ')
    .slice(0, 200);
}

/** The parts of a call as its endpoint's schemas made them. */
export interface ExactCall {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

export interface ApprovalRequest extends ExactCall {
  readonly endpoint: Endpoint;
  readonly reason: string;
  readonly breakGlass: boolean;
  /** How long it waits for a decision, in milliseconds; half an hour when absent. */
  readonly withinMs?: number;
}

export interface ApprovalService {
  request(by: AccountRef, given: ApprovalRequest): Promise<ApprovalView>;
  list(viewer: AccountRef, show: 'open' | 'all', limit: number, offset: number): Promise<ApprovalView[]>;
  get(viewer: AccountRef, id: string): Promise<ApprovalView>;
  decide(by: AccountRef, id: string, decision: 'approve' | 'refuse', digest: string, note: string): Promise<ApprovalView>;
  cancel(by: AccountRef, id: string): Promise<ApprovalView>;
  review(by: AccountRef, id: string, verdict: 'justified' | 'unjustified', note: string): Promise<ApprovalView>;
  /**
   * Called before the handler of every call that needs approval: uses up the approval of exactly this call, and records that. Throws
   * `approval_required` without an id, `approval_invalid` for any other approval, `own_account` for an act on the caller. Resolves to the name of who
   * approved; null where a single operator only had to wait, or forced it.
   */
  spend(endpoint: Endpoint, call: ExactCall, by: AccountRef, id: string | null): Promise<string | null>;
  /** Whether this call of the endpoint needs approval. */
  needed(endpoint: Endpoint, call: ExactCall): boolean;
  /** Has calls of an endpoint carried out when they are approved, and not when their asker comes back. What is forced alone is not waited for. */
  carryOut(endpoint: Endpoint, carrier: Carrier): void;
  /**
   * Carries out what was approved and has not been, here or on a node that is gone; to be called every other second. What is refused, and what could not
   * be done for half an hour, ends with its problem. @throws the first of what went wrong and is tried again
   */
  work(): Promise<void>;
  /** Says in words what requests of an endpoint are that the platform makes by itself. */
  explain(endpoint: Endpoint, words: (asked: Asked) => ApprovalView['told']): void;
  /** Hears of every request that waits for somebody. */
  onRequested(hear: (approval: ApprovalView) => void): void;
  /** Hears of what was approved and cannot be carried out. */
  onFailed(hear: (approval: ApprovalView) => void): void;
  /** Forced acts that nobody has reviewed, and requests that this account may decide. */
  waiting(
    viewer: AccountRef,
  ): Promise<{ readonly unreviewed: readonly ApprovalView[]; readonly decidable: readonly ApprovalView[] }>;
  /** Open requests that none of these accounts may decide, and forced acts that none of them may review. */
  stranded(accounts: readonly AccountRef[]): Promise<readonly ApprovalView[]>;
}

/** What was asked for, and by whom. */
export interface Asked {
  readonly requester: PersonName;
  readonly call: ExactCall;
  readonly reason: string;
}

/** Does what was approved. Both may be called again for one approval. */
export interface Carrier {
  /** Whether it is done. */
  isDone(approval: string): Promise<boolean>;
  perform(approval: {
    readonly id: string;
    readonly call: ExactCall;
    readonly requester: string;
    /** Null where a single operator only had to wait. */
    readonly approvedBy: string | null;
  }): Promise<void>;
}

export interface ApprovalParts {
  readonly store: ApprovalStore;
  readonly audit: Audit;
  readonly metrics: Metrics;
  /** How long a single operator waits, in milliseconds. */
  readonly delayMs: () => number;
  /** Acts that take two only where the configuration says so. */
  readonly fourEyes: () => readonly FourEyesSetting[];
  /** Classes of acts that take two; those of the others are done by one. */
  readonly riskClasses: () => readonly RiskClass[];
  readonly clock: () => number;
  readonly make: ReturnType<typeof secretMaker>;
}

const plain = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (JSON.parse(JSON.stringify(value)) as Record<string, unknown>) : {};

/** SHA-256 in hex of the canonical JSON of a call: what is approved is this and nothing else. */
export function callDigest(endpoint: string, call: ExactCall): string {
  return hash(
    'sha256',
    canonicalJson({ endpoint, params: plain(call.params), query: plain(call.query), body: plain(call.body) }),
    'hex',
  );
}

const openRead = 100;
/** Reads approvals as somebody to whom none belongs. */
const nobody: AccountRef = { id: '', username: '', power: 'security' };
const byId = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]));

/** Four eyes on dangerous acts, for one exact call and one use; a delay where there is one operator; break-glass that stays open until reviewed. */
export function createApprovalService(parts: ApprovalParts): ApprovalService {
  const { store, audit, metrics, clock, make } = parts;
  const explained = new Map<string, (asked: Asked) => ApprovalView['told']>();

  const mayDecide = (approval: Approval, viewer: AccountRef): boolean =>
    approval.state === 'pending' &&
    approval.expires > clock() &&
    approval.requester.id !== viewer.id &&
    approval.subject !== viewer.id &&
    powersOf(viewer.power).some((power) => approval.approvers.includes(power));
  const mayReview = (approval: Approval, viewer: AccountRef): boolean =>
    approval.review?.state === 'open' && approval.requester.id !== viewer.id && approval.subject !== viewer.id;

  const stateOf = (approval: Approval): ApprovalView['state'] => {
    const now = clock();
    if (approval.state === 'spent' || approval.state === 'refused' || approval.state === 'cancelled') return approval.state;
    if (approval.expires <= now) return 'expired';
    return approval.state === 'waiting' && approval.notBefore !== null && approval.notBefore <= now ? 'approved' : approval.state;
  };

  const view = (approval: Approval, viewer: AccountRef): ApprovalView => {
    const endpoint = byId.get(approval.endpoint);
    return {
      id: approval.id,
      endpoint: approval.endpoint,
      summary: endpoint?.summary ?? { zh: approval.endpoint, en: approval.endpoint },
      method: endpoint?.method ?? '',
      path: endpoint?.path ?? '',
      ...approval.call,
      digest: approval.digest,
      reason: approval.reason,
      told: explained.get(approval.endpoint)?.(approval) ?? null,
      state: stateOf(approval),
      requestedBy: approval.requester,
      requestedAt: approval.requestedAt,
      expiresAt: approval.expires,
      notBefore: approval.notBefore,
      approvers: approval.approvers,
      decidedBy: approval.decider,
      decidedAt: approval.decidedAt,
      note: approval.note,
      spentAt: approval.spentAt,
      problem: approval.problem,
      breakGlass: approval.breakGlass,
      review: approval.review,
      mine: approval.requester.id === viewer.id,
      mayDecide: mayDecide(approval, viewer),
      mayReview: mayReview(approval, viewer),
      deviation: approval.notBefore === null ? null : 'single_operator',
    };
  };

  const find = async (id: string): Promise<Approval> => {
    const approval = await store.find(id);
    if (approval === null) throw new MenshenError('not_found');
    return approval;
  };

  const record = (
    approval: Pick<Approval, 'id' | 'endpoint' | 'digest'>,
    step: string,
    by: AccountRef,
    detail: Readonly<Record<string, string | number>> = {},
  ) =>
    audit.record(
      entityManagementEvent({
        time: clock(),
        activity: step === 'requested' || step === 'forced' ? 'create' : 'update',
        entity: 'approval',
        by: by.username,
        detail: { step, approval: approval.id, endpoint: approval.endpoint, digest: approval.digest, ...detail },
      }),
    );

  const needed = (endpoint: Endpoint, call: ExactCall): boolean =>
    endpoint.approval !== undefined &&
    (endpoint.approval.setting === undefined || parts.fourEyes().includes(endpoint.approval.setting)) &&
    (endpoint.approval.riskClass === undefined || parts.riskClasses().includes(endpoint.approval.riskClass(call as never))) &&
    (endpoint.approval.when?.(call as never) ?? true);

  const hearers: ((approval: ApprovalView) => void)[] = [];
  const failureHearers: ((approval: ApprovalView) => void)[] = [];
  const carriers = new Map<string, Carrier>();

  const spend: ApprovalService['spend'] = async (endpoint, call, by, id) => {
    if (endpoint.approval?.subject?.(call as never) === by.id) throw new MenshenError('own_account');
    if (id === null) throw new MenshenError('approval_required', { endpoint: endpoint.id });
    const digest = callDigest(endpoint.id, call);
    if (!(await store.spend(id, by.id, digest, clock()))) throw new MenshenError('approval_invalid');
    metrics.add('menshen_approvals_total', 'step="spent"');
    await record({ id, endpoint: endpoint.id, digest }, 'spent', by);
    return (await store.find(id))?.decider?.username ?? null;
  };

  /** Spends an approval and does the act; what was spent by a process that died before it had done it is done again. */
  const carry = async (approval: Approval): Promise<void> => {
    const carrier = carriers.get(approval.endpoint);
    const endpoint = byId.get(approval.endpoint);
    if (carrier === undefined || endpoint === undefined) return;
    const { id, call, requester } = approval;
    try {
      if (approval.state !== 'spent') await spend(endpoint, call, { ...requester, power: 'all' }, id);
      else if (await carrier.isDone(id)) return await done(id);
      else if ((approval.spentAt ?? 0) <= clock() - requestMs) return await cannot(approval, gaveUp);
      await carrier.perform({ id, call, requester: requester.username, approvedBy: approval.decider?.username ?? null });
      await done(id);
    } catch (error) {
      if (!(error instanceof MenshenError) || error.status >= 500) throw error;
      // Another node was quicker, or the asker themself.
      if (error.code === 'approval_invalid') return;
      // What is wrong with it does not pass, unless somebody has done it meanwhile.
      if (await carrier.isDone(id)) await done(id);
      else await cannot(approval, problemOf(error));
    }
  };
  const done = async (id: string): Promise<void> => {
    await store.settle(id, { carriedAt: clock() });
  };
  const cannot = async (approval: Approval, problem: string): Promise<void> => {
    await record(approval, 'failed', { ...approval.requester, power: 'all' }, { problem });
    if (!(await store.settle(approval.id, { problem }))) return;
    metrics.add('menshen_approvals_total', 'step="failed"');
    const failed = view(await find(approval.id), nobody);
    for (const hear of failureHearers) hear(failed);
  };

  return {
    needed,
    carryOut(endpoint, carrier) {
      carriers.set(endpoint.id, carrier);
    },
    explain(endpoint, words) {
      explained.set(endpoint.id, words);
    },
    onRequested(hear) {
      hearers.push(hear);
    },
    onFailed(hear) {
      failureHearers.push(hear);
    },
    async work() {
      if (carriers.size === 0) return;
      const now = clock();
      const problems: unknown[] = [];
      let last: Approval | null = null;
      // One that cannot be done now keeps none behind it waiting.
      for (;;) {
        const found: readonly Approval[] = await store.carriable([...carriers.keys()], now, carriedAtOnce, last);
        for (const approval of found) await carry(approval).catch((error: unknown) => problems.push(error));
        last = found.at(-1) ?? null;
        if (found.length < carriedAtOnce) break;
      }
      if (problems.length > 0) throw problems[0];
    },
    async request(by, { endpoint, reason, breakGlass, withinMs = requestMs, ...call }) {
      const rule = endpoint.approval;
      if (!powersOf(by.power).some((power) => endpoint.powers.includes(power))) throw new MenshenError('power_not_held');
      if (rule === undefined || !needed(endpoint, call)) throw new MenshenError('approval_not_needed');
      const subject = rule.subject?.(call as never) ?? null;
      if (subject === by.id) throw new MenshenError('own_account');
      if (breakGlass && rule.breakGlass !== true) throw new MenshenError('break_glass_refused');
      const now = clock();
      if ((await store.countOpenOf(by.id, now)) >= maxOpen) throw new MenshenError('rate_limited');
      const alone = by.power === 'all' && !breakGlass;
      const notBefore = alone ? now + parts.delayMs() : null;
      const approval: Approval = {
        id: make.longId('p'),
        endpoint: endpoint.id,
        call: { params: plain(call.params), query: plain(call.query), body: plain(call.body) },
        digest: callDigest(endpoint.id, call),
        reason,
        state: breakGlass ? 'approved' : alone ? 'waiting' : 'pending',
        requester: { id: by.id, username: by.username },
        requestedAt: now,
        expires: breakGlass ? now + breakGlassMs : (notBefore ?? now) + withinMs,
        notBefore,
        approvers: [...(rule.approversOf?.(call as never) ?? rule.approvers)],
        subject,
        decider: null,
        decidedAt: null,
        note: null,
        spentAt: null,
        problem: null,
        breakGlass,
        review: breakGlass ? { state: 'open', by: null, at: null, note: null } : null,
      };
      metrics.add('menshen_approvals_total', `step="${breakGlass ? 'forced' : 'requested'}"`);
      await record(approval, breakGlass ? 'forced' : 'requested', by, {
        reason,
        ...(alone ? { deviation: 'single_operator' } : {}),
      });
      if (breakGlass)
        await audit.record(
          detectionEvent({
            time: now,
            rule: 'break_glass',
            severity: 'critical',
            title: 'an administrator forced an act without approval',
            detail: { approval: approval.id, endpoint: endpoint.id, by: by.username, reason },
          }),
        );
      await store.add(approval);
      if (approval.state === 'pending') for (const hear of hearers) hear(view(approval, by));
      return view(approval, by);
    },
    list: async (viewer, show, limit, offset) =>
      (await store.list(show, clock(), limit, offset)).map((approval) => view(approval, viewer)),
    get: async (viewer, id) => view(await find(id), viewer),
    async decide(by, id, decision, digest, note) {
      const approval = await find(id);
      if (approval.requester.id === by.id || approval.subject === by.id) throw new MenshenError('own_account');
      if (approval.state === 'pending' && !powersOf(by.power).some((power) => approval.approvers.includes(power)))
        throw new MenshenError('power_conflict');
      if (!mayDecide(approval, by) || approval.digest !== digest) throw new MenshenError('approval_invalid');
      const now = clock();
      const state = decision === 'approve' ? 'approved' : 'refused';
      metrics.add('menshen_approvals_total', `step="${state}"`);
      await record(approval, state, by, { note });
      const done = await store.decide(id, digest, {
        state,
        by: { id: by.id, username: by.username },
        note,
        now,
        expires: now + requestMs,
      });
      if (!done) throw new MenshenError('approval_invalid');
      // What fails now is tried again by `work`; the decision stands.
      if (decision === 'approve') await carry(await find(id)).catch(() => metrics.add('menshen_maintenance_failures_total'));
      return view(await find(id), by);
    },
    async cancel(by, id) {
      const approval = await find(id);
      if (approval.requester.id !== by.id) throw new MenshenError('not_found');
      await record(approval, 'cancelled', by);
      if (!(await store.cancel(id, by.id, clock()))) throw new MenshenError('approval_invalid');
      return view(await find(id), by);
    },
    async review(by, id, verdict, note) {
      const approval = await find(id);
      if (approval.requester.id === by.id || approval.subject === by.id) throw new MenshenError('own_account');
      if (!mayReview(approval, by)) throw new MenshenError('approval_invalid');
      await record(approval, 'reviewed', by, { verdict, note });
      if (!(await store.review(id, { state: verdict, by: { id: by.id, username: by.username }, note, now: clock() })))
        throw new MenshenError('approval_invalid');
      return view(await find(id), by);
    },
    spend,
    async waiting(viewer) {
      const open = (await store.list('open', clock(), openRead, 0)).map((approval) => view(approval, viewer));
      return {
        unreviewed: open.filter((approval) => approval.review?.state === 'open'),
        decidable: open.filter((approval) => approval.mayDecide),
      };
    },
    async stranded(accounts) {
      const now = clock();
      return (await store.list('open', now, openRead, 0))
        .filter(
          (approval) =>
            (approval.state === 'pending' && approval.expires > now && !accounts.some((one) => mayDecide(approval, one))) ||
            (approval.review?.state === 'open' && !accounts.some((one) => mayReview(approval, one))),
        )
        .map((approval) => view(approval, nobody));
    },
  };
}
