import { isDeepStrictEqual } from 'node:util';
import type { AlertView, Bilingual, FindingView } from '@menshen/contract';
import { type ActionName, actionNames, canBeLifted, specOf } from './actions/catalogue.ts';
import type { Facts } from './expression/evaluate.ts';
import { linkPlaybook } from './format/link.ts';
import { parsePlaybook } from './format/parse.ts';
import type { Outputs, Playbook } from './model.ts';
import type { Action, ActionContext, Actions, ApprovalPort, Filled } from './ports.ts';
import { createRunner, type Runner } from './runner.ts';
import type { SourceSet } from './source-set.ts';
import { type PlaybookStore, type RunRecord, sourceDigest } from './store.ts';

/** For tests: what actions were done with which keys, in their order, and how each is to end. */
export class World {
  now = 1_767_225_600_000;
  readonly performed: { readonly action: ActionName; readonly filled: Filled; readonly context: ActionContext }[] = [];
  /** Effects by key: what is done again with a key changes nothing. */
  readonly effects = new Map<string, Outputs>();
  readonly lifted: string[] = [];
  readonly ended: { readonly run: string; readonly problem: string }[] = [];
  /** Approvals by key; `undone` is approved and could not be carried out. */
  readonly approvals = new Map<string, 'pending' | 'approved' | 'refused' | 'undone'>();
  /** What each request was for. */
  readonly asked = new Map<string, Filled>();
  readonly cancelled: string[] = [];
  /** Called before an action has its effect; throws to make it fail. */
  before: (action: ActionName, context: ActionContext) => void | Promise<void> = () => undefined;
  /** Outputs beside the usual ones. */
  outputs: Partial<Record<ActionName, Outputs>> = {};
  /** Actions that wait for a second person of their own. */
  readonly asking = new Set<ActionName>();
  records = 0;
  #seed = 0;

