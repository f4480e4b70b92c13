import { type ComplianceFramework, inNumber } from '@menshen/contract';
import { frameworks } from '../../compliance/frameworks/index.ts';
import type { RequirementStanding } from '../../compliance/model.ts';
import { countsOf } from '../../compliance/standing.ts';
import type { Block, ReportDocument } from '../../documents/model.ts';
import type { Picture } from '../../risk/service.ts';
import { complianceTrendBlocks, riskTrendBlocks } from '../../trend/report-blocks.ts';
import type { Trend } from '../../trend/service.ts';
import { compareSummaries } from '../compare.ts';
import type { Language, ReportSummary } from '../model.ts';
import { day, type Say, sayIn, stateNames, states } from './words.ts';

export interface MonthlyParts {
  readonly picture: Picture;
  readonly standings: ReadonlyMap<ComplianceFramework, readonly RequirementStanding[]>;
  /** Company, and what the page is about where that is not everything; may be empty. */
  readonly subtitle: string;
  readonly trend: Trend;
  readonly language: Language;
  readonly at: number;
  /** What this page counts, and what the page before it counted. */
  readonly summary: ReportSummary;
  readonly before: ReportSummary | null;
}

const mostRisks = 5;
const mostGaps = 5;

/** For who decides: how it stands, what has changed, what is asked of them, which comes first. */
export function monthlyDocument(parts: MonthlyParts): ReportDocument {
  const { language, subtitle, at } = parts;
  const t = sayIn(language);
  return {
    title: t('信息安全月报', 'Monthly security briefing'),
    subtitle: [subtitle, day(at)].filter((text) => text !== '').join(' · '),
    ...{ language, author: 'Menshen', created: at },
    footer: t(`依据 ${day(at)} 的数据自动生成`, `Made from the data of ${day(at)}`),
    blocks: [...next(parts, t), ...figures(parts, t), ...risks(parts, t), ...compliance(parts, t)],
  };
}

function figures({ summary, before, language }: MonthlyParts, t: Say): Block[] {
  const rows = compareSummaries(before, summary).figures.map(({ name, before: then, after }) => [
    name[language],
    String(after),
    then === null
      ? '–'
      : after === then
        ? t('持平', 'same')
        : `${after > then ? '+' : ''}${Math.round((after - then) * 10) / 10}`,
  ]);
  return [
    { kind: 'heading', level: 1, text: t('关键数字', 'Figures') },
    { kind: 'table', head: [t('指标', 'Figure'), t('本期', 'Now'), t('较上期', 'Since the last')], rows, widths: [4, 1.5, 1.5] },
  ];
}

function risks({ picture, language, trend }: MonthlyParts, t: Say): Block[] {
  const { risks: all } = picture.assessment;
  const names = [t('很低', 'very low'), t('低', 'low'), t('中', 'medium'), t('高', 'high'), t('很高', 'very high')];
  return [
    { kind: 'heading', level: 1, text: t('风险', 'Risk') },
    {
      kind: 'bars',
      caption: t('各等级的风险数', 'Risks by level'),
      rows: names.map((name, at) => [name, all.filter(({ level }) => level === at + 1).length] as const).toReversed(),
    },
    {
      kind: 'table',
      head: [t('最高的风险', 'Highest risks'), t('资产', 'Asset'), t('风险值', 'Score')],
      rows: all
        .slice(0, mostRisks)
        .map(({ threat, asset, score }) => [threat.name[language], asset.name[language], String(score)]),
      widths: [3, 4, 1],
    },
    ...riskTrendBlocks(trend, language),
  ];
}

function compliance({ standings, language, trend }: MonthlyParts, t: Say): Block[] {
  return [
    { kind: 'heading', level: 1, text: t('合规', 'Compliance') },
    {
      kind: 'table',
      head: [t('标准', 'Standard'), ...states.map((state) => stateNames[state][language]), t('合计', 'All')],
      rows: [...standings].map(([id, own]) => {
        const counts = countsOf(own);
        return [frameworks[id].name[language], ...states.map((state) => String(counts[state])), String(counts.total)];
      }),
      widths: [4, 1.3, 1.3, 1.3, 1.3, 1.3, 1],
    },
    ...complianceTrendBlocks(trend, 'mlps', language),
    { kind: 'paragraph', style: 'quiet', text: frameworks.mlps.definition[language] },
  ];
}

function next({ standings, language, picture }: MonthlyParts, t: Say): Block[] {
  const gaps = [...standings.values()]
    .flat()
    .flatMap(({ state, step, requirement }) =>
      (state === 'gap' || state === 'stale') && step !== null && requirement.kind !== 'manual' ? [step.text[language]] : [],
    );
  const counted = [...Map.groupBy(gaps, (text) => text)].map(([text, own]) => [text, own.length] as const);
  const most = counted.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, mostGaps);
  const untreated = picture.assessment.risks.filter(({ level }) => level === 5).length;
  return [
    { kind: 'heading', level: 1, text: t('需要决定或推动的事', 'What is asked of you') },
    ...(most.length === 0 && untreated === 0
      ? [{ kind: 'paragraph' as const, text: t('本期没有。', 'Nothing this time.') }]
      : [
          {
            kind: 'list' as const,
            ordered: true,
            items: [
              ...(untreated > 0
                ? [
                    t(
                      `${untreated} 项很高的风险需要处置`,
                      inNumber(untreated, `${untreated} very high risk[s] [needs|need] a treatment`),
                    ),
                  ]
                : []),
              ...most.map(([text, count]) =>
                t(`${text}（可补上 ${count} 项要求）`, `${text} (closes ${inNumber(count, `${count} requirement[s]`)})`),
              ),
            ],
          },
        ]),
  ];
}
