import { isDeepStrictEqual } from 'node:util';
import { MenshenError } from '@menshen/contract';
import type { AccountRef } from '../../administrators/model.ts';
import { entityManagementEvent } from '../../audit/events.ts';
import type { Audit } from '../../audit/service.ts';
import { askingForAll } from './asking.ts';
import { factsOfRun } from './context.ts';
import { assertFilled } from './format/filled.ts';
import { type ActionStep, type ApprovalStep, allSteps, type Outputs, type Playbook, type Step } from './model.ts';
import { fillParameters, planRun, type Task } from './plan.ts';
import { type ActionContext, type Actions, type ApprovalPort, type Filled, StepError } from './ports.ts';
import { createDefinitions } from './source-set.ts';
import { LeaseLostError, type PlaybookStore, type RunRecord, type StepRecord } from './store.ts';

export interface RunnerParts {
  readonly store: PlaybookStore;
  readonly actions: Actions;
  readonly approvals: ApprovalPort;
  readonly audit: Pick<Audit, 'record'>;
  /** Hears of every run that ended otherwise than well, and of what could not be lifted. */
  readonly failed: (run: RunRecord, playbook: Playbook | null, problem: string) => Promise<void>;
  /** Hears that a run has moved on. */
  readonly changed: (run: string) => void;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
  /** Hears of rounds that broke off, such as while the log could not be written: they are taken up again. */
  readonly onError: (error: unknown) => void;
}

export interface Runner {
  /** Takes up runs that are due and brings each as far as it goes; to be called every second or so, on any number of nodes. */
  work(): Promise<void>;
}

const leaseMs = 30_000;
const renewMs = 10_000;
const atOnce = 8;
/** How often a pending approval is looked at. */
const lookMs = 2_000;
const brokenMs = 5_000;
const longestWaitMs = 3_600_000;
const liftTries = 5;
const maxRounds = 1_000;

/**
 * Runs playbooks. Where a run stands is in the store alone, written before and after each step, so that a runner may die between any two statements:
 * another goes on when the lease is over. A step that is done is never done again.
 */
