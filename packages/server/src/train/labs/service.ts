import { type LabId, MenshenError, type TrainingConfig } from '@menshen/contract';
import type { Audit } from '../../audit/service.ts';
import { labOf } from './cases/index.ts';
import { judge, type Sent, type Standing } from './judge.ts';
import type { Lab, LabValues, LogFact } from './model.ts';
import type { LabHolder } from './places.ts';
import type { ChangedLine, SandboxAnswer, SandboxFailure } from './protocol.ts';
import type { SandboxHandle, StartSandbox } from './sandbox-process.ts';
import type { LabResult, LabStore } from './store.ts';

export interface LabPerson {
  readonly uid: string;
  readonly name: string;
}

export type LabEvent = 'started' | 'passed' | 'expired' | 'refused' | 'failed';

/** The sandbox of one person, as they see it. */
export interface RunState {
  readonly lab: LabId;
  readonly state: 'starting' | 'running' | 'failed';
  readonly failure: SandboxFailure | null;
  readonly expires: number;
  readonly left: number;
  readonly protected: boolean;
  readonly changes: readonly ChangedLine[];
  readonly log: readonly (LogFact & { readonly request: string })[];
  readonly standings: readonly Standing[];
}

export interface LabParts {
  readonly store: LabStore;
  readonly start: StartSandbox;
  readonly settings: () => TrainingConfig['labs'];
  readonly version: string;
  readonly audit: Pick<Audit, 'act'>;
  /** Hears that a person has passed a lab for the first time. */
  readonly passed: (person: LabPerson, lab: LabId) => Promise<void>;
  readonly count: (event: LabEvent) => void;
  /** Whether a person still works here. */
  readonly isHere: (uid: string) => boolean;
  readonly clock: () => number;
}

export interface LabService {
  readonly enabled: () => boolean;
  /** Sandboxes of this node. */
  readonly running: () => number;
  /** People who have one here. */
  holders(): readonly LabHolder[];
  results(uid?: string): Promise<readonly LabResult[]>;
  runOf(uid: string): RunState | null;
  /** Throws `labs_off`, `labs_full` and `rate_limited`. Starting takes seconds: the state says when it runs. */
  start(person: LabPerson, lab: LabId): Promise<void>;
  /** Throws `lab_over`, `lab_broken`, `not_found` for a request that the lab does not have, `validation_failed`, `rate_limited`. */
  send(person: LabPerson, lab: LabId, request: string, values: LabValues): Promise<SandboxAnswer>;
  protect(person: LabPerson, lab: LabId): Promise<void>;
  end(uid: string, lab: LabId): Promise<void>;
  /** Ends what nobody uses any more, and what belonged to people who have left; called on a schedule. */
  maintain(): Promise<void>;
  close(): Promise<void>;
}

interface Run {
  readonly lab: Lab;
  readonly sandbox: SandboxHandle;
  readonly expires: number;
  used: number;
  state: RunState['state'];
  failure: SandboxFailure | null;
  readonly sent: Sent[];
  busy: boolean;
  changes: readonly ChangedLine[] | null;
  facts: readonly LogFact[];
  standings: readonly Standing[];
}

const minuteMs = 60_000;
const idleMs = 10 * minuteMs;
/** Requests of one sandbox: enough to try things out, not to burden the machine. */
const mostRequests = 60;
/** Starting one costs seconds of a core: so many for a person in an hour. */
const mostStarts = 10;
const hourMs = 60 * minuteMs;

/**
 * Labs: each learner has at most one sandbox, this node at most so many. A sandbox belongs to the person who started it and is found by nothing but their
 * session. Passing is what the sandbox's decision log says after each request, never what a page claims.
 */
