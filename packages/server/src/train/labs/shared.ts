import { isErrorCode, type LabId, labId, MenshenError } from '@menshen/contract';
import * as z from 'zod';
import type { Coordination } from '../../coordination/model.ts';
import type { Keys } from '../../keys/master.ts';
import type { LabHolder, LabPlaces } from './places.ts';
import type { SandboxAnswer } from './protocol.ts';
import type { LabPerson, LabService, RunState } from './service.ts';

/** Labs as a learner has them on whichever node the balancer sends them to. */
export interface Labs extends Omit<LabService, 'runOf' | 'holders'> {
  /** Throws `lab_unreachable` where the node with the sandbox does not answer. */
  runOf(uid: string): Promise<RunState | null>;
  /** The lab whose sandbox a person has, without asking its node. */
  labOf(uid: string): Promise<LabId | null>;
  /** Does what other nodes ask; to be called every second or so. */
  work(): Promise<void>;
}

export interface SharedLabsParts {
  readonly local: LabService;
  readonly places: LabPlaces;
  readonly broadcast: Coordination['broadcast'];
  readonly keys: Pick<Keys, 'sealText' | 'openText'>;
  /** What tells this node from every other one beside the store. */
  readonly node: string;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
  /** How long another node may take to look at a sandbox, and to use it. Milliseconds. */
  readonly waits?: { readonly look: number; readonly use: number };
}

const channel = 'training labs';
const defaultWaits = { look: 5_000, use: 50_000 };
/** Hints may be lost: without one it is looked again after so long. */
const lookAgainMs = 250;
const beatMs = 5_000;

const person = z.strictObject({ uid: z.string(), name: z.string() });
const call = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('run'), uid: z.string() }),
  z.strictObject({ op: z.literal('start'), person, lab: labId }),
  z.strictObject({
    ...{ op: z.literal('send'), person, lab: labId, request: z.string() },
    values: z.record(z.string(), z.union([z.string(), z.number()])),
  }),
  z.strictObject({ op: z.literal('protect'), person, lab: labId }),
  z.strictObject({ op: z.literal('end'), uid: z.string(), lab: labId }),
]);
type Call = z.output<typeof call>;

const answer = z.union([
  z.strictObject({ value: z.unknown() }),
  z.strictObject({ error: z.string(), details: z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())])) }),
]);
const hint = z.union([z.strictObject({ ask: z.string() }), z.strictObject({ done: z.string() })]);

/** Labs of a node that is alone. */
export function asLabs(local: LabService): Labs {
  return {
    ...local,
    runOf: async (uid) => local.runOf(uid),
    labOf: async (uid) => local.runOf(uid)?.lab ?? null,
    work: async () => undefined,
  };
}

/**
 * Labs over several nodes. A sandbox is a process of the node that started it; whichever node its person reaches asks that one, by a sealed row of the store
 * that is gone with its answer. Broadcasts are hints alone: where one is lost, both sides look by themselves.
 */
