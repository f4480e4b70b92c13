import type { ComplianceFramework } from '@menshen/contract';
import type { RequirementStanding } from '../compliance/model.ts';
import type { ComplianceSeen } from '../compliance/signs/from-seen.ts';
import { countsOf } from '../compliance/standing.ts';
import type { Picture } from '../risk/service.ts';
import type { Subject } from '../risk/subjects.ts';
import type { ReportSummary } from './model.ts';
import { stateNames, states } from './writers/words.ts';

type Figure = ReportSummary['figures'][number];
const figure = (key: string, zh: string, en: string, value: number): Figure => ({ key, name: { zh, en }, value });

/** Requirements by state, and the state of each. */
export function frameworkSummary(standings: readonly RequirementStanding[]): ReportSummary {
  const counts = countsOf(standings);
  return {
    figures: states.map((state) => figure(state, stateNames[state].zh, stateNames[state].en, counts[state])),
    states: standings.map(({ requirement: { id, clause, text }, state }) => ({
      ...{ key: id, state },
      name: { zh: `${clause} ${text.zh}`, en: `${clause} ${text.en}` },
    })),
  };
}

/** Summaries hold this many risks: the highest. */
const mostRisks = 2_000;

/** Risks by level, and the level of each. */
export function riskSummary({ assessment: { risks } }: Picture): ReportSummary {
  const count = (level: number): number => risks.filter((one) => one.level === level).length;
  return {
    figures: [
      figure('risks', '风险', 'risks', risks.length),
      figure('level-5', '很高', 'very high', count(5)),
      figure('level-4', '高', 'high', count(4)),
      figure('level-3', '中', 'medium', count(3)),
      figure('total', '风险值合计', 'sum of scores', Math.round(risks.reduce((sum, { score }) => sum + score, 0) * 10) / 10),
    ],
    states: risks.slice(0, mostRisks).map(({ id, threat, asset, level }) => ({
      ...{ key: id, state: String(level) },
      name: { zh: `${threat.name.zh}：${asset.name.zh}`, en: `${threat.name.en}: ${asset.name.en}` },
    })),
  };
}

const hourMs = 3_600_000;

/** Figures of the monthly page. What was not measured is left out instead of being 0, and so is what cannot be told apart by its subject. */
export function figuresOf(
  { assessment, seen, facts }: Picture,
  standings: ReadonlyMap<ComplianceFramework, readonly RequirementStanding[]>,
  { incidents, training }: Omit<ComplianceSeen, 'seen'>,
  subject: Subject = 'all',
): Figure[] {
  const whole = subject === 'all';
  const { risks, controls } = assessment;
  const mlps = countsOf(standings.get('mlps') ?? []);
  const attacks = seen.counts.filter(({ id }) => id.startsWith('attack:')).reduce((sum, { count }) => sum + count, 0);
  const hours = (ms: number | null, key: string, zh: string, en: string): Figure[] =>
    ms === null ? [] : [figure(key, zh, en, Math.round((ms / hourMs) * 10) / 10)];
  return [
    figure('high', '高与很高的风险', 'high and very high risks', risks.filter(({ level }) => level >= 4).length),
    figure('assets', '资产', 'assets', facts.assets.length),
    figure(
      'stale',
      '证据过期的控制措施',
      'controls whose evidence is stale',
      controls.filter(({ state }) => state === 'stale').length,
    ),
    figure('attacks', '近 30 天发现的攻击', 'attacks found in 30 days', attacks),
    figure('findings', '待修复的问题', 'open findings', seen.findings.length),
    figure('overdue-findings', '其中逾期', 'of them overdue', seen.findings.filter(({ overdue }) => overdue).length),
    ...(whole
      ? [
          figure('alerts', '待研判的告警', 'open alerts', seen.openAlerts),
          figure('incidents', '未结束的安全事件', 'open incidents', incidents.open),
          ...hours(incidents.mttd, 'mttd', '平均发现用时（小时）', 'mean time to detect, hours'),
          ...hours(incidents.mttc, 'mttc', '平均遏制用时（小时）', 'mean time to contain, hours'),
          ...hours(incidents.mttr, 'mttr', '平均恢复用时（小时）', 'mean time to recover, hours'),
          figure('requests', '未答复的个人权利请求', 'open requests of people', seen.privacy.openRequests),
        ]
      : []),
    ...(training === null || !whole
      ? []
      : [
          figure('trained', '一年内完成培训的人', 'people trained within a year', training.trainedInYear),
          figure('labs', '一年内通过动手实验的人', 'people who passed a lab within a year', training.labsInYear),
        ]),
    figure('mlps-met', '等保：证据有效的项', 'MLPS: items with fresh evidence', mlps.met),
    figure('mlps-gap', '等保：缺口', 'MLPS: gaps', mlps.gap),
  ];
}
