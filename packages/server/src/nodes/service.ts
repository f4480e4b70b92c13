import { detectionEvent } from '../audit/events.ts';
import type { Audit } from '../audit/service.ts';
import type { ConfigProblem } from '../config/load.ts';
import { type ConfigurationPrint, differingSections } from './print.ts';
import type { NodeStore, SeenNode } from './store.ts';
import type { CoordinationKind } from './tables.ts';

/** How often {@link Nodes.beat} is to be called. */
export const beatIntervalMs = 10_000;
/** A node that was not heard for so long is gone. */
export const liveMs = 3 * beatIntervalMs;

/** A difference that lasts so long is no reload under way. */
export const settledMs = 60_000;

/** Another node, and the sections of its configuration in which it has differed from this one for long. */
export interface DifferingNode {
  readonly name: string;
  readonly sections: readonly string[];
}

export interface Nodes {
  /** Says that this node is there, and looks who else is. Raises one alarm when nodes turn out not to agree, and one when they run with different configurations. */
  beat(): Promise<void>;
  /** `split` while this node or another beside it keeps to itself what nodes must share. */
  state(): 'ok' | 'split';
  /** Nodes that have run with another configuration for longer than a reload takes. */
  differing(): readonly DifferingNode[];
  /** How many nodes there are, this one among them, as of the last beat. */
  count(): number;
  /** Says that this node is gone: another may take its place at once. */
  leave(): Promise<void>;
}

export interface NodesParts {
  readonly store: NodeStore;
  readonly audit: Audit;
  readonly name: string;
  readonly coordination: CoordinationKind;
  /** Name of what the coordination shares, asked at every beat; null while it cannot be asked. */
  readonly place: () => Promise<string | null>;
  /** What this node runs with just now; null for a tool that serves nobody. */
  readonly configuration: () => ConfigurationPrint | null;
  readonly clock: () => number;
}

/** This node would be the second beside a store, and shares nothing with the first: limits, replay and single use would hold once for each. */
export class UnsharedNodeError extends Error {
  override readonly name = 'UnsharedNodeError';
  readonly code = 'coordination_unshared';
}

export const coordinationKind = (url: string): CoordinationKind => (url.startsWith('memory:') ? 'memory' : 'redis');

/** What is wrong with nodes that share a store and nothing else, in words for the operator. */
export const unsharedProblem: ConfigProblem = {
  line: null,
  column: null,
  field: 'coordination',
  zh: '同一数据库上已有另一个节点在运行，而此节点的 coordination 为 memory:。多个节点之间限流、重放与一次性检查必须共享：请为所有节点设置同一个 redis:// 地址。（若另一节点刚刚异常退出，请等 30 秒再启动。）',
  en: 'another node runs on this store, and coordination is memory: here. Limits, replay and single use must be shared between nodes: set the same redis:// address for all of them. (If the other node has just crashed, wait 30 seconds.)',
};

/** Two nodes or more, one of which shares nothing. */
export function isSplit(own: CoordinationKind, others: readonly SeenNode[]): boolean {
  return others.length > 0 && (own === 'memory' || others.some(({ coordination }) => coordination === 'memory'));
}

/** Both have Redis, and each another one. */
const isElsewhere = (place: string | null, others: readonly SeenNode[]): boolean =>
  place !== null && others.some((node) => node.place !== null && node.place !== place);

/**
 * Joins the nodes beside a store.
 * @throws UnsharedNodeError when another is there and this one shares nothing with it
 */
export async function joinNodes({ store, audit, name, coordination, place, configuration, clock }: NodesParts): Promise<Nodes> {
  let state: 'ok' | 'split' = 'ok';
  let count = 1;
  let elsewhere = false;
  /** Since when each node has differed. */
  let since: ReadonlyMap<string, number> = new Map();
  let differing: readonly DifferingNode[] = [];
  const others = async (): Promise<readonly SeenNode[]> =>
    (await store.seenSince(clock() - liveMs)).filter((node) => node.name !== name);
  if (coordination === 'memory' && (await others()).length > 0) throw new UnsharedNodeError('another node is there');

  /** Compares the others with this node, and alarms once for each time that they differ for long. */
  const compare = async (print: ConfigurationPrint | null, found: readonly SeenNode[]): Promise<void> => {
    const now = clock();
    const different = found.flatMap((node) => {
      const sections = differingSections(print, node.configuration);
      return sections.length === 0 ? [] : [{ name: node.name, sections }];
    });
    since = new Map(different.map((node) => [node.name, since.get(node.name) ?? now]));
    const lasting = different.filter((node) => now - (since.get(node.name) ?? now) >= settledMs);
    const isNews = differing.length === 0 && lasting.length > 0;
    differing = lasting;
    if (!isNews) return;
    const listed = lasting.map(({ name: other, sections }) => `${other} (${sections.join(', ')})`).join('; ');
    const detail = { node: name, others: listed.slice(0, 300) };
    const title = 'nodes of one installation run with different configurations';
    await audit.record(detectionEvent({ time: now, rule: 'configuration_differs', severity: 'high', title, detail }));
  };

  const beat = async (): Promise<void> => {
    const print = configuration();
    const shared = await place().catch(() => null);
    await store.beat({ name, coordination, place: shared, configuration: print }, clock());
    const found = await others();
    count = 1 + found.length;
    // A Redis that was emptied has a new name, which the others read at their next beat: only what lasts until ours is another one.
    const before = elsewhere;
    elsewhere = isElsewhere(shared, found);
    const next = isSplit(coordination, found) || (before && elsewhere) ? 'split' : 'ok';
    if (next === 'split' && state === 'ok') {
      const detail = {
        node: name,
        others: found
          .map((node) => node.name)
          .join(', ')
          .slice(0, 300),
      };
      const title = 'nodes share a database and no coordination: limits and replay checks hold for each node alone';
      await audit.record(detectionEvent({ time: clock(), rule: 'coordination_unshared', severity: 'critical', title, detail }));
    }
    state = next;
    await compare(print, found);
  };
  await beat();
  return { beat, state: () => state, differing: () => differing, count: () => count, leave: () => store.leave(name) };
}
