import type { Framework, RequirementStanding } from '../../compliance/model.ts';
import { proofOf } from '../../compliance/proofs.ts';
import { countsOf } from '../../compliance/standing.ts';
import type { Attestation, Exclusion } from '../../compliance/store.ts';
import type { Block, ReportDocument } from '../../documents/model.ts';
import { complianceTrendBlocks } from '../../trend/report-blocks.ts';
import type { Trend } from '../../trend/service.ts';
import type { Language } from '../model.ts';
import { day, kindNames, minute, type Say, sayIn, stateNames, states } from './words.ts';

export interface FrameworkParts {
  readonly framework: Framework;
  readonly standings: readonly RequirementStanding[];
  readonly attestations: readonly Attestation[];
  readonly exclusions: readonly Exclusion[];
  readonly title: string;
  /** Company, and what the report is about where that is not everything; may be empty. */
  readonly subtitle: string;
  readonly trend: Trend;
  readonly language: Language;
  /** Epoch ms of the data. */
  readonly at: number;
}

/** A report of gaps: what was looked at, how it stands, what closes each gap, and all items in the order of the standard. */
export function frameworkDocument(parts: FrameworkParts): ReportDocument {
  const { framework, language, at, subtitle, title, trend } = parts;
  const t = sayIn(language);
  return {
    title,
    ...(subtitle === '' ? {} : { subtitle }),
    ...{ language, author: 'Menshen', created: at },
    footer: t(`依据 ${day(at)} 的数据自动生成`, `Made from the data of ${day(at)}`),
    blocks: [
      { kind: 'heading', level: 1, text: t('范围与口径', 'Scope and meaning') },
      { kind: 'paragraph', text: framework.definition[language] },
      ...(framework.caution === null
        ? []
        : [{ kind: 'paragraph' as const, style: 'quiet' as const, text: framework.caution[language] }]),
      ...standing(parts, t),
      ...complianceTrendBlocks(trend, framework.id, language),
      ...gaps(parts, t),
      ...items(parts, t),
      ...byHand(parts, t),
    ],
  };
}

function standing({ standings, framework, language, at }: FrameworkParts, t: Say): Block[] {
  const counts = countsOf(standings);
  const sections = framework.sections.flatMap(({ id, name }) => {
    const own = standings.filter(({ requirement }) => requirement.section === id);
    if (own.length === 0) return [];
    const count = countsOf(own);
    return [[name[language], ...states.map((state) => String(count[state])), String(count.total)]];
  });
  return [
    { kind: 'heading', level: 1, text: t('总体情况', 'Where it stands') },
    {
      kind: 'facts',
      rows: [
        [t('数据时间', 'Data of'), `${minute(at)} (UTC+8)`],
        [t('要求项数', 'Requirements'), String(counts.total)],
        [t('平台可执行或取证', 'Enforced or proved by the platform'), String(counts.provable)],
      ],
    },
    {
      kind: 'bars',
      caption: t('各状态的要求项数', 'Requirements by state'),
      rows: states.map((state) => [stateNames[state][language], counts[state]] as const),
    },
    {
      kind: 'table',
      head: [t('部分', 'Part'), ...states.map((state) => stateNames[state][language]), t('合计', 'All')],
      rows: sections,
      widths: [4, 1.4, 1.4, 1.4, 1.4, 1.4, 1],
    },
  ];
}