export function createRunner(parts: RunnerParts): Runner {
  const { store, actions, approvals, audit, clock } = parts;
  const definitionOf = createDefinitions((digest) => store.source(digest));

  const workOn = async (claimed: RunRecord, lease: string): Promise<void> => {
    const renewal = setInterval(() => void store.renew(claimed.id, lease, clock() + leaseMs).catch(() => undefined), renewMs);
    renewal.unref();
    try {
      await advance(claimed, lease);
    } catch (error) {
      if (error instanceof LeaseLostError) return;
      parts.onError(error);
      await store.release(claimed.id, lease, {
        state: claimed.state,
        due: clock() + brokenMs,
        ended: null,
        problem: claimed.problem,
      });
    } finally {
      clearInterval(renewal);
      parts.changed(claimed.id);
    }
  };

  const advance = async (claimed: RunRecord, lease: string): Promise<void> => {
    const kept = await definitionOf(claimed.source);
    const playbook = kept !== null && claimed.mode === 'ask' ? askingForAll(kept) : kept;
    if (playbook === null) return await end(claimed, lease, null, 'failed', 'source_unreadable');
    for (let round = 0; round < maxRounds; round += 1) {
      const run = await store.find(claimed.id);
      if (run === null) return;
      const records = new Map((await store.steps(run.id)).map((record) => [record.step, record]));
      if (run.state === 'compensating') return await compensate(run, lease, playbook, records);
      if (run.abortedBy !== null) {
        if (!(await stop(run, lease, playbook, records, run.lift, 'aborted'))) return;
        continue;
      }
      const now = clock();
      const plan = planRun(playbook, records, factsOfRun(run), now);
      if (plan.outcome === 'failed') {
        const problem = `${plan.failed ?? ''} ${records.get(plan.failed ?? '')?.problem ?? ''}`.trim();
        if (!(await stop(run, lease, playbook, records, true, 'failed', problem))) return;
        continue;
      }
      if (plan.outcome === 'done') return await end(run, lease, playbook, 'done', null);
      const moved = await Promise.all(plan.tasks.map((task) => perform(run, lease, playbook, records, task)));
      if (moved.includes(true)) {
        await store.renew(run.id, lease, clock() + leaseMs);
        continue;
      }
      const due = Math.min(
        plan.due ?? Number.POSITIVE_INFINITY,
        plan.asking ? now + lookMs : Number.POSITIVE_INFINITY,
        now + longestWaitMs,
      );
      return await store.release(run.id, lease, {
        state: plan.asking ? 'waiting' : 'running',
        due,
        ended: null,
        problem: run.problem,
      });
    }
    throw new Error('a run makes no progress');
  };

  /** Does one thing. Resolves to whether the run has moved on by it. */
  const perform = async (
    run: RunRecord,
    lease: string,
    playbook: Playbook,
    records: ReadonlyMap<string, StepRecord>,
    task: Task,
  ): Promise<boolean> => {
    const record = records.get(task.key) ?? null;
    switch (task.kind) {
      case 'mark': {
        const now = clock();
        const ended = task.state === 'running' ? null : now;
        await store.putStep(run.id, lease, { ...fresh(task.key, now), ...record, state: task.state, ended, output: task.output });
        return true;
      }
      case 'ask':
        return await ask(run, lease, playbook, record, task.key, task.step, task.facts);
      case 'look':
        return await look(run, lease, playbook, record, task);
      case 'act':
        return await act(run, lease, playbook, record, task.key, task.step, fillParameters(task.step.parameters, task.facts));
    }
  };

  const ask = async (
    run: RunRecord,
    lease: string,
    playbook: Playbook,
    record: StepRecord | null,
    key: string,
    step: ActionStep | ApprovalStep,
    facts: Parameters<typeof fillParameters>[1],
  ): Promise<boolean> => {
    if (step.approval === null) return false;
    const context = contextOf(run, playbook, key, step);
    const filled = step.kind === 'action' ? fillParameters(step.parameters, facts) : {};
    if (step.kind === 'action') {
      // What asks for a second person by itself is not asked for twice; audit is not among those whom it asks.
      if (step.approval.power !== 'audit' && actions[step.action].asks?.(filled) === true)
        return await act(run, lease, playbook, record, key, step, filled);
    }
    const { power, withinMs } = step.approval;
    const approval = await approvals.request({
      ...{
        key: context.key,
        run: run.id,
        step: key,
        playbook: run.playbook,
        text: step.name,
        filled,
        power,
        withinMs,
        by: context.by,
      },
    });
    const now = clock();
    await note(run, key, 'approval', { approval });
    await store.putStep(run.id, lease, { ...fresh(key, now), state: 'approval', due: now + withinMs, approval });
    return true;
  };

  const look = async (
    run: RunRecord,
    lease: string,
    playbook: Playbook,
    record: StepRecord | null,
    { key, step, facts }: Extract<Task, { kind: 'look' }>,
  ): Promise<boolean> => {
    const id = record?.approval ?? null;
    if (record === null || id === null) return false;
    const settle = async (change: Partial<StepRecord>): Promise<true> => {
      await note(run, key, change.state ?? 'done', { approval: id, problem: change.problem ?? '' });
      await store.putStep(run.id, lease, { ...record, ended: clock(), ...change });
      return true;
    };
    const no = async (problem: 'refused' | 'expired'): Promise<true> => {
      await approvals.cancel(id, contextOf(run, playbook, key, step).by);
      return await settle({ state: step.approval?.otherwise === 'skip' ? 'skipped' : 'failed', problem });
    };
    // An action that was begun waits for a request of its own making.
    if (record.attempts > 0 && step.kind === 'action') {
      const found = (await actions[step.action].pending?.(id)) ?? 'expired';
      if (found === 'pending') return false;
      if (typeof found === 'string') return await no(found);
      // Nobody refused it: what the playbook says of a refusal does not count.
      if ('problem' in found) return await settle({ state: 'failed', problem: found.problem });
      return await settle({ state: 'done', output: found.outputs });
    }
    const { state, by, filled: approved } = await approvals.state(id);
    if (state === 'pending') return record.due <= clock() ? await no('expired') : false;
    if (state !== 'approved') return await no(state);
    if (step.kind === 'approval') return await settle({ state: 'done', output: { approved: true, by } });
    const filled = fillParameters(step.parameters, facts);
    // Approved was one exact act. What has become another meanwhile, as when a person was erased, is asked for anew.
    if (!isDeepStrictEqual(approved, filled)) return await ask(run, lease, playbook, record, key, step, facts);
    return await act(run, lease, playbook, record, key, step, filled);
  };

  const act = async (
    run: RunRecord,
    lease: string,
    playbook: Playbook,
    record: StepRecord | null,
    key: string,
    step: ActionStep,
    filled: Filled,
  ): Promise<boolean> => {
    const begun: StepRecord = {
      ...{
        ...fresh(key, clock()),
        ...record,
        state: 'running',
        attempts: (record?.attempts ?? 0) + 1,
        ended: null,
        problem: null,
      },
    };
    await note(run, key, 'running', { action: step.action, attempt: begun.attempts });
    await store.putStep(run.id, lease, begun);
    const next = await outcomeOf(step, begun, filled, contextOf(run, playbook, key, step));
    await note(run, key, next.state, { action: step.action, problem: next.problem ?? '', ...numbersOf(next.output) });
    await store.putStep(run.id, lease, next);
    return true;
  };

  const outcomeOf = async (step: ActionStep, begun: StepRecord, filled: Filled, context: ActionContext): Promise<StepRecord> => {
    try {
      assertFilled(step.action, filled);
      const result = await inTime(step.timeoutMs, actions[step.action].perform(filled, context));
      const now = clock();
      if ('approval' in result) return { ...begun, state: 'approval', due: now + longestWaitMs, approval: result.approval };
      return { ...begun, state: 'done', ended: now, output: result.outputs };
    } catch (error) {
      const now = clock();
      const { problem, again } = problemOf(error);
      if (!again || begun.attempts > step.retry.times) return { ...begun, state: 'failed', ended: now, problem };
      const wait = Math.min(longestWaitMs, step.retry.waitMs * 2 ** (begun.attempts - 1));
      return { ...begun, state: 'retrying', due: now + wait, problem };
    }
  };

  /** Brings a run to its end before its time. Resolves to true when what it applied is to be lifted first. */
  const stop = async (
    run: RunRecord,
    lease: string,
    playbook: Playbook,
    records: ReadonlyMap<string, StepRecord>,
    lift: boolean,
    state: 'failed' | 'aborted',
    problem: string | null = null,
  ): Promise<boolean> => {
    let said = problem;
    for (const { key, step } of allSteps(playbook.steps)) {
      const record = records.get(key);
      if (record === undefined) continue;
      // What was under way when a node died, or took too long, may have had its effect: people must look.
      const unclear = isUnclear(step, record);
      if (unclear || record.problem === unknownOutcome) said ??= `${key} ${unknownOutcome}`;
      if (record.state !== 'approval' && record.state !== 'retrying' && record.state !== 'running') continue;
      if (record.approval !== null) await approvals.cancel(record.approval, contextOf(run, playbook, key, step).by);
      const ended = unclear
        ? { state: 'failed' as const, problem: unknownOutcome }
        : { state: 'skipped' as const, problem: 'cancelled' };
      await store.putStep(run.id, lease, { ...record, ...ended, ended: clock() });
    }
    if (lift && liftable(playbook, records).length > 0) {
      await store.move(run.id, lease, 'compensating', said);
      return true;
    }
    await end(run, lease, playbook, state, said);
    return false;
  };

  const compensate = async (
    run: RunRecord,
    lease: string,
    playbook: Playbook,
    records: ReadonlyMap<string, StepRecord>,
  ): Promise<void> => {
    let problem: string | null = null;
    // What was done last is taken back first.
    for (const { key, step, record } of liftable(playbook, records)) {
      const attempts = record.state === 'compensating' ? record.attempts : 0;
      if (attempts >= liftTries) {
        problem ??= key;
        continue;
      }
      await note(run, key, 'compensating', { action: step.action });
      const begun: StepRecord = { ...record, state: 'compensating', attempts: attempts + 1 };
      await store.putStep(run.id, lease, begun);
      try {
        await inTime(
          step.timeoutMs,
          actions[step.action].lift?.(record.output, contextOf(run, playbook, key, step)) ?? Promise.resolve(),
        );
      } catch (error) {
        await store.putStep(run.id, lease, { ...begun, problem: problemOf(error).problem });
        const due = clock() + brokenMs * 2 ** attempts;
        return await store.release(run.id, lease, { state: 'compensating', due, ended: null, problem: run.problem });
      }
      await note(run, key, 'compensated', { action: step.action });
      await store.putStep(run.id, lease, { ...begun, state: 'compensated', problem: null });
    }
    if (problem === null) return await end(run, lease, playbook, 'compensated', run.problem);
    await end(run, lease, playbook, 'failed', `${problem} not_lifted`);
  };

  const end = async (
    run: RunRecord,
    lease: string,
    playbook: Playbook | null,
    state: 'done' | 'failed' | 'aborted' | 'compensated',
    problem: string | null,
  ): Promise<void> => {
    await note(run, '', state, { problem: problem ?? '', by: run.abortedBy ?? '' });
    const unclear = problem?.endsWith(unknownOutcome) === true;
    if (state === 'failed' || unclear || (state === 'compensated' && run.abortedBy === null))
      await parts.failed(run, playbook, problem ?? '');
    await store.release(run.id, lease, { state, due: clock(), ended: clock(), problem });
  };

  const note = (
    run: RunRecord,
    step: string,
    state: string,
    detail: Readonly<Record<string, string | number>>,
  ): Promise<number> =>
    audit.record(
      entityManagementEvent({
        ...{ time: clock(), activity: 'update', entity: 'playbook run', by: requesterOf(run).username },
        detail: { run: run.id, playbook: run.playbook, ...(step === '' ? {} : { step }), state, ...detail },
      }),
    );

  return {
    async work() {
      const working: Promise<void>[] = [];
      while (working.length < atOnce) {
        const lease = Buffer.from(parts.random(16)).toString('base64url');
        const now = clock();
        const run = await store.claim(now, now + leaseMs, lease);
        if (run === null) break;
        working.push(workOn(run, lease));
      }
      await Promise.all(working);
    },
  };
}