  readonly clock = (): number => this.now;
  readonly random = (size: number): Uint8Array => {
    this.#seed += 1;
    return Uint8Array.from({ length: size }, (_none, at) => (this.#seed * 31 + at * 7) % 256);
  };

  readonly actions: Actions = Object.fromEntries(actionNames.map((name) => [name, this.#action(name)])) as unknown as Actions;

  #action(name: ActionName): Action {
    const simulated: Outputs = Object.fromEntries(specOf(name).outputs.map((output) => [output, `${output} of ${name}`]));
    return {
      perform: async (filled, context) => {
        this.performed.push({ action: name, filled, context });
        await this.before(name, context);
        if (this.asking.has(name)) {
          if (!this.approvals.has(context.key)) this.approvals.set(context.key, 'pending');
          return { approval: context.key };
        }
        const outputs = { ...simulated, ...this.outputs[name] };
        this.effects.set(context.key, outputs);
        return { outputs };
      },
      pending: async (id) => {
        const state = this.approvals.get(id) ?? 'refused';
        if (state === 'undone') return { problem: 'validation_failed until too_soon' };
        if (state !== 'approved') return state;
        this.effects.set(id, simulated);
        return { outputs: simulated };
      },
      ...(canBeLifted(name) ? { lift: async (_outputs: Outputs, { key }: ActionContext) => void this.lifted.push(key) } : {}),
      asks: () => this.asking.has(name),
      preview: async () => ({
        stops: canBeLifted(name) ? { requests: 3, persons: 2, honest: 1 } : null,
        approval: this.asking.has(name),
      }),
      simulated,
    };
  }

  readonly approvalPort: ApprovalPort = {
    request: async ({ key, filled }) => {
      const asked = this.asked.get(key);
      const id = asked === undefined || isDeepStrictEqual(asked, filled) ? key : `${key}:anew`;
      if (!this.approvals.has(id)) this.approvals.set(id, 'pending');
      this.asked.set(id, filled);
      return id;
    },
    state: async (id) => {
      const state = this.approvals.get(id) ?? 'expired';
      return { state: state === 'undone' ? 'approved' : state, by: 'approver', filled: this.asked.get(id) ?? null };
    },
    cancel: async (id) => void this.cancelled.push(id),
  };

  runner(store: PlaybookStore, change: (parts: { actions: Actions; approvals: ApprovalPort }) => void = () => undefined): Runner {
    const parts = { actions: this.actions, approvals: this.approvalPort };
    change(parts);
    return createRunner({
      store,
      ...parts,
      audit: { record: async () => (this.records += 1) },
      failed: async (run, _playbook, problem) => void this.ended.push({ run: run.id, problem }),
      changed: () => undefined,
      clock: this.clock,
      random: this.random,
      onError: (error) => {
        throw error;
      },
    });
  }
}

const words = (text: string): Bilingual => ({ zh: text, en: text });

/** The head of a playbook of a test, before its `steps:`. */
export const head = (id: string, more = ''): string =>
  `id: ${id}\nversion: 1\nname: { zh: 试验, en: Trial }\ndescription: { zh: 试验, en: Trial }\ntriggers: [{ manual: true }]\n${more}`;

/** Parses the playbooks of a test and links the first; throws with what is wrong. */
export function made(first: string, ...others: readonly string[]): { readonly playbook: Playbook; readonly source: SourceSet } {
  const parsed = [first, ...others].map((text) => {
    const one = parsePlaybook(text);
    if (one.playbook === undefined) throw new Error(JSON.stringify(one.problems, null, 1));
    return one;
  });
  const [main] = parsed;
  if (main === undefined) throw new Error('no playbook');
  const linked = linkPlaybook(main.playbook, (id) => parsed.find(({ playbook }) => playbook.id === id)?.playbook);
  if (linked.problems.length > 0) throw new Error(JSON.stringify(linked.problems));
  const used = Object.fromEntries(parsed.slice(1).map(({ playbook, source }) => [playbook.id, source]));
  return { playbook: linked.playbook, source: { main: main.source, used } };
}

/** Adds a run of a playbook. */
export async function started(
  store: PlaybookStore,
  { playbook, source }: ReturnType<typeof made>,
  given: Partial<RunRecord> & { readonly facts?: Facts } = {},
): Promise<string> {
  const id = given.id ?? `pr_${given.cause ?? 'one'}`.padEnd(25, '0');
  const run: RunRecord = {
    ...{ id, playbook: playbook.id, version: playbook.version, source: sourceDigest(source), cause: 'one', onceKey: null },
    ...{ state: 'running', mode: 'on', trigger: 'manual', alert: null, uid: null, facts: {}, started: 0, startedBy: 'test' },
    ...{ requester: null, ended: null, due: 0, problem: null, abortedBy: null, lift: false },
    ...given,
  };
  if (!(await store.add(run, source, null))) throw new Error('the run was not added');
  return id;
}

/** Works until a run has ended or waits for somebody. */
export async function settled(world: World, store: PlaybookStore, runner: Runner, id: string): Promise<RunRecord> {
  for (let round = 0; round < 200; round += 1) {
    await runner.work();
    const run = await store.find(id);
    if (run === null) throw new Error('no run');
    if (run.ended !== null || run.state === 'waiting') return run;
    world.now = Math.max(world.now, run.due);
  }
  throw new Error('the run does not end');
}

/** An alert of a test. */
export function testAlert(given: Partial<AlertView>): AlertView {
  const now = new World().now;
  return {
    ...{ id: `a_${'a'.repeat(22)}`, rule: 'mass_export', title: words('alert'), severity: 'high', found: now, last: now },
    ...{
      uid: null,
      address: null,
      device: null,
      session: null,
      text: words('text'),
      facts: [],
      events: [],
      log: null,
      repeats: 0,
    },
    ...{ verdict: null, note: '', judgedBy: null, judgedAt: null },
    ...given,
  };
}

/** A finding of a test. */
export function testFinding(given: Partial<FindingView>): FindingView {
  const now = new World().now;
  return {
    ...{
      id: 'f_1',
      app: 'portal',
      project: 'app',
      tool: 'menshen',
      rule: 'MP-SEC-001',
      title: words('finding'),
      message: words('m'),
    },
    ...{
      severity: 'high',
      confidence: 'high',
      cwe: [],
      file: null,
      line: null,
      route: null,
      state: 'open',
      owner: null,
      due: null,
    },
    ...{
      overdue: false,
      reason: null,
      acceptedUntil: null,
      approver: null,
      suppression: null,
      firstSeen: now,
      firstVersion: null,
    },
    ...{ lastSeen: now, lastVersion: null, fixedAt: null, steps: [] },
    ...given,
  };
}