function gaps({ standings, language }: FrameworkParts, t: Say): Block[] {
  const open = standings.filter(({ state }) => state === 'gap' || state === 'stale');
  const seen = open.filter(({ requirement }) => requirement.kind !== 'manual');
  const byHandOnly = open.filter(({ requirement }) => requirement.kind === 'manual');
  const rows = (list: readonly RequirementStanding[]): string[][] =>
    list.map(({ requirement, state, proofs, step }) => [
      requirement.clause,
      requirement.text[language],
      stateNames[state][language],
      proofs
        .filter((one) => one.state !== 'fresh')
        .map(({ proof, problems }) => problems[0]?.title[language] ?? proofOf(proof).name[language])
        .join('\n'),
      step?.text[language] ?? '',
    ]);
  return [
    { kind: 'heading', level: 1, text: t('缺口与整改', 'Gaps and what closes them') },
    ...(seen.length === 0
      ? [{ kind: 'paragraph' as const, text: t('平台能够取证的要求中没有缺口。', 'No gap among what the platform can prove.') }]
      : [
          {
            kind: 'table' as const,
            head: [
              t('条款', 'Clause'),
              t('要求', 'Asked'),
              t('状态', 'State'),
              t('缺什么', 'Missing'),
              t('怎么补', 'What closes it'),
            ],
            rows: rows(seen),
            widths: [1.4, 3, 1.2, 2.6, 2.6],
          },
        ]),
    ...(byHandOnly.length === 0
      ? []
      : [
          { kind: 'heading' as const, level: 2 as const, text: t('尚缺人工佐证', 'Not yet attested') },
          {
            kind: 'table' as const,
            head: [t('条款', 'Clause'), t('要求', 'Asked')],
            rows: byHandOnly.map(({ requirement }) => [requirement.clause, requirement.text[language]]),
            widths: [1, 5],
          },
        ]),
  ];
}

function items({ standings, framework, language }: FrameworkParts, t: Say): Block[] {
  return [
    { kind: 'heading', level: 1, text: t('逐项结果', 'Item by item') },
    ...framework.sections.flatMap(({ id, name }): Block[] => {
      const own = standings.filter(({ requirement }) => requirement.section === id);
      if (own.length === 0) return [];
      return [
        { kind: 'heading', level: 2, text: name[language] },
        {
          kind: 'table',
          head: [t('条款', 'Clause'), t('要求', 'Asked'), t('方式', 'How'), t('状态', 'State'), t('最近证据', 'Last evidence')],
          rows: own.map(({ requirement, state, seen, proofs }) => [
            requirement.clause,
            requirement.note === null
              ? requirement.text[language]
              : `${requirement.text[language]}\n${requirement.note[language]}`,
            kindNames[requirement.kind][language],
            stateNames[state][language],
            seen === null
              ? ''
              : `${proofs.map(({ proof }) => proofOf(proof).name[language]).join(t('、', ', '))}\n${minute(seen)}`,
          ]),
          widths: [1.4, 4, 1.2, 1.4, 2.4],
        },
      ];
    }),
  ];
}

function byHand({ attestations, exclusions, standings, language, at }: FrameworkParts, t: Say): Block[] {
  const clauses = new Map(standings.map(({ requirement }) => [requirement.id, requirement]));
  const attested = attestations.flatMap((one) => {
    const requirement = clauses.get(one.item);
    return requirement === undefined || one.withdrawn !== null || one.until <= at
      ? []
      : [[requirement.clause, one.name, one.statement, one.by, day(one.until), one.sha256]];
  });
  const excluded = exclusions.flatMap((one) => {
    const requirement = clauses.get(one.item);
    return requirement === undefined || one.revoked !== null || one.until <= at
      ? []
      : [[requirement.clause, requirement.text[language], one.reason, one.by, one.approver ?? '', day(one.until)]];
  });
  return [
    ...(attested.length === 0
      ? []
      : [
          { kind: 'heading' as const, level: 1 as const, text: t('佐证文件', 'Attestations') },
          {
            kind: 'table' as const,
            head: [
              t('条款', 'Clause'),
              t('文件', 'File'),
              t('说明', 'Statement'),
              t('提交人', 'By'),
              t('有效至', 'Until'),
              'SHA-256',
            ],
            rows: attested,
            widths: [1.2, 2, 2.4, 1.2, 1.4, 3],
          },
        ]),
    ...(excluded.length === 0
      ? []
      : [
          { kind: 'heading' as const, level: 1 as const, text: t('不适用的要求', 'Not applicable') },
          {
            kind: 'table' as const,
            head: [
              t('条款', 'Clause'),
              t('要求', 'Asked'),
              t('理由', 'Reason'),
              t('提出', 'By'),
              t('批准', 'Approved by'),
              t('有效至', 'Until'),
            ],
            rows: excluded,
            widths: [1.2, 3, 3, 1.2, 1.2, 1.4],
          },
        ]),
  ];
}
