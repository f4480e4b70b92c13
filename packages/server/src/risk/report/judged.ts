import type { Bilingual } from '@menshen/contract';
import type { Block } from '../../documents/model.ts';
import { riskTrendBlocks } from '../../trend/report-blocks.ts';
import { controls } from '../controls/catalogue.ts';
import { cellOf, functionNames } from '../method/functions.ts';
import { stepTitle } from '../whatif/step-title.ts';
import { counted, day, heading, levelName, paragraph, type ReportParts, type Say, table } from './blocks.ts';
import { acceptanceNames, optionNames, treatmentColumns, treatmentNames } from './words.ts';

export function summary({ picture, language, steps }: ReportParts, t: Say): Block[] {
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
    {
      kind: 'bars',
      caption: t('各等级的风险数', 'Risks by level'),
      rows: [5, 4, 3, 2, 1].map((level) => [levelName(level, language), counted(risks, level)] as const),
    },
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

export function method({ picture }: ReportParts, t: Say): Block[] {
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

export function results({ picture, language }: ReportParts, t: Say): Block[] {
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

export function decisions({ picture, treatments, acceptances, language }: ReportParts, t: Say): Block[] {
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
      treatmentColumns.map(say),
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

export function changes(parts: ReportParts, t: Say): Block[] {
  return [...compared(parts, t), ...course(parts, t)];
}

/** How it went over the last months. */
function course({ trend, language }: ReportParts, t: Say): Block[] {
  if (trend === null) return [];
  return [heading(t('变化趋势', 'Over time'), 2), ...riskTrendBlocks(trend, language)];
}

function compared({ last, language }: ReportParts, t: Say): Block[] {
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

export function limits(t: Say): Block[] {
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
