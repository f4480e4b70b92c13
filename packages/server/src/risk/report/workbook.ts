import type { Workbook } from '../../documents/model.ts';
import { controls } from '../controls/catalogue.ts';
import type { ReportParts } from './blocks.ts';
import {
  kindNames,
  levelNames,
  optionNames,
  stateNames,
  treatmentColumns,
  treatmentNames,
  weaknessSourceNames,
} from './words.ts';

/** Every table of the report, whole. */
export function reportWorkbook({ picture, language, treatments, acceptances }: ReportParts): Workbook {
  const { facts, assessment } = picture;
  const t = (zh: string, en: string): string => (language === 'zh' ? zh : en);
  const names = new Map(facts.assets.map(({ id, name }) => [id, name[language]]));
  return {
    ...{ author: 'Menshen', created: facts.at },
    sheets: [
      {
        name: t('风险', 'Risks'),
        columns: [
          { title: t('编号', 'id'), width: 40 },
          { title: t('资产', 'asset'), width: 40 },
          { title: t('威胁', 'threat'), width: 24 },
          { title: t('脆弱性', 'weakness'), width: 40 },
          ...[t('能力', 'capability'), t('频率', 'frequency'), t('受损属性', 'harmed'), t('业务重要性', 'importance')].map(
            (title) => ({ title, width: 10 }),
          ),
          ...[
            t('难易', 'ease'),
            t('影响', 'impact'),
            t('可能性', 'likelihood'),
            t('损失', 'loss'),
            t('风险值', 'score'),
            t('等级', 'level'),
          ].map((title) => ({ title, width: 10 })),
        ],
        rows: assessment.risks.map(({ id, asset, threat, weakness, inputs, values, score, level }) => [
          ...[id, asset.name[language], threat.name[language], weakness?.title[language] ?? null],
          ...[inputs.capability, inputs.frequency, inputs.harmed, inputs.importance, inputs.ease, inputs.impact],
          ...[
            Math.round(values.likelihood * 100) / 100,
            Math.round(values.loss * 100) / 100,
            score,
            levelNames[level]?.[language] ?? level,
          ],
        ]),
      },
      {
        name: t('资产', 'Assets'),
        columns: [
          { title: t('资产', 'asset'), width: 44 },
          ...[t('类别', 'kind'), t('机密性', 'C'), t('完整性', 'I'), t('可用性', 'A'), t('负责人', 'owner')].map((title) => ({
            title,
            width: 12,
          })),
        ],
        rows: facts.assets.map(({ name, kind, confidentiality, integrity, availability, owner }) => [
          ...[name[language], kindNames[kind][language], confidentiality, integrity, availability, owner],
        ]),
      },
      {
        name: t('脆弱性', 'Weaknesses'),
        columns: [
          { title: t('脆弱性', 'weakness'), width: 44 },
          { title: t('资产', 'asset'), width: 40 },
          ...[t('来源', 'from'), t('难易', 'ease'), t('影响', 'impact'), 'CVE'].map((title) => ({ title, width: 12 })),
          { title: t('处理办法', 'what mends it'), width: 44 },
        ],
        rows: facts.weaknesses.map(({ title, asset, source, ease, impact, cve, fix }) => [
          ...[
            title[language],
            names.get(asset) ?? asset,
            weaknessSourceNames[source][language],
            ease,
            impact,
            cve,
            fix[language],
          ],
        ]),
      },
      {
        name: t('控制措施', 'Controls'),
        columns: [
          { title: t('措施', 'control'), width: 30 },
          { title: t('范围', 'before'), width: 40 },
          { title: t('状态', 'state'), width: 14 },
          { title: t('最近证据', 'newest evidence'), width: 22 },
        ],
        rows: assessment.controls.map(({ control, scope, state, evidence }) => {
          const at = evidence[0]?.at ?? null;
          return [
            ...[controls[control].name[language], names.get(scope) ?? t('全部', 'everything'), stateNames[state][language]],
            at === null ? null : { at },
          ];
        }),
      },
      {
        name: t('处置', 'Treatments'),
        columns: treatmentColumns.map((head) => ({ title: head[language] })),
        rows: treatments.map(({ risk, option, plan, owner, cost, due, residual, state }) => [
          ...[risk, optionNames[option][language], plan, owner, cost],
          ...[due === null ? null : { at: due }, residual, treatmentNames[state][language]],
        ]),
      },
      {
        name: t('接受', 'Acceptances'),
        columns: [
          t('风险', 'risk'),
          t('数值', 'score'),
          t('理由', 'reason'),
          t('截止', 'until'),
          t('申请', 'by'),
          t('批准', 'approver'),
          t('状态', 'state'),
        ].map((title) => ({ title })),
        rows: acceptances.map(({ risk, score, reason, until, acceptedBy, approver, state }) => [
          ...[risk, score, reason, { at: until }, acceptedBy, approver, state],
        ]),
      },
    ],
  };
}