export function createLabService(parts: LabParts): LabService {
  const { store, settings, audit, clock } = parts;
  const runs = new Map<string, Run>();
  /** When each person started sandboxes within the last hour. */
  const starts = new Map<string, readonly number[]>();

  const stop = async (uid: string): Promise<void> => {
    const run = runs.get(uid);
    if (run === undefined) return;
    runs.delete(uid);
    await run.sandbox.end();
  };
  const isOver = ({ expires, used }: Run, now: number): boolean => now >= expires || now - used >= idleMs;
  const recentStarts = (uid: string): readonly number[] => (starts.get(uid) ?? []).filter((at) => at > clock() - hourMs);
  const sweep = async (): Promise<void> => {
    const now = clock();
    for (const uid of starts.keys()) if (recentStarts(uid).length === 0 || !parts.isHere(uid)) starts.delete(uid);
    const over = [...runs].filter(([uid, run]) => isOver(run, now) || !parts.isHere(uid));
    for (const [, { state }] of over) if (state !== 'failed') parts.count('expired');
    await Promise.all(over.map(([uid]) => stop(uid)));
  };
  const running = (): number => [...runs.values()].filter(({ state }) => state !== 'failed').length;
  /** The running sandbox of a person for a lab. */
  const runOf = (uid: string, lab: LabId): Run => {
    if (!settings().enabled) throw new MenshenError('labs_off');
    const run = runs.get(uid);
    if (run === undefined || run.lab.id !== lab || run.state !== 'running' || isOver(run, clock()) || !parts.isHere(uid))
      throw new MenshenError('lab_over');
    return run;
  };
  /** One thing at a time: what is judged is what was sent. */
  const using = async <T>(run: Run, work: () => Promise<T>): Promise<T> => {
    if (run.busy) throw new MenshenError('rate_limited', { retryAfter: 1 });
    run.busy = true;
    run.used = clock();
    try {
      return await work();
    } catch (error) {
      if (error instanceof MenshenError) throw error;
      throw new MenshenError('lab_broken', {}, { cause: error });
    } finally {
      run.busy = false;
    }
  };
  const settle = async (person: LabPerson, run: Run): Promise<void> => {
    const log = await run.sandbox.calls.log(run.sent.map(({ requestId }) => requestId));
    const { passed, standings } = judge(run.lab, run.sent, log);
    run.facts = log.requests;
    run.standings = standings;
    if (!passed) return;
    const { id } = run.lab;
    const before = await store.results(person.uid);
    if (before.some(({ lab, passed: at }) => lab === id && at !== null)) return;
    const act = { activity: 'update', entity: 'training lab', detail: { lab: id, uid: person.uid, passed: 1 } } as const;
    if (!(await audit.act(person.uid, act, () => store.passed(person.uid, id, clock())))) return;
    parts.count('passed');
    await parts.passed(person, id);
  };

  return {
    enabled: () => settings().enabled,
    running,
    // Of who has left nothing is written any more: an erasure would find it again.
    holders: () => [...runs].flatMap(([uid, { lab }]) => (parts.isHere(uid) ? [{ uid, lab: lab.id }] : [])),
    results: (uid) => store.results(uid),
    runOf(uid) {
      const run = runs.get(uid);
      if (run === undefined || isOver(run, clock())) return null;
      const requestOf = new Map(run.sent.map(({ requestId, request }) => [requestId, request]));
      return {
        ...{ lab: run.lab.id, state: run.state, failure: run.failure, expires: run.expires, standings: run.standings },
        ...{ left: mostRequests - run.sent.length, protected: run.changes !== null, changes: run.changes ?? [] },
        log: run.facts.map((fact) => ({ ...fact, request: requestOf.get(fact.requestId) ?? '' })),
      };
    },
    async start({ uid }, id) {
      const { enabled, atOnce, minutes } = settings();
      if (!enabled) throw new MenshenError('labs_off');
      await sweep();
      for (let own = runs.get(uid); own !== undefined; own = runs.get(uid)) {
        if (own.lab.id === id && own.state !== 'failed') return;
        await stop(uid);
      }
      const recent = recentStarts(uid);
      if (recent.length >= mostStarts) throw new MenshenError('rate_limited', { retryAfter: 600 });
      if (running() >= atOnce) {
        parts.count('refused');
        throw new MenshenError('labs_full', { retryAfter: 60 });
      }
      const now = clock();
      const lifeMs = minutes * minuteMs;
      const sandbox = parts.start({ lab: id, version: parts.version, lifeMs });
      const lab = labOf(id);
      const run: Run = {
        ...{ lab, sandbox, expires: now + lifeMs, used: now, state: 'starting', failure: null },
        ...{ sent: [], busy: false, changes: null, facts: [], standings: judge(lab, [], noLog).standings },
      };
      // In its place before anything waits: two clicks start one.
      runs.set(uid, run);
      starts.set(uid, [...recent, now]);
      void sandbox.started.then((failure) => {
        run.state = failure === null ? 'running' : 'failed';
        run.failure = failure;
        parts.count(failure === null ? 'started' : 'failed');
      });
      void sandbox.gone.then(() => {
        // One that failed stays, so that its person hears why.
        if (run.state !== 'failed' && runs.get(uid) === run) runs.delete(uid);
      });
      try {
        const act = { activity: 'create', entity: 'training lab', detail: { lab: id, uid } } as const;
        await audit.act(uid, act, () => store.started(uid, id, now));
      } catch (error) {
        await stop(uid);
        throw error;
      }
    },
    async send(person, id, name, values) {
      const run = runOf(person.uid, id);
      const request = run.lab.requests.find((one) => one.id === name);
      if (request === undefined) throw new MenshenError('not_found');
      const given = valuesOf(request.fields, values);
      if (run.sent.length >= mostRequests) throw new MenshenError('rate_limited', { retryAfter: 60 });
      return await using(run, async () => {
        const answer = await run.sandbox.calls.send(name, given);
        const { requestId, harmed } = answer;
        run.sent.push({ request: name, requestId, harmed, meant: request.meant(given) });
        await settle(person, run);
        return answer;
      });
    },
    async protect(person, id) {
      const run = runOf(person.uid, id);
      await using(run, async () => {
        run.changes = await run.sandbox.calls.protect();
        await settle(person, run);
      });
    },
    async end(uid, id) {
      if (!settings().enabled) throw new MenshenError('labs_off');
      if (runs.get(uid)?.lab.id === id) await stop(uid);
    },
    maintain: sweep,
    async close() {
      await Promise.all([...runs.keys()].map(stop));
    },
  };
}

const noLog = { switched: null, requests: [] } as const;

/** The values of the fields that a request has, and of no others. Throws `validation_failed`. */
function valuesOf(fields: Lab['requests'][number]['fields'], values: LabValues): LabValues {
  const unknown = Object.keys(values).filter((name) => !fields.some((field) => field.name === name));
  const wrong = fields.filter(({ name, kind, max }) => {
    const value = values[name];
    if (value === undefined) return false;
    return kind === 'integer' ? !Number.isSafeInteger(value) : typeof value !== 'string' || value.length > max;
  });
  const faulty = [...unknown, ...wrong.map(({ name }) => name)];
  if (faulty.length > 0) throw new MenshenError('validation_failed', { fields: faulty.slice(0, 10) });
  return Object.fromEntries(fields.map(({ name, initial }) => [name, values[name] ?? initial]));
}
