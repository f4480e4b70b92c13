import { proofOf } from '../../compliance/proofs.ts';
import type { Sheet, Workbook } from '../../documents/model.ts';
import type { FrameworkParts } from './framework.ts';
import { kindNames, sayIn, stateNames } from './words.ts';

/** Every table of a framework: items, their evidence, attestations and what does not apply. */
export function frameworkWorkbook(parts: FrameworkParts): Workbook {
  const { standings, attestations, exclusions, language, at } = parts;
  const t = sayIn(language);
  const clauses = new Map(standings.map(({ requirement }) => [requirement.id, requirement.clause]));
  const moment = (time: number | null) => (time === null ? null : { at: time });
  const sheets: readonly Sheet[] = [
    {
      name: t('要求', 'Requirements'),
      columns: [
        { title: t('条款', 'Clause'), width: 14 },
        { title: t('要求', 'Asked'), width: 48 },
        { title: t('方式', 'How'), width: 12 },
        { title: t('级别', 'Level'), width: 8 },
        { title: t('状态', 'State'), width: 14 },
        { title: t('最近证据', 'Last evidence'), width: 20 },
        { title: t('有效至', 'Until'), width: 20 },
        { title: t('怎么补', 'What closes it'), width: 40 },
      ],
      rows: standings.map(({ requirement, state, seen, until, step }) => [
        ...[requirement.clause, requirement.text[language], kindNames[requirement.kind][language], requirement.level],
        ...[stateNames[state][language], moment(seen), moment(until), step?.text[language] ?? null],
      ]),
    },
    {
      name: t('证据', 'Evidence'),
      columns: [
        { title: t('条款', 'Clause'), width: 14 },
        { title: t('措施', 'Measure'), width: 28 },
        { title: t('状态', 'State'), width: 10 },
        { title: t('证据', 'Evidence'), width: 40 },
        { title: t('时间', 'Time'), width: 20 },
        { title: t('页面', 'Page'), width: 40 },
      ],
      rows: standings.flatMap(({ requirement, proofs }) =>
        proofs.flatMap(({ proof, state, evidence }) =>
          evidence.map((one) => [
            ...[requirement.clause, proofOf(proof).name[language], state, one.text[language], moment(one.at), one.path],
          ]),
        ),
      ),
    },
    {
      name: t('佐证', 'Attestations'),
      columns: [
        { title: t('条款', 'Clause'), width: 14 },
        { title: t('文件', 'File'), width: 32 },
        { title: t('说明', 'Statement'), width: 40 },
        { title: t('提交人', 'By') },
        { title: t('提交时间', 'At'), width: 20 },
        { title: t('有效至', 'Until'), width: 20 },
        { title: t('撤回', 'Withdrawn'), width: 20 },
        { title: 'SHA-256', width: 66 },
      ],
      rows: attestations
        .filter(({ item }) => clauses.has(item))
        .map((one) => [
          ...[clauses.get(one.item) ?? '', one.name, one.statement, one.by],
          ...[moment(one.at), moment(one.until), moment(one.withdrawn), one.sha256],
        ]),
    },
    {
      name: t('不适用', 'Not applicable'),
      columns: [
        { title: t('条款', 'Clause'), width: 14 },
        { title: t('理由', 'Reason'), width: 48 },
        { title: t('提出', 'By') },
        { title: t('批准', 'Approved by') },
        { title: t('有效至', 'Until'), width: 20 },
      ],
      rows: exclusions
        .filter(({ item }) => clauses.has(item))
        .map((one) => [clauses.get(one.item) ?? '', one.reason, one.by, one.approver, moment(one.until)]),
    },
  ];
  return { sheets, author: 'Menshen', created: at };
}
