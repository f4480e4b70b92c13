import {
  type IncidentPaper,
  type IncidentReportKind,
  incidentsSchema,
  type JudgementFacts,
  reportKinds,
} from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { readZip } from '../../privacy/read-zip.ts';
import { assessDuties } from '../duties/assess.ts';
import { makeEntry } from '../incidents/timeline.ts';
import { emptyPaper } from '../papers/store.ts';
import type { ReportInput } from './model.ts';
import { spanText } from './postmortem.ts';
import { renderReport } from './service.ts';

const start = Date.UTC(2026, 10, 26, 1, 30);
const hour = 3_600_000;
const random = (size: number): Uint8Array => new Uint8Array(size).fill(7);
const operator = {
  ...{ kinds: ['other'], name: '云杉零售集团', creditCode: '91330000MA00000X0X', provincialCac: '浙江省网信办' },
  contact: { name: '李伟', phone: '0571-8000', email: 'soc@example.com' },
};

function input(change: { paper?: Partial<IncidentPaper>; config?: object; harmAvoided?: boolean } = {}): ReportInput {
  const config = incidentsSchema.parse(change.config ?? { operator });
  const facts: JudgementFacts = {
    ...{ level: 'considerable', personalInformation: 'yes', people: 1_200_000, harmAvoided: change.harmAvoided ?? false },
    ...{ networkData: 'no', nationalSecurity: 'no', lossYuan: null },
  };
  const clocks = { occurred: start - hour, detected: start, recovered: start + 5 * hour };
  const made = (at: number, kind: 'opened' | 'measure', zh: string) =>
    makeEntry('i_1', { kind, by: 'li', at, text: { zh, en: zh } }, at, random);
  return {
    incident: {
      ...{ id: 'i_1', number: 12, title: { zh: '客户资料被导出', en: 'x' }, text: { zh: '夜间导出', en: 'x' }, subjects: [] },
      ...{ severity: 'critical', state: 'recovered', owner: 'li', opened: start, updated: start, mergedInto: null, version: 3 },
    },
    clocks: Object.entries(clocks).map(([clock, at]) => ({ clock: clock as 'detected', at, by: 'li', set: start, reason: '' })),
    timeline: [made(start, 'opened', '发现导出'), made(start + hour, 'measure', '结束全部会话')],
    evidence: [],
    judgements: [{ id: 'ij_1', incident: 'i_1', at: start + 2 * hour, by: 'li', facts, reason: '日志显示 120 万条' }],
    duties: assessDuties({ facts, clocks, opened: start, marks: [], config, now: start + 6 * hour }),
    paper: { ...emptyPaper, ...change.paper },
    actions: [],
    config,
  };
}

/** The words of a Word file. */
function wordsOf(kind: IncidentReportKind, given: ReportInput): string {
  const document =
    readZip(Buffer.from(renderReport(kind, 'docx', given).content))
      .get('word/document.xml')
      ?.toString('utf8') ?? '';
  return [...document.matchAll(/<w:t [^>]*>([^<]*)<\/w:t>/g)].map(([, text]) => text).join('\n');
}

describe('reports', () => {
  it.each(reportKinds)('%s: the same data is the same bytes, in both forms', (kind) => {
    for (const format of ['docx', 'html'] as const) {
      const [one, two] = [renderReport(kind, format, input()), renderReport(kind, format, input())];
      expect(one.sha256).toBe(two.sha256);
      expect(one.name).toMatch(/^INC-0012-.*\.(docx|html)$/);
      expect(renderReport(kind, format, input({ paper: { cause: '弱口令' } })).sha256).not.toBe(one.sha256);
    }
  });

  it('first report: what is known, by the clock of China, and what follows is named as to follow', () => {
    const words = wordsOf('first_report', input({ paper: { system: '客户资料接口' } }));
    for (const text of [
      '浙江省网信办：',
      '云杉零售集团',
      '客户资料接口',
      '2026年11月26日 09:30',
      '较大',
      '1200000',
      '结束全部会话',
    ])
      expect(words).toContain(text);
    expect(words).toContain('第四条、第七条');
    expect(words.match(/查清后补报。/g)).toHaveLength(6);
    expect(words).toContain('不是结论');
  });

  it('first report: says which fields stand empty, and addresses the offices of what the operator is', () => {
    const { empty } = renderReport('first_report', 'docx', input({ config: {} }));
    expect(empty).toEqual(expect.arrayContaining(['单位名称', '统一社会信用代码', '联系人', '涉事系统和设施', '影响和危害']));
    expect(wordsOf('first_report', input({ config: { operator: { kinds: ['cii'] } } }))).toContain('保护工作部门、公安机关：');
    expect(wordsOf('first_report', input({ config: { operator: { kinds: ['state_organ'] } } }))).toContain(
      '本部门网信工作机构：',
    );
  });

  it('summary: cites article 8 and the new facts', () => {
    const words = wordsOf('summary_report', input({ paper: { cause: '弱口令', rectification: '强制二次认证' } }));
    for (const text of ['第八条', '弱口令', '强制二次认证', '2026年11月26日 14:30']) expect(words).toContain(text);
  });

  it('notice to the authority: says whether people are told, and why not', () => {
    expect(wordsOf('pipl_authority', input())).toContain('将通知受影响的个人。');
    expect(wordsOf('pipl_authority', input({ harmAvoided: true }))).toContain('拟不通知个人。理由：日志显示 120 万条');
  });

  it('notice to people: nothing of the inner life of the incident, and a warning of those who abuse it', () => {
    const words = wordsOf('pipl_persons', input({ paper: { informationKinds: '姓名、手机号', selfHelp: '修改密码' } }));
    for (const text of ['姓名、手机号', '修改密码', '0571-8000', '不会以此事为由向您索要']) expect(words).toContain(text);
    for (const text of ['INC-', '夜间导出', '结束全部会话', '研判', '日志', '李伟']) expect(words).not.toContain(text);
  });

  it('post-mortem: times, timeline with the index of the log, what is to come', () => {
    const words = wordsOf('postmortem', input());
    for (const text of ['发现用时', '1 小时', '5 小时', '发现导出', '日志序号']) expect(words).toContain(text);
    expect([0, 61_000, 26 * hour, 48 * hour].map(spanText)).toEqual(['不到 1 分', '1 分', '1 天 2 小时', '2 天']);
  });
});
