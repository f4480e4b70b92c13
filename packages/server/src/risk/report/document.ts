import type { Bilingual, RiskAcceptance, RiskComparison, RiskTreatment, RiskVersionView } from '@menshen/contract';
import type { Block, ReportDocument } from '../../documents/model.ts';
import { controls } from '../controls/catalogue.ts';
import type { Risk } from '../method/assess.ts';
import { cellOf, functionNames } from '../method/functions.ts';
import type { Picture } from '../service.ts';
import type { NextStep } from '../whatif/next-steps.ts';
import { stepTitle } from '../whatif/step-title.ts';
import {
  acceptanceNames,
  kindNames,
  levelNames,
  optionNames,
  sourceNames,
  stateNames,
  treatmentNames,
  weaknessSourceNames,
} from './words.ts';

export type Language = 'zh' | 'en';

export interface ReportParts {
  readonly picture: Picture;
  readonly company: string;
  readonly language: Language;
  readonly treatments: readonly RiskTreatment[];
  readonly acceptances: readonly RiskAcceptance[];
  readonly last: { readonly version: RiskVersionView; readonly comparison: RiskComparison } | null;
  readonly steps: readonly NextStep[];
}

/** Rows of a table in the report; the tables of the workbook hold all. */
const most = 100;

/** The assessment as a document, in the order in which GB/T 20984-2022 goes about it. The same data make the same document. */
export function reportDocument(parts: ReportParts): ReportDocument {
  const { picture, company, language } = parts;
  const { facts, assessment } = picture;
  const t = (zh: string, en: string): string => (language === 'zh' ? zh : en);
  return {
    title: t('信息安全风险评估报告', 'Risk assessment'),
    ...(company === '' ? {} : { subtitle: company }),
    ...{ language, author: 'Menshen', created: facts.at },
    footer: t(`依据 ${day(facts.at)} 的数据自动计算`, `Computed from the data of ${day(facts.at)}`),
    blocks: [
      ...summary(parts, t),
      ...method(parts, t),
      ...businesses(parts, t),
      ...assets(parts, t),
      ...threatTable(assessment.risks, language, t),
      ...weaknesses(parts, t),
      ...controlTable(parts, t),
      ...results(parts, t),
      ...decisions(parts, t),
      ...changes(parts, t),
      ...limits(t),
    ],
  };
}

type Say = (zh: string, en: string) => string;
/** The day in China, where the report is handed in. */
export const day = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10);
const heading = (text: string, level: 1 | 2 = 1): Block => ({ kind: 'heading', level, text });
const paragraph = (text: string): Block => ({ kind: 'paragraph', text });
const levelName = (level: number, language: Language): string => levelNames[level]?.[language] ?? '';
const counted = (risks: readonly Risk[], level: number): number => risks.filter((risk) => risk.level === level).length;

function table(head: readonly string[], rows: readonly (readonly string[])[], t: Say, widths?: readonly number[]): Block[] {
  if (rows.length === 0) return [paragraph(t('无。', 'None.'))];
  return [
    { kind: 'table', head, rows: rows.slice(0, most), ...(widths === undefined ? {} : { widths }) },
    ...(rows.length > most
      ? [
          paragraph(
            t(`另有 ${rows.length - most} 行，见附带的表格文件。`, `${rows.length - most} more rows are in the workbook.`),
          ),
        ]
      : []),
  ];
}

function summary({ picture, language, steps }: ReportParts, t: Say): Block[] {
  const { assessment, facts } = picture;
  const { risks } = assessment;
  const high = counted(risks, 4) + counted(risks, 5);
  const [worst] = risks;
  return [
    heading(t('一、结论', '1. In short')),
    paragraph(
      t(
        `本次评估覆盖 ${facts.assets.length} 项资产，计算风险 ${risks.length} 项，其中高与很高 ${high} 项。`,
        `${facts.assets.length} assets and ${risks.length} risks were assessed; ${high} of them are high or very high.`,
      ),
    ),
    ...(worst === undefined
      ? []
      : [
          paragraph(
            t(
              `最高的一项是“${worst.threat.name.zh}”对“${worst.asset.name.zh}”，风险值 ${worst.score}（满分 25）。`,
              `The highest is “${worst.threat.name.en}” at ${worst.asset.name.en}: ${worst.score} of 25.`,
            ),
          ),
        ]),
    ...table(
      [t('风险等级', 'level'), t('风险值', 'score'), t('数量', 'risks')],
      [5, 4, 3, 2, 1].map((level) => [
        levelName(level, language),
        `${(level - 1) * 5}–${level * 5}`,
        String(counted(risks, level)),
      ]),
      t,
    ),
    ...(steps.length === 0
      ? []
      : [
          heading(t('最有效的下一步', 'What helps most'), 2),
          ...table(
            [t('措施', 'step'), t('降低的风险值合计', 'taken off, all together'), t('涉及风险', 'risks')],
            steps.map(({ control, tag, gain, risks: count }) => [
              stepTitle(controls[control].name, tag)[language],
              String(gain),
              String(count),
            ]),
            t,
            [3, 1, 1],
          ),
        ]),
  ];
}