const fresh = (step: string, now: number): StepRecord => ({
  ...{ step, state: 'running', attempts: 0, started: now, ended: null, due: now, output: {}, problem: null, approval: null },
});

/** A step that nobody can say of whether it had its effect. */
const unknownOutcome = 'outcome_unknown';

const isUnclear = (step: Step, { state, problem }: StepRecord): boolean =>
  step.kind === 'action' && (state === 'running' || (state === 'retrying' && problem === 'timeout'));

/** Steps whose measures stand, the last first. */
function liftable(playbook: Playbook, records: ReadonlyMap<string, StepRecord>) {
  return allSteps(playbook.steps)
    .flatMap(({ key, step }) => {
      const record = records.get(key);
      const stands = record?.state === 'done' || record?.state === 'compensating';
      return step.kind === 'action' && step.compensate && record !== undefined && stands ? [{ key, step, record }] : [];
    })
    .sort((one, other) => (other.record.ended ?? 0) - (one.record.ended ?? 0) || (other.key > one.key ? 1 : -1));
}

/** Who stands behind a run: the administrator that started it, or the playbook itself. */
export function requesterOf(run: Pick<RunRecord, 'playbook' | 'requester' | 'startedBy'>): AccountRef {
  if (run.requester !== null) return { ...run.requester, username: run.startedBy };
  const name = `playbook:${run.playbook}`;
  return { id: name, username: name, power: 'security' };
}

