import type { Attention } from '@menshen/contract';
import type { Nodes } from './service.ts';

/** What of the nodes beside a store needs a person. */
export function nodeAttention(nodes: Pick<Nodes, 'state' | 'differing'> | null, now: number): Attention[] {
  if (nodes === null) return [];
  const differing = nodes.differing();
  const action = { to: '/system', label: { zh: '查看系统', en: 'Open system' } };
  const found: Attention[] = [];
  if (differing.length > 0) {
    const of = (between: string, before: string, after: string): string =>
      differing
        .map(({ name, sections }) => `${name}${before}${sections.join(between)}${after}`)
        .join(between)
        .slice(0, 300);
    found.push({
      id: 'nodes-configuration',
      severity: 'high',
      title: { zh: '各节点的配置不同', en: 'Nodes run with different configurations' },
      detail: {
        zh: `与本节点不同：${of('、', '（', '）')}。同一请求在不同节点上可能得到不同的结果。`,
        en: `Other than this node: ${of(', ', ' (', ')')}. The same request may be answered differently by each.`,
      },
      since: now,
      action,
    });
  }
  if (nodes.state() === 'split') {
    found.push({
      id: 'nodes-coordination',
      severity: 'critical',
      title: { zh: '各节点未共用协调服务', en: 'Nodes do not share their coordination' },
      detail: {
        zh: '限流、重放与一次性检查只在各节点内有效。请为所有节点设置同一个 redis:// 地址。',
        en: 'Limits, replay and single use hold for each node alone. Set the same redis:// address for all of them.',
      },
      since: now,
      action,
    });
  }
  return found;
}