function method({ picture }: ReportParts, t: Say): Block[] {
  const { assessment } = picture;
  return [
    heading(t('二、依据与方法', '2. Basis and method')),
    paragraph(
      t(
        '参照 GB/T 20984-2022 的流程：识别业务、系统资产、系统组件、威胁、已有安全措施与脆弱性，分析可能性与损失，评价资产与业务两个层面的风险。标准把计算函数留给评估方，本次所用函数如下，每项风险都保存了输入，可以重算。',
        'After GB/T 20984-2022: businesses, system assets, components, threats, controls and weaknesses are identified; likelihood and loss analysed; risks judged for assets and for businesses. The standard leaves the functions to the assessor; these were used, and every risk keeps its inputs so that it can be computed again.',
      ),
    ),
    {
      kind: 'facts',
      rows: [
        [t('数据时间', 'data of'), day(assessment.at)],
        [t('威胁值 = f(能力, 频率)', 'threat = f(capability, frequency)'), assessment.method.threat],
        [t('资产价值 = f(受损属性, 业务重要性)', 'asset value = f(harmed attribute, importance)'), assessment.method.asset],
        [t('可能性 = f(威胁值, 利用难易)', 'likelihood = f(threat, ease)'), assessment.method.likelihood],
        [t('损失 = f(资产价值, 影响程度)', 'loss = f(asset value, impact)'), assessment.method.loss],
        [t('风险值 = g(可能性, 损失)', 'risk = g(likelihood, loss)'), assessment.method.risk],
        [t('等级划分', 'levels'), functionNames.level],
        [t('向系统资产与业务汇总', 'roll-up to systems and businesses'), functionNames.rollUp],
      ],
    },
  ];
}

function businesses({ picture, language }: ReportParts, t: Say): Block[] {
  const { assessment } = picture;
  return [
    heading(t('三、业务与业务风险', '3. Businesses and their risks')),
    ...table(
      [
        t('业务', 'business'),
        t('重要性', 'importance'),
        t('负责人', 'owner'),
        t('风险值', 'score'),
        t('等级', 'level'),
        t('风险数', 'risks'),
      ],
      assessment.businesses.map(({ business, importance, score, level, risks }) => [
        business.name[language],
        String(importance),
        business.owner,
        String(score),
        levelName(level, language),
        String(risks),
      ]),
      t,
    ),
    heading(t('系统资产', 'System assets'), 2),
    ...table(
      [t('系统资产', 'system asset'), t('风险值', 'score'), t('等级', 'level'), t('风险数', 'risks')],
      assessment.systems.map(({ asset, score, level, risks }) => [
        asset.name[language],
        String(score),
        levelName(level, language),
        String(risks),
      ]),
      t,
      [3, 1, 1, 1],
    ),
  ];
}

function assets({ picture, language }: ReportParts, t: Say): Block[] {
  return [
    heading(t('四、系统组件与单元资产', '4. Components')),
    paragraph(
      t(
        '资产由平台从配置与运行数据中自动发现，只有负责人由人指定。',
        'Assets were found in configuration and operation; only owners were told by people.',
      ),
    ),
    ...table(
      [t('资产', 'asset'), t('类别', 'kind'), t('机密', 'C'), t('完整', 'I'), t('可用', 'A'), t('负责人', 'owner')],
      picture.facts.assets.map(({ name, kind, confidentiality, integrity, availability, owner }) => [
        name[language],
        kindNames[kind][language],
        ...[confidentiality, integrity, availability].map(String),
        owner ?? '',
      ]),
      t,
      [4, 2, 1, 1, 1, 2],
    ),
  ];
}