const contextOf = (run: RunRecord, playbook: Playbook, key: string, step: { readonly name: Playbook['name'] }): ActionContext => {
  const facts = factsOfRun(run);
  const text = (group: 'alert' | 'finding' | 'input', name: string): string | null => {
    const of = facts[group];
    const value =
      typeof of === 'object' && of !== null && !Array.isArray(of) ? (of as Readonly<Record<string, unknown>>)[name] : null;
    return typeof value === 'string' ? value : null;
  };
  return {
    // Signs that every key may have.
    key: `${run.id}:${key.replaceAll('/', '.')}`,
    ...{ run: run.id, playbook: run.playbook, playbookName: playbook.name, step: step.name, alert: run.alert },
    ...{
      severity: text('alert', 'severity') ?? text('finding', 'severity'),
      app: text('alert', 'app') ?? text('finding', 'app') ?? text('input', 'app'),
      person: run.uid,
    },
    by: requesterOf(run),
  };
};

/** Numbers among the outputs, for the record. */
const numbersOf = (output: Outputs): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(output).flatMap(([name, value]) => (typeof value === 'number' ? [[name, value]] : [])));

/** A code for what went wrong; whether another try may help. */
function problemOf(error: unknown): { readonly problem: string; readonly again: boolean } {
  if (error instanceof StepError) return error;
  if (error instanceof MenshenError) return { problem: error.code, again: error.status >= 500 };
  return { problem: 'failed', again: true };
}

async function inTime<T>(limitMs: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new StepError('timeout', true)), limitMs);
  timer.unref();
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
