import { hash } from 'node:crypto';
import { MenshenError } from '@menshen/contract';
import type { Transaction } from 'kysely';
import { detectionEvent, entityManagementEvent } from '../audit/events.ts';
import type { Audit } from '../audit/service.ts';
import { gently } from '../gently.ts';
import type { Schema } from '../store/schema.ts';
import { exceedsGuard, type GuardRules } from './guard.ts';
import type { LiveDirectory } from './live.ts';
import type { SourceImage } from './model.ts';
import { neededRecords } from './needed-records.ts';
import { type Known, type Plan, type PlanInput, type PlanRules, planningChange } from './plan.ts';
import type { ChangeSummary, HeldChange, SourceStore, SyncCounts } from './source-store.ts';
import type { DirectoryStore } from './store.ts';

export interface SyncReport extends SyncCounts {
  readonly source: string;
  readonly sessionsEnded: number;
}

export interface ChangesParts {
  readonly live: LiveDirectory;
  readonly store: DirectoryStore;
  readonly sources: SourceStore;
  readonly audit: Audit;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
  readonly rules: () => PlanRules & { readonly guard: GuardRules };
  /** Ends the sessions of a person who has left or was disabled, on every node. */
  readonly endSessionsOf: (uid: string, reason: string, by: string) => Promise<number>;
}

/** What else is written in the transaction of a change. */
export type Also = (tx: Transaction<Schema>) => Promise<void>;

/** Entries of each list that a held change shows. */
const shown = 1_000;
const previewMs = 24 * 3_600_000;