export function createSharedLabs(parts: SharedLabsParts): Labs {
  const { local, places, broadcast, keys, node, clock } = parts;
  const waits = parts.waits ?? defaultWaits;
  /** Calls of others that are under way here, people whose sandbox is about to start here, and those who wait for an answer. */
  const working = new Set<string>();
  const starting = new Set<LabHolder>();
  const waiting = new Map<string, () => void>();
  let beaten = Number.NEGATIVE_INFINITY;
  let held = '';

  const sealed = (id: string, column: 'call' | 'answer') => ({ table: 'training_lab_calls', column, key: id });
  const tell = async (message: z.input<typeof hint>): Promise<void> =>
    await broadcast.publish(channel, JSON.stringify(message)).catch(() => undefined);

  const perform = async (asked: Call): Promise<unknown> => {
    switch (asked.op) {
      case 'run':
        return local.runOf(asked.uid);
      case 'start':
        if ((await startHere(asked.person, asked.lab)) !== null) throw new MenshenError('lab_unreachable', { retryAfter: 30 });
        return null;
      case 'send':
        return await local.send(asked.person, asked.lab, asked.request, asked.values);
      case 'protect':
        return await local.protect(asked.person, asked.lab);
      case 'end':
        return await local.end(asked.uid, asked.lab);
    }
  };
  const answerOf = async (id: string, text: Uint8Array): Promise<z.input<typeof answer>> => {
    try {
      const asked = call.parse(JSON.parse(keys.openText(text, sealed(id, 'call'))));
      return { value: (await perform(asked)) ?? null };
    } catch (error) {
      if (!(error instanceof MenshenError)) return { error: 'lab_broken', details: {} };
      const details = Object.entries(error.details).map(([name, value]) => [
        name,
        typeof value === 'object' ? [...value] : value,
      ]);
      return { error: error.code, details: Object.fromEntries(details) };
    }
  };
  const look = async (): Promise<void> => {
    for (const { id, call: text } of await places.asked(node)) {
      if (working.has(id)) continue;
      working.add(id);
      void answerOf(id, text)
        .then((said) => places.answer(id, keys.sealText(JSON.stringify(said), sealed(id, 'answer'))))
        .then(() => tell({ done: id }))
        // The other node waits in vain and says so; the next round tries again.
        .catch(() => undefined)
        .finally(() => working.delete(id));
    }
  };
  const stop = broadcast.subscribe(channel, (message) => {
    const heard = parseHint(message);
    if (heard === null) return;
    if ('done' in heard) waiting.get(heard.done)?.();
    else if (heard.ask === node) void look().catch(() => undefined);
  });

  /** What another node answers. Throws what it threw, or `lab_unreachable`. */
  const ask = async (other: string, asked: Call): Promise<unknown> => {
    const id = Buffer.from(parts.random(16)).toString('base64url');
    const late = AbortSignal.timeout(asked.op === 'run' ? waits.look : waits.use);
    await places.ask(id, other, keys.sealText(JSON.stringify(asked), sealed(id, 'call')), clock());
    try {
      await tell({ ask: other });
      for (let said = await places.answered(id); ; said = await places.answered(id)) {
        if (said !== null) return open(answer.parse(JSON.parse(keys.openText(said, sealed(id, 'answer')))));
        if (late.aborted) throw new MenshenError('lab_unreachable', { retryAfter: 30 });
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, lookAgainMs);
          waiting.set(id, () => {
            clearTimeout(timer);
            resolve();
          });
        });
      }
    } finally {
      waiting.delete(id);
      if (late.aborted) await places.giveUp(id);
    }
  };
  /** The node that has a person's sandbox, where it is not this one. */
  const elsewhere = async (uid: string): Promise<string | null> => {
    if (local.runOf(uid) !== null) return null;
    const place = await places.of(uid, clock());
    return place === null || place.node === node ? null : place.node;
  };
  const keep = async (): Promise<void> => {
    const here = new Map([...starting, ...local.holders()].map((one) => [one.uid, one]));
    const now = clock();
    const next = JSON.stringify([...here.values()]);
    if (next === held && (here.size === 0 || now - beaten < beatMs)) return;
    // This node was away for so long that its people have begun anew elsewhere.
    for (const { uid, lab } of await places.keep(node, [...here.values()], now)) await local.end(uid, lab).catch(() => undefined);
    [held, beaten] = [next, now];
  };
  /** Starts a sandbox on this node. Resolves to the node that has one already, or null. */
  const startHere = async (learner: LabPerson, lab: LabId): Promise<string | null> => {
    const { uid } = learner;
    const one = { uid, lab };
    starting.add(one);
    try {
      if (!(await places.claim(uid, { node, lab }, clock()))) {
        const first = await elsewhere(uid);
        if (first !== null) return first;
      }
      await local.start(learner, lab);
      return null;
    } finally {
      starting.delete(one);
      // Also where it did not start: the place is free again at once.
      held = '';
      await keep();
    }
  };

  return {
    enabled: local.enabled,
    running: local.running,
    results: local.results,
    async runOf(uid) {
      const other = await elsewhere(uid);
      // Sound: the node at the other end runs this file.
      return other === null ? local.runOf(uid) : ((await ask(other, { op: 'run', uid })) as RunState | null);
    },
    async labOf(uid) {
      const own = local.runOf(uid);
      if (own !== null) return own.lab;
      const place = await places.of(uid, clock());
      return place === null || place.node === node ? null : place.lab;
    },
    async start(learner, lab) {
      const { uid, name } = learner;
      const other = (await elsewhere(uid)) ?? (await startHere(learner, lab));
      if (other !== null) await ask(other, { op: 'start', person: { uid, name }, lab });
    },
    async send({ uid, name }, lab, request, values) {
      const other = await elsewhere(uid);
      if (other === null) return await local.send({ uid, name }, lab, request, values);
      return (await ask(other, { op: 'send', person: { uid, name }, lab, request, values: { ...values } })) as SandboxAnswer;
    },
    async protect({ uid, name }, lab) {
      const other = await elsewhere(uid);
      if (other === null) return await local.protect({ uid, name }, lab);
      await ask(other, { op: 'protect', person: { uid, name }, lab });
    },
    async end(uid, lab) {
      const other = await elsewhere(uid);
      if (other !== null) await ask(other, { op: 'end', uid, lab });
      else await local.end(uid, lab);
      await keep();
    },
    async maintain() {
      await local.maintain();
      await places.maintain(clock());
    },
    async work() {
      await keep();
      await look();
    },
    async close() {
      stop();
      await local.close();
      await places.keep(node, [], clock());
    },
  };
}

function open(said: z.output<typeof answer>): unknown {
  if ('value' in said) return said.value;
  throw new MenshenError(isErrorCode(said.error) ? said.error : 'lab_broken', said.details);
}

/** What was broadcast, by whomever; null for what is no hint of ours. */
function parseHint(message: string): z.output<typeof hint> | null {
  try {
    return hint.parse(JSON.parse(message));
  } catch {
    return null;
  }
}
