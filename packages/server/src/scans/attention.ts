import { type Attention, inNumber } from '@menshen/contract';
import type { ScanEvidence } from './evidence.ts';

/** What of the findings needs a person: overdue ones, high ones that nobody has, folders that cannot be scanned. */
export async function findingAttention(evidence: ScanEvidence, now: number): Promise<Attention[]> {
  const [open, failing] = await Promise.all([evidence.open(), evidence.failing()]);
  const found: Attention[] = [];
  const overdue = open.filter(({ overdue: late }) => late);
  const [oldest] = overdue.toSorted((a, b) => (a.due ?? now) - (b.due ?? now));
  if (oldest !== undefined) {
    const heavy = overdue.some(({ severity }) => severity === 'critical' || severity === 'high');
    found.push({
      id: 'findings-overdue',
      severity: heavy ? 'high' : 'medium',
      title: {
        zh: `${overdue.length} 处扫描发现已超过修复期限`,
        en: inNumber(overdue.length, `${overdue.length} finding[s] of scans [is|are] overdue`),
      },
      detail: { zh: '修复、延期，或说明为什么可以接受。', en: 'Mend them, move the date, or say why the risk can be accepted.' },
      since: oldest.due ?? now,
      action: { to: '/findings?show=overdue', label: { zh: '查看逾期的发现', en: 'See what is overdue' } },
    });
  }
  const heavy = open.filter(
    ({ severity, owner, overdue: late }) => owner === null && !late && (severity === 'critical' || severity === 'high'),
  );
  const [newest] = heavy.toSorted((a, b) => b.firstSeen - a.firstSeen);
  if (newest !== undefined)
    found.push({
      id: 'findings-unowned',
      // The scan that found them has told people already.
      severity: 'medium',
      title: {
        zh: `${heavy.length} 处高危发现还没有负责人`,
        en: inNumber(heavy.length, `${heavy.length} finding[s] of high severity [has|have] no owner`),
      },
      detail: {
        zh: `最新：${newest.title.zh}（${newest.app}/${newest.project}）`,
        en: `Newest: ${newest.title.en} (${newest.app}/${newest.project})`,
      },
      since: newest.firstSeen,
      action: { to: '/findings?owner=-&severity=high', label: { zh: '指定负责人', en: 'Name owners' } },
    });
  for (const { app, project, since } of failing.slice(0, 3))
    found.push({
      id: `scan-failing-${app}-${project}`,
      severity: 'medium',
      title: { zh: `${app}/${project} 的源码扫描失败`, en: `The scan of ${app}/${project} fails` },
      detail: { zh: '在它成功之前，新问题不会被发现。', en: 'Until it succeeds, nothing new is found there.' },
      since,
      action: { to: '/scans', label: { zh: '查看扫描', en: 'See the scans' } },
    });
  return found;
}