/** Takes over what sources say, through the guard; keeps what the guard holds back until somebody has looked. */
export function createChanges(parts: ChangesParts) {
  const { live, store, sources, audit, clock } = parts;

  const known = async (input: PlanInput): Promise<Known> => {
    const { people, departments } = live.snapshot();
    return { people, departments, ...(await neededRecords(input, people, parts.rules(), store)) };
  };

  /** Writes a plan made against the newest state; `refuse` may throw when it has seen the plan. */
  const carryOut = async (input: PlanInput, by: string, refuse: (plan: Plan) => void, also?: Also): Promise<SyncReport> => {
    let plan: Plan | null = null;
    await live.write(async () => {
      plan = await gently(planningChange(input, await known(input), parts.rules()));
      refuse(plan);
      if (isEmpty(plan)) return also === undefined ? null : { departments: null, people: [], records: [] };
      await audit.record(
        entityManagementEvent({
          time: clock(),
          activity: 'update',
          entity: 'directory',
          by,
          detail: { source: input.source, ...countsOf(plan, input.image) },
        }),
      );
      const departments = plan.departments === null ? null : { source: input.source, rows: plan.departments };
      return { departments, people: plan.people, records: plan.records };
    }, also);
    if (plan === null) throw new MenshenError('internal_error');
    const { left, disabled } = plan as Plan;
    let sessionsEnded = 0;
    for (const uid of [...left, ...disabled]) sessionsEnded += await parts.endSessionsOf(uid, 'no longer a member', by);
    return { source: input.source, ...countsOf(plan, input.image), sessionsEnded };
  };

  /** Sets a change aside, once for the same departures, with an alarm. */
  const hold = async (input: PlanInput, plan: Plan, kind: HeldChange['kind'], by: string): Promise<HeldChange> => {
    const digest = hash(
      'sha256',
      JSON.stringify([input.source, [...plan.left].sort(), [...plan.departmentsRemoved].sort()]),
      'base64url',
    );
    const earlier = (await sources.held()).find(
      (one) => one.kind === kind && one.source === input.source && one.digest === digest,
    );
    const held: HeldChange = {
      id: kind === 'guard' && earlier !== undefined ? earlier.id : `h_${Buffer.from(parts.random(12)).toString('base64url')}`,
      source: input.source,
      kind,
      digest,
      by,
      at: clock(),
      summary: { mode: input.kind, totals: countsOf(plan, input.image), diff: diffOf(plan, input.image) },
    };
    if (kind === 'guard' && earlier === undefined) {
      await audit.record(
        detectionEvent({
          time: clock(),
          rule: 'directory_change_held',
          severity: 'high',
          title: 'a directory source no longer lists many people; the change waits for an administrator',
          detail: {
            source: input.source,
            change: held.id,
            left: plan.left.length,
            people: plan.activeBefore,
            departments: plan.departmentsRemoved.length,
          },
        }),
      );
    }
    await sources.hold(held, input.image);
    return held;
  };

  const changes = {
    /** What a change would do, without doing it. */
    async plan(input: PlanInput): Promise<Plan> {
      await live.fresh();
      return await gently(planningChange(input, await known(input), parts.rules()));
    },
    /**
     * Takes over what a source says.
     * @throws MenshenError `directory_change_held` when too many would leave. People whom the source names as disabled are closed out even then.
     */
    async apply(input: PlanInput, by: string, also?: Also): Promise<SyncReport> {
      const plan = await changes.plan(input);
      const departmentsBefore = [...live.snapshot().departments.values()].filter((one) => one.source === input.source).length;
      // A partial change names who leaves; only a listing can leave people out by mistake.
      const tooMuch = (one: Plan): boolean => input.kind === 'full' && exceedsGuard(one, departmentsBefore, parts.rules().guard);
      if (!tooMuch(plan)) {
        const report = await carryOut(
          input,
          by,
          (newest) => {
            if (tooMuch(newest)) throw new MenshenError('conflict');
          },
          also,
        );
        if (input.kind === 'full') await sources.dropGuard(input.source);
        return report;
      }
      const held = await hold(input, plan, 'guard', by);
      if (plan.disabled.length > 0) {
        const disabled = new Set(plan.records.filter((one) => plan.disabled.includes(one.uid)).map((one) => one.key));
        const people = input.image.people.filter((person) => disabled.has(person.key));
        await carryOut(
          { kind: 'partial', source: input.source, image: { departments: [], people }, gone: [] },
          by,
          () => undefined,
        );
      }
      throw new MenshenError('directory_change_held', { change: held.id, left: plan.left.length, people: plan.activeBefore });
    },
    /** Keeps a change that somebody prepared, to be looked at and applied. */
    async preview(input: PlanInput, by: string): Promise<HeldChange> {
      await sources.dropPreviewsBefore(clock() - previewMs);
      return await hold(input, await changes.plan(input), 'preview', by);
    },
    held: () => sources.held(),
    /**
     * Applies a held change on top of what stands now. `left` is the number of leavers that the administrator has seen: if it would be another one
     * now, nothing happens.
     * A machine applies what it prepared itself, and nothing that the guard would hold: that takes a person.
     * @throws MenshenError `not_found`, `conflict`, `directory_change_held`
     */
    async confirm(id: string, left: number, by: string, as: 'administrator' | 'machine' = 'administrator'): Promise<SyncReport> {
      const found = await sources.heldBy(id);
      if (found === null) throw new MenshenError('not_found');
      const { held, image } = found;
      if (as === 'machine' && (held.kind !== 'preview' || held.by !== by)) throw new MenshenError('not_found');
      const departmentsBefore = [...live.snapshot().departments.values()].filter((one) => one.source === held.source).length;
      const input: PlanInput =
        held.summary.mode === 'full'
          ? { kind: 'full', source: held.source, image }
          : { kind: 'partial', source: held.source, image, gone: [] };
      const agreed = (plan: Plan): void => {
        if (as === 'machine' && exceedsGuard(plan, departmentsBefore, parts.rules().guard))
          throw new MenshenError('directory_change_held', { change: id, left: plan.left.length, people: plan.activeBefore });
        if (plan.left.length !== left) throw new MenshenError('conflict', { left: plan.left.length });
      };
      agreed(await changes.plan(input));
      if (!(await sources.take(id))) throw new MenshenError('not_found');
      const act = {
        activity: 'update',
        entity: 'directory change',
        detail: { change: id, source: held.source, kind: held.kind, left },
      } as const;
      return await audit.act(by, act, () => carryOut(input, by, agreed));
    },
    /** Throws a held change away. The source's next run says anew what it says. */
    async discard(id: string, by: string): Promise<void> {
      const found = await sources.heldBy(id);
      if (found === null) throw new MenshenError('not_found');
      await audit.act(
        by,
        { activity: 'delete', entity: 'directory change', detail: { change: id, source: found.held.source } },
        async () => {
          if (!(await sources.take(id))) throw new MenshenError('not_found');
        },
      );
    },
  };
  return changes;
}

export type Changes = ReturnType<typeof createChanges>;

function isEmpty(plan: Plan): boolean {
  return plan.departments === null && plan.people.length === 0 && plan.records.length === 0;
}

function countsOf(plan: Plan, image: SourceImage): SyncCounts {
  return {
    departments: image.departments.length,
    people: image.people.length,
    added: plan.added.length,
    changed: plan.changed.length - plan.left.length - plan.disabled.length,
    left: plan.left.length,
    disabled: plan.disabled.length,
    conflicts: plan.conflicts.length,
  };
}

function diffOf(plan: Plan, image: SourceImage): ChangeSummary {
  const closed = new Set([...plan.left, ...plan.disabled]);
  return {
    departments: image.departments.length,
    departmentsRemoved: plan.departmentsRemoved.slice(0, shown),
    people: image.people.length,
    added: plan.added.slice(0, shown),
    changed: plan.changed.filter((uid) => !closed.has(uid)).slice(0, shown),
    left: plan.left.slice(0, shown),
    disabled: plan.disabled.slice(0, shown),
    conflicts: plan.conflicts.slice(0, shown),
    activeBefore: plan.activeBefore,
  };
}
