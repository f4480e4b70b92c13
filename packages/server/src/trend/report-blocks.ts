import type { Bilingual, ComplianceFramework, TrendCause } from '@menshen/contract';
import type { Block } from '../documents/model.ts';
import type { Day, Mark } from './model.ts';
import type { Trend } from './service.ts';

type Language = 'zh' | 'en';

export const causeNames: Readonly<Record<TrendCause, Bilingual>> = {
  mended: { zh: '已修复', en: 'mended' },
  found: { zh: '新发现', en: 'found' },
  control_on: { zh: '措施生效', en: 'control works' },
  control_stale: { zh: '措施证据过期', en: 'control turned stale' },
  control_off: { zh: '措施关闭', en: 'control switched off' },
  asset_new: { zh: '新增资产', en: 'new asset' },
  asset_gone: { zh: '资产移除', en: 'asset gone' },
  importance: { zh: '业务重要性调整', en: 'importance of a business' },
  threat_up: { zh: '威胁更频繁', en: 'threat seen more often' },
  threat_down: { zh: '威胁减少', en: 'threat seen less often' },
  method: { zh: '计算方法调整', en: 'another method' },
};

/** Marks of a chart: those that moved the sum most. */
const mostMarks = 8;
const day = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10);
const dayText = ({ day: number }: Pick<Day, 'day'>): string => new Date(number * 86_400_000).toISOString().slice(0, 10);
const weightOf = ({ effect }: Mark): number => Math.abs(effect ?? 0);

/** Risk over time, and what changed it. */
export function riskTrendBlocks({ days, marks }: Trend, language: Language): Block[] {
  const t = (zh: string, en: string): string => (language === 'zh' ? zh : en);
  if (days.length < 2)
    return [
      { kind: 'paragraph', text: t('记录尚不足两天，没有趋势。', 'There are no two days of records yet, and so no trend.') },
    ];
  const index = new Map(days.map((one, at) => [one.day, at]));
  const shown = [...marks]
    .filter((mark) => index.has(mark.day))
    .sort((a, b) => weightOf(b) - weightOf(a) || b.at - a.at || (a.ref < b.ref ? -1 : 1))
    .slice(0, mostMarks)
    .sort((a, b) => a.at - b.at || (a.ref < b.ref ? -1 : 1));
  const levels =
    (least: number) =>
    (one: Day): number =>
      one.content.risk.levels.slice(least - 1).reduce((sum, count) => sum + count, 0);
  return [
    {
      kind: 'lines',
      caption: t('风险值合计（编号为下表中的事件）', 'Sum of all scores; numbers stand for the events below'),
      labels: days.map(dayText),
      series: [{ name: t('风险值合计', 'sum of scores'), values: days.map(({ content }) => content.risk.total) }],
      marks: shown.map((mark) => ({ at: index.get(mark.day) ?? 0 })),
    },
    {
      kind: 'lines',
      caption: t('高与很高的风险数', 'High and very high risks'),
      labels: days.map(dayText),
      series: [
        { name: t('高与很高', 'high and very high'), values: days.map(levels(4)) },
        { name: t('其中很高', 'of them very high'), values: days.map(levels(5)) },
      ],
    },
    ...(shown.length === 0
      ? []
      : [
          {
            kind: 'table' as const,
            head: [
              '',
              t('日期', 'day'),
              t('原因', 'why'),
              t('内容', 'what'),
              t('数量', 'count'),
              t('对合计的影响', 'effect on the sum'),
            ],
            rows: shown.map(({ at, kind, text, count, effect }, number) => [
              String(number + 1),
              day(at),
              causeNames[kind][language],
              text[language],
              String(count),
              effect === null ? '–' : `${effect > 0 ? '+' : ''}${effect}`,
            ]),
            widths: [0.5, 1.6, 1.8, 4, 0.8, 1.3],
          },
        ]),
  ];
}

/** States of a framework over time. */
export function complianceTrendBlocks({ days }: Trend, framework: ComplianceFramework, language: Language): Block[] {
  const t = (zh: string, en: string): string => (language === 'zh' ? zh : en);
  const known = days.filter(({ content }) => content.compliance[framework] !== undefined);
  if (known.length < 2) return [];
  const of = (state: 'met' | 'stale' | 'gap' | 'manual') =>
    known.map(({ content }) => content.compliance[framework]?.[state] ?? null);
  return [
    {
      kind: 'lines',
      caption: t('各状态的要求项数随时间的变化', 'Requirements by state over time'),
      labels: known.map(dayText),
      series: [
        { name: t('证据有效', 'fresh evidence'), values: of('met') },
        { name: t('缺口', 'gap'), values: of('gap') },
        { name: t('证据过期', 'stale evidence'), values: of('stale') },
        { name: t('人工佐证', 'attested'), values: of('manual') },
      ],
    },
  ];
}
