import { detectionEvent } from '../audit/events.ts';
import type { Audit } from '../audit/service.ts';
import type { ConfigProblem } from '../config/load.ts';
import type { NodeStore, SeenNode } from './store.ts';
import type { CoordinationKind } from './tables.ts';

/** How often {@link Nodes.beat} is to be called. */
export const beatIntervalMs = 10_000;
/** A node that was not heard for so long is gone. */
export const liveMs = 3 * beatIntervalMs;

export interface Nodes {
  /** Says that this node is there, and looks who else is. Raises one alarm when nodes turn out not to agree on anything. */
  beat(): Promise<void>;
  /** `split` while this node or another beside it keeps to itself what nodes must share. */
  state(): 'ok' | 'split';
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

/**
 * Joins the nodes beside a store.
 * @throws UnsharedNodeError when another is there and this one shares nothing with it
 */
export async function joinNodes({ store, audit, name, coordination, clock }: NodesParts): Promise<Nodes> {
  let state: 'ok' | 'split' = 'ok';
  let count = 1;
  const others = async (): Promise<readonly SeenNode[]> =>
    (await store.seenSince(clock() - liveMs)).filter((node) => node.name !== name);
  if (coordination === 'memory' && (await others()).length > 0) throw new UnsharedNodeError('another node is there');

  const beat = async (): Promise<void> => {
    await store.beat(name, coordination, clock());
    const found = await others();
    count = 1 + found.length;
    const next = isSplit(coordination, found) ? 'split' : 'ok';
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
  };
  await beat();
  return { beat, state: () => state, count: () => count, leave: () => store.leave(name) };
}
