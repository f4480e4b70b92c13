import type { ReportDocument } from '../../documents/model.ts';
import { day, type ReportParts } from './blocks.ts';
import { assets, businesses, controlTable, threatTable, weaknesses } from './identified.ts';
import { changes, decisions, limits, method, results, summary } from './judged.ts';

/** The assessment as a document, in the order in which GB/T 20984-2022 goes about it. The same data make the same document. */
export function reportDocument(parts: ReportParts): ReportDocument {
  const { picture, company, subject, language } = parts;
  const subtitle = [company, subject?.[language] ?? ''].filter((text) => text !== '').join(' · ');
  const { facts, assessment } = picture;
  const t = (zh: string, en: string): string => (language === 'zh' ? zh : en);
  return {
    title: t('信息安全风险评估报告', 'Risk assessment'),
    ...(subtitle === '' ? {} : { subtitle }),
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
