import type { Config } from '@menshen/contract';
import { differingSections } from '../../nodes/print.ts';
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

const elsewhereText = {
  zh: '共用此数据库的各节点连接了不同的 Redis（或前缀不同），限流、重放与一次性检查只在各节点内有效。请为所有节点设置同一个 redis:// 地址。',
  en: 'The nodes on this store are on different servers of Redis (or prefixes): limits, replay and single use hold for each alone. Set the same redis:// address for all.',
};

const differingText = (nodes: readonly SeenNode[], sections: readonly string[]) => {
  const names = nodes.map(({ name }) => name);
  return {
    zh: `运行中的节点（${names.join('、')}）配置不同：${sections.join('、')}。请让各节点使用同一份配置；若正在逐个重启，完成后再检查。`,
    en: `The running nodes (${names.join(', ')}) differ in their configuration: ${sections.join(', ')}. Give them the same one; if they are being restarted in turn, look again afterwards.`,
  };
};

/** Whether the nodes on a shared store share more than that. Nothing for an embedded store, which no two nodes can share. */
export async function diagnoseNodes(
  { store, coordination, audit }: Config,
  nodes: (url: string) => Promise<readonly SeenNode[] | null>,
): Promise<Check[]> {
  if (store.startsWith('file:')) return [];
  const seen = (await nodes(store)) ?? [];
  const others = seen.filter(({ name }) => name !== audit.origin);
  const own = coordinationKind(coordination);
  const name = 'nodes';
  if (isSplit(own, others)) return [{ name, ok: false, text: { zh: unsharedProblem.zh, en: unsharedProblem.en } }];
  const [first] = seen;
  const places = new Set(seen.flatMap(({ place }) => (place === null ? [] : [place])));
  if (places.size > 1) return [{ name, ok: false, text: elsewhereText }];
  const sections = [...new Set(seen.flatMap((node) => differingSections(first?.configuration ?? null, node.configuration)))];
  if (sections.length > 0) return [{ name, ok: false, text: differingText(seen, sections.sort()) }];
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