function threatTable(risks: readonly Risk[], language: Language, t: Say): Block[] {
  const byThreat = [...Map.groupBy(risks, ({ threat }) => threat.id).values()].map((own) => {
    const [first] = own;
    const most = own.reduce((highest, { inputs }) => Math.max(highest, inputs.frequency), 0);
    return { own, first, most, seen: own.reduce((highest, { frequency }) => Math.max(highest, frequency.seen), 0) };
  });
  return [
    heading(t('五、威胁', '5. Threats')),
    ...table(
      [
        t('威胁', 'threat'),
        t('来源', 'source'),
        t('能力', 'capability'),
        t('频率', 'frequency'),
        t('近 30 天见到', 'seen in 30 days'),
        t('最高风险值', 'highest'),
      ],
      byThreat.flatMap(({ first, most, seen }) =>
        first === undefined
          ? []
          : [
              [
                first.threat.name[language],
                sourceNames[first.threat.source][language],
                String(first.threat.capability),
                String(most),
                String(seen),
                String(first.score),
              ],
            ],
      ),
      t,
      [3, 2, 1, 1, 1, 1],
    ),
  ];
}

function weaknesses({ picture, language }: ReportParts, t: Say): Block[] {
  const names = new Map(picture.facts.assets.map(({ id, name }) => [id, name]));
  return [
    heading(t('六、脆弱性', '6. Weaknesses')),
    ...table(
      [
        t('脆弱性', 'weakness'),
        t('资产', 'asset'),
        t('来源', 'from'),
        t('难易', 'ease'),
        t('影响', 'impact'),
        t('处理办法', 'what mends it'),
      ],
      [...picture.facts.weaknesses]
        .sort((a, b) => b.ease + b.impact - a.ease - a.impact || (a.id < b.id ? -1 : 1))
        .map(({ title, asset, source, ease, impact, fix }) => [
          title[language],
          names.get(asset)?.[language] ?? asset,
          weaknessSourceNames[source][language],
          String(ease),
          String(impact),
          fix[language],
        ]),
      t,
      [3, 3, 1, 1, 1, 3],
    ),
  ];
}

function controlTable({ picture, language }: ReportParts, t: Say): Block[] {
  const groups = [...Map.groupBy(picture.assessment.controls, ({ control }) => control)];
  return [
    heading(t('七、已有安全措施', '7. Controls')),
    paragraph(
      t(
        '只有在规定期限内有运行证据的措施才计为有效；仅有配置而没有证据的，不降低风险。',
        'A control counts only while fresh evidence shows that it works; configuration alone lowers nothing.',
      ),
    ),
    ...table(
      [
        t('措施', 'control'),
        stateNames.effective[language],
        stateNames.stale[language],
        stateNames.off[language],
        t('证据', 'shown by'),
      ],
      groups.map(([control, own]) => [
        controls[control].name[language],
        ...(['effective', 'stale', 'off'] as const).map((state) => String(own.filter((one) => one.state === state).length)),
        controls[control].shownBy[language],
      ]),
      t,
      [3, 1, 1, 1, 4],
    ),
  ];
}

function results({ picture, language }: ReportParts, t: Say): Block[] {
  const { risks } = picture.assessment;
  const count = (likelihood: number, loss: number): string => {
    const cells = risks.filter(({ values }) => {
      const cell = cellOf(values);
      return cell.likelihood === likelihood && cell.loss === loss;
    });
    return cells.length === 0 ? '' : String(cells.length);
  };
  return [
    heading(t('八、风险分析结果', '8. Risks')),
    heading(t('风险矩阵（行：损失，列：可能性）', 'Matrix (rows: loss, columns: likelihood)'), 2),
    ...table(
      ['', '1', '2', '3', '4', '5'],
      [5, 4, 3, 2, 1].map((loss) => [String(loss), ...[1, 2, 3, 4, 5].map((likelihood) => count(likelihood, loss))]),
      t,
    ),
    heading(t('风险清单', 'List of risks'), 2),
    ...table(
      [
        t('资产', 'asset'),
        t('威胁', 'threat'),
        t('脆弱性', 'weakness'),
        t('可能性', 'likelihood'),
        t('损失', 'loss'),
        t('风险值', 'score'),
        t('等级', 'level'),
      ],
      risks.map(({ asset, threat, weakness, values, score, level }) => [
        asset.name[language],
        threat.name[language],
        weakness?.title[language] ?? t('未发现具体弱点', 'nothing concrete'),
        values.likelihood.toFixed(1),
        values.loss.toFixed(1),
        String(score),
        levelName(level, language),
      ]),
      t,
      [3, 2, 3, 1, 1, 1, 1],
    ),
  ];
}

