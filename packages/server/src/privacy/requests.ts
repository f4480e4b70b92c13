import { MenshenError } from '@menshen/contract';
import { detectionEvent } from '../audit/events.ts';
import type { Audit } from '../audit/service.ts';
import { hasPassed } from '../coordination/elapsed.ts';
import { dayMs, newId, type PseudonymOf, type RequestChannel, type RequestKind, type Verification } from './model.ts';
import type { RequestStep, RequestStore, SubjectRequest } from './request-store.ts';

export interface RequestSettings {
  readonly days: number;
  readonly warnDays: number;
  readonly extensionDays: number;
  readonly openPerPerson: number;
}

export interface NewRequest {
  readonly uid: string;
  readonly kind: RequestKind;
  readonly details: string;
  readonly contact: string;
  readonly channel: RequestChannel;
  readonly app: string | null;
  /** How it is known that the person asks; null where that is still to be found out. */
  readonly verified: Verification | null;
  /** When it arrived, epoch ms. */
  readonly received?: number;
  /** Opens at most one request of the same origin. */
  readonly origin?: string;
  readonly by: string;
}

export type Advance =
  | { readonly step: 'take' }
  | { readonly step: 'verify'; readonly method: Verification; readonly note: string }
  | { readonly step: 'note' | 'extend' | 'refuse' | 'close' | 'cancel'; readonly note: string };

export type Urgency = 'overdue' | 'soon' | 'calm' | 'closed';

export interface Requests {
  /** Null when there is one of the same origin. Throws `privacy_requests_exhausted` for a person with too many. */
  open(request: NewRequest): Promise<SubjectRequest | null>;
  /** Whether a request of this origin was opened before. */
  known(origin: string): Promise<boolean>;
  list(filter: { readonly open?: boolean; readonly uid?: string }): Promise<readonly SubjectRequest[]>;
  find(id: string): Promise<SubjectRequest>;
  steps: RequestStore['steps'];
  urgency(request: SubjectRequest): Urgency;
  /** Days until a new request is due. */
  dueDays(): number;
  /** Throws `privacy_request_closed`, `privacy_unverified`, `conflict`. */
  advance(id: string, act: Advance, by: string): Promise<SubjectRequest>;
  /** Throws unless the request is open and it is known who asks. */
  demandReady(id: string): Promise<SubjectRequest>;
  /** Notes that an act has answered it; of a person who is gone, without a word that could name them. */
  settle(
    id: string,
    settled: { readonly step: string; readonly note: string; readonly erasure?: string; readonly close: boolean },
    by: string,
    wordless?: boolean,
  ): Promise<SubjectRequest>;
  /** Raises an alarm for what is overdue, once a day. */
  maintain(): Promise<void>;
}

