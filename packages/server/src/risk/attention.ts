import { type Attention, inNumber } from '@menshen/contract';
import type { Facts } from './model.ts';
import { advisoriesOldMs, type RiskService } from './service.ts';

const soonMs = 14 * 86_400_000;

/** Risks that need a person: very high ones that nobody treats, acceptances that have ended or were outgrown, plans that are late, advisories that say less than they seem to. */
export async function riskAttention(
  risks: Pick<RiskService, 'current' | 'treatments' | 'imports'>,
  now: number,
): Promise<Attention[]> {
  const { assessment, facts } = await risks.current();
  const scores = new Map(assessment.risks.map(({ id, score }) => [id, score]));
  const [treatments, acceptances] = await Promise.all([risks.treatments.list(), risks.treatments.acceptances(scores)]);
  const cared = new Set([
    ...treatments.filter(({ state }) => state === 'planned' || state === 'under_way').map(({ risk }) => risk),
    ...acceptances.filter(({ state }) => state === 'valid').map(({ risk }) => risk),
  ]);
  const found: Attention[] = [];
  const open = assessment.risks.filter(({ id, level }) => level === 5 && !cared.has(id));
  const [worst] = open;
  if (worst !== undefined)
    found.push({
      id: 'risk-untreated',
      severity: 'high',
      title: {
        zh: `${open.length} 项很高的风险没有处置计划`,
        en: inNumber(open.length, `${open.length} very high risk[s] [has|have] no treatment`),
      },
      detail: {
        zh: `最高的是“${worst.threat.name.zh}”：${worst.asset.name.zh}，${worst.score} / 25。`,
        en: `The highest: ${worst.threat.name.en} at ${worst.asset.name.en}, ${worst.score} of 25.`,
      },
      since: assessment.at,
      action: { to: `/risk/${worst.id}`, label: { zh: '查看风险', en: 'Open the risk' } },
    });
  // An acceptance that ended matters while its risk is there and nothing took its place.
  const ended = acceptances.filter(
    ({ risk, state }) => (state === 'expired' || state === 'exceeded') && scores.has(risk) && !cared.has(risk),
  );
  if (ended.length > 0)
    found.push({
      id: 'risk-acceptance-ended',
      severity: 'medium',
      title: {
        zh: `${ended.length} 项风险的接受已失效`,
        en: inNumber(ended.length, `${ended.length} accepted risk[s] [is|are] no longer accepted`),
      },
      detail: {
        zh: '期限已到，或风险升到了接受时的数值之上。',
        en: 'Their time is over, or the risk has risen above what was accepted.',
      },
      since: Math.min(...ended.map(({ until }) => Math.min(until, now))),
      action: { to: '/risk?tab=treatment', label: { zh: '重新决定', en: 'Decide again' } },
    });
  const late = treatments.filter(({ overdue }) => overdue);
  if (late.length > 0)
    found.push({
      id: 'risk-treatment-late',
      severity: 'medium',
      title: {
        zh: `${late.length} 项风险处置已逾期`,
        en: inNumber(late.length, `${late.length} treatment[s] of risks [is|are] overdue`),
      },
      detail: { zh: late[0]?.plan ?? '', en: late[0]?.plan ?? '' },
      since: Math.min(...late.map(({ due }) => due ?? now)),
      action: { to: '/risk?tab=treatment', label: { zh: '查看计划', en: 'Open the plans' } },
    });
  const ending = acceptances.filter(({ state, until }) => state === 'valid' && until - now < soonMs);
  if (ending.length > 0)
    found.push({
      id: 'risk-acceptance-ending',
      severity: 'low',
      title: {
        zh: `${ending.length} 项风险接受将在两周内到期`,
        en: inNumber(ending.length, `${ending.length} acceptance[s] of risks [ends|end] within two weeks`),
      },
      detail: { zh: '到期后风险会重新出现在待办中。', en: 'After that the risks ask for a decision again.' },
      since: now,
      action: { to: '/risk?tab=treatment', label: { zh: '查看接受记录', en: 'See the acceptances' } },
    });
  found.push(...advisoryAttention(await risks.imports(), facts, now));
  return found;
}

const kindNames = { epss: 'EPSS', kev: 'KEV', osv: 'OSV' } as const;

/** Files of advisories that are old, or were never brought while components with known holes are in use. */
function advisoryAttention(
  imports: Awaited<ReturnType<RiskService['imports']>>,
  { weaknesses }: Pick<Facts, 'weaknesses'>,
  now: number,
): Attention[] {
  const label = { zh: '导入新文件', en: 'Bring a new file' };
  const old = imports.filter(({ at }) => now - at > advisoriesOldMs).sort((a, b) => a.at - b.at);
  const [oldest] = old;
  if (oldest !== undefined) {
    const names = old.map(({ kind }) => kindNames[kind]);
    const days = Math.floor((now - oldest.at) / 86_400_000);
    return [
      {
        id: 'advisories-old',
        severity: 'medium',
        title: { zh: `漏洞情报已过期：${names.join('、')}`, en: `Advisories are out of date: ${names.join(', ')}` },
        detail: {
          zh: `最旧的文件导入于 ${days} 天前。被利用的可能性每天都在变，旧数据会低估风险。`,
          en: `The oldest file was brought ${days} days ago. How likely holes are exploited changes by the day, so old files understate risk.`,
        },
        since: oldest.at + advisoriesOldMs,
        action: { to: '/risk?tab=versions', label },
      },
    ];
  }
  const named = new Set(weaknesses.flatMap(({ cve }) => cve ?? []));
  if (imports.length > 0 || named.size === 0) return [];
  return [
    {
      id: 'advisories-none',
      severity: 'low',
      title: { zh: '还没有导入漏洞情报', en: 'No advisories were brought yet' },
      detail: {
        zh: `组件中有 ${named.size} 个已知漏洞，但不知道它们是否正在被利用。`,
        en: inNumber(
          named.size,
          `Components have ${named.size} known hole[s], and nothing says whether [it is|they are] being exploited.`,
        ),
      },
      since: now,
      action: { to: '/risk?tab=versions', label },
    },
  ];
}