function decisions({ picture, treatments, acceptances, language }: ReportParts, t: Say): Block[] {
  const known = new Map(picture.assessment.risks.map((risk) => [risk.id, risk]));
  const nameOf = (id: string): string => {
    const risk = known.get(id);
    return risk === undefined
      ? t('已不存在的风险', 'a risk that is gone')
      : `${risk.threat.name[language]} · ${risk.asset.name[language]}`;
  };
  const say = (words: Bilingual): string => words[language];
  return [
    heading(t('九、处置与接受', '9. Treatment and acceptance')),
    ...table(
      [
        t('风险', 'risk'),
        t('方式', 'option'),
        t('计划', 'plan'),
        t('负责人', 'owner'),
        t('费用（元）', 'cost, yuan'),
        t('期限', 'due'),
        t('残余目标', 'residual'),
        t('状态', 'state'),
      ],
      treatments.map(({ risk, option, plan, owner, cost, due, residual, state, overdue }) => [
        nameOf(risk),
        say(optionNames[option]),
        plan,
        owner,
        cost === null ? '' : String(cost),
        due === null ? '' : `${day(due)}${overdue ? t('（逾期）', ' (overdue)') : ''}`,
        residual === null ? '' : String(residual),
        say(treatmentNames[state]),
      ]),
      t,
      [3, 1, 3, 2, 1, 2, 1, 1],
    ),
    heading(t('接受的风险', 'Accepted risks'), 2),
    ...table(
      [
        t('风险', 'risk'),
        t('接受的数值', 'accepted'),
        t('理由', 'reason'),
        t('截止', 'until'),
        t('批准', 'by'),
        t('状态', 'state'),
      ],
      acceptances.map(({ risk, score, reason, until, acceptedBy, approver, state }) => [
        nameOf(risk),
        String(score),
        reason,
        day(until),
        [acceptedBy, approver ?? ''].filter(Boolean).join(t('、', ', ')),
        say(acceptanceNames[state]),
      ]),
      t,
      [3, 1, 3, 2, 2, 2],
    ),
  ];
}

function changes({ last, language }: ReportParts, t: Say): Block[] {
  if (last === null)
    return [
      heading(t('十、与上次评估比较', '10. Compared with the last one')),
      paragraph(t('此前没有保存的评估。', 'None was stored before.')),
    ];
  const { version, comparison } = last;
  return [
    heading(t('十、与上次评估比较', '10. Compared with the last one')),
    paragraph(
      t(
        `与第 ${version.number} 版（${day(version.at)}）相比：下降 ${comparison.lower} 项，上升 ${comparison.higher} 项，新增 ${comparison.added} 项，消失 ${comparison.gone} 项；风险值合计由 ${comparison.total.before} 变为 ${comparison.total.after}。`,
        `Since version ${version.number} (${day(version.at)}): ${comparison.lower} lower, ${comparison.higher} higher, ${comparison.added} new, ${comparison.gone} gone; all scores together went from ${comparison.total.before} to ${comparison.total.after}.`,
      ),
    ),
    ...table(
      [t('资产', 'asset'), t('威胁', 'threat'), t('上次', 'before'), t('本次', 'now')],
      comparison.changed.map(({ asset, threat, before, after }) => [
        asset[language],
        threat[language],
        before === null ? '—' : String(before),
        after === null ? '—' : String(after),
      ]),
      t,
      [3, 3, 1, 1],
    ),
  ];
}

function limits(t: Say): Block[] {
  return [
    heading(t('十一、局限', '11. Limits')),
    {
      kind: 'list',
      items: [
        t(
          '评估范围是本平台及其保护的应用；主机、网络与机房不在其中。',
          'It covers this platform and the apps behind it, and no hosts, networks or rooms.',
        ),
        t(
          '没有被扫描、没有流量的部分，按一般情况取值，可能偏高或偏低。',
          'What was not scanned and sees no traffic is valued as usual, which may be too high or too low.',
        ),
        t(
          '威胁能力与一般频率是判断，不是测量；可在评估时讨论修改。',
          'Capability and usual frequency are judgements and no measurements; they can be argued about.',
        ),
        t('数值用来排序和比较，不代表合规结论。', 'The numbers are for ordering and comparing; they say nothing of compliance.'),
      ],
    },
  ];
}