export interface RequestParts {
  readonly store: RequestStore;
  readonly pseudonymOf: PseudonymOf;
  readonly settings: () => RequestSettings;
  readonly audit: Audit;
  readonly once: (key: string, ms: number) => Promise<boolean>;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

/** How often it is looked for what is overdue. */
const lookMs = 600_000;

/** What people ask for, by when it is due, and what was done (PIPL articles 44 to 50). */
export function createRequests(parts: RequestParts): Requests {
  const { store, pseudonymOf, settings, audit, clock, random } = parts;

  const find = async (id: string): Promise<SubjectRequest> => {
    const found = await store.find(id);
    if (found === null) throw new MenshenError('not_found');
    return found;
  };
  const demandOpen = async (id: string): Promise<SubjectRequest> => {
    const found = await find(id);
    if (found.closed !== null) throw new MenshenError('privacy_request_closed');
    return found;
  };
  const demandReady = async (id: string): Promise<SubjectRequest> => {
    const found = await demandOpen(id);
    if (found.verified === null) throw new MenshenError('privacy_unverified');
    return found;
  };
  const write = async (next: SubjectRequest, step: RequestStep): Promise<SubjectRequest> => {
    const detail = { id: next.id, kind: next.kind, step: step.step, state: next.state };
    await audit.act(step.by, { activity: 'update', entity: 'privacy request', detail }, () => store.put(next, step));
    return { ...next, version: next.version + 1 };
  };

  let lookedAt = Number.NEGATIVE_INFINITY;
  const requests: Requests = {
    async open(request) {
      const { uid, kind, details, contact, channel, app, verified, by } = request;
      const subject = pseudonymOf(uid);
      const now = clock();
      const created = Math.min(request.received ?? now, now);
      const { days, openPerPerson } = settings();
      if (channel === 'mini_program' && (await store.list({ open: true, subject })).length >= openPerPerson)
        throw new MenshenError('privacy_requests_exhausted');
      const made: SubjectRequest = {
        ...{ id: newId('pr', random), kind, state: 'open', subject, app, channel, created, due: created + days * dayMs },
        ...{ closed: null, owner: null, verified, extended: false, erasure: null, origin: request.origin ?? null },
        ...{ uid, details, contact, answer: '', version: 1 },
      };
      const step = { at: now, by: channel === 'mini_program' ? 'person' : by, step: 'opened', note: '' };
      const detail = { id: made.id, subject, kind, channel, due: made.due };
      const added = await audit.act(by, { activity: 'create', entity: 'privacy request', detail }, () => store.add(made, step));
      return added ? made : null;
    },
    known: async (origin) => (await store.byOrigin(origin)) !== null,
    list: ({ open, uid }) =>
      store.list({ ...(open === undefined ? {} : { open }), ...(uid === undefined ? {} : { subject: pseudonymOf(uid) }) }),
    find,
    steps: store.steps,
    dueDays: () => settings().days,
    urgency({ closed, due }) {
      if (closed !== null) return 'closed';
      const left = due - clock();
      if (left < 0) return 'overdue';
      return left <= settings().warnDays * dayMs ? 'soon' : 'calm';
    },
    async advance(id, act, by) {
      const before = await demandOpen(id);
      const now = clock();
      const step = { at: now, by, step: act.step, note: 'note' in act ? act.note : '' };
      switch (act.step) {
        case 'take':
          return await write({ ...before, state: 'working', owner: by }, step);
        case 'verify':
          return await write({ ...before, verified: act.method }, step);
        case 'note':
          return await write(before, step);
        case 'extend':
          // Once, and with a reason that the person can read.
          if (before.extended) throw new MenshenError('conflict');
          return await write(
            { ...before, extended: true, due: before.due + settings().extensionDays * dayMs, answer: act.note },
            step,
          );
        case 'refuse':
          return await write({ ...before, state: 'refused', closed: now, answer: act.note }, step);
        case 'cancel':
          return await write({ ...before, state: 'cancelled', closed: now, answer: act.note }, step);
        case 'close':
          if (before.verified === null) throw new MenshenError('privacy_unverified');
          return await write({ ...before, state: 'done', closed: now, answer: act.note }, step);
      }
    },
    demandReady,
    async settle(id, { step, note, erasure, close }, by, wordless = false) {
      const before = await demandOpen(id);
      const now = clock();
      const ended = close ? { state: 'done' as const, closed: now } : { state: 'working' as const };
      const next = { ...before, ...ended, owner: before.owner ?? by, erasure: erasure ?? before.erasure };
      return await write(next, { at: now, by, step, note: wordless ? '' : note });
    },
    async maintain() {
      if (!hasPassed(lookedAt, lookMs, clock())) return;
      lookedAt = clock();
      const late = (await store.list({ open: true })).filter((one) => requests.urgency(one) === 'overdue');
      for (const { id, kind, due } of late) {
        if (!(await parts.once(`privacy-overdue:${id}`, dayMs))) continue;
        const title = 'a request of a person is overdue';
        const detail = { id, kind, days: Math.ceil((clock() - due) / dayMs) };
        await audit.record(detectionEvent({ time: clock(), rule: 'privacy_request_overdue', severity: 'high', title, detail }));
      }
    },
  };
  return requests;
}
