import type { Config } from '@menshen/contract';
import { coordinationKind, isSplit, liveMs, unsharedProblem } from '../../nodes/service.ts';
import { createNodeStore, type SeenNode } from '../../nodes/store.ts';
import { openStore } from '../../store/store.ts';
import type { Check } from './diagnosis.ts';

/** The nodes that were on a store lately; null when it cannot be asked, or no node has ever been there. */
export async function nodesOn(url: string, clock: () => number): Promise<readonly SeenNode[] | null> {
  try {
    const store = await openStore({ url, clock });
    try {
      return await createNodeStore(store).seenSince(clock() - liveMs);
    } finally {
      await store.close();
    }
  } catch {
    return null;
  }
}

/** Whether the nodes on a shared store share more than that. Nothing for an embedded store, which no two nodes can share. */
export async function diagnoseNodes(
  { store, coordination, audit }: Config,
  nodes: (url: string) => Promise<readonly SeenNode[] | null>,
): Promise<Check[]> {
  if (store.startsWith('file:')) return [];
  const others = (await nodes(store))?.filter(({ name }) => name !== audit.origin) ?? [];
  const own = coordinationKind(coordination);
  const name = 'nodes';
  if (isSplit(own, others)) return [{ name, ok: false, text: { zh: unsharedProblem.zh, en: unsharedProblem.en } }];
  return [
    own === 'memory'
      ? {
          name,
          ok: true,
          text: {
            zh: '此数据库上只有一个节点。coordination 为 memory: 时不要再启动第二个节点，它会被拒绝。',
            en: 'There is one node on this store. Start no second one while coordination is memory:, it would be refused.',
          },
        }
      : {
          name,
          ok: true,
          text: { zh: '各节点共用数据库与协调服务。', en: 'The nodes share the database and the coordination service.' },
        },
  ];
}
