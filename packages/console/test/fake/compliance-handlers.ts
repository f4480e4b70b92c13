import * as contract from '@menshen/contract';
import { bind, type FakeHandler } from './bind.ts';
import { now } from './company.ts';

const day = 86_400_000;
const two = (zh: string, en: string) => ({ zh, en });
/** What assessments, states and reports can be about. */
export const fakeSubjects = [
  { id: 'all', name: two('全部', 'Everything') },
  { id: 'platform', name: two('门神自身', 'Menshen itself') },
  { id: 'app:portal', name: two('员工门户', 'Employee portal') },
  { id: 'business:people', name: two('业务：人事管理', 'Business: 人事管理') },
  {
    id: 'routes:portal:/api/employees',
    name: two('员工门户 /api/employees 下的接口', 'Employee portal: routes under /api/employees'),
  },
];
export const fakeItem = 'mlps:8.1.4.1.d';

const chapters = [
  ['8.1.2', 8, two('安全通信网络', 'Communication network')],
  ['8.1.3', 20, two('安全区域边界', 'Boundary of zones')],
  ['8.1.4', 34, two('安全计算环境', 'Computing environment')],
  ['8.1.5', 12, two('安全管理中心', 'Management centre')],
  ['8.3', 19, two('移动互联扩展', 'Extension for mobile use')],
] as const;
const turn: readonly contract.ComplianceState[] = ['met', 'met', 'gap', 'met', 'manual', 'met', 'stale', 'met', 'not_applicable'];
const ages = [3_600_000, 3 * day, 20 * day, 60 * day];

function itemOf(section: string, at: number): contract.ComplianceRow {
  const state = turn[(at * 7) % turn.length] ?? 'gap';
  const clause = `${section}.${Math.floor(at / 4) + 1} ${'abcd'[at % 4]}`;
  return {
    ...{ id: `mlps:${clause.replace(' ', '.')}`, clause, section, level: 3, state },
    text: two('两种以上鉴别方式，其中一种用密码技术', 'Two factors or more, one of them cryptographic'),
    kind: state === 'manual' ? 'manual' : 'enforced',
    seen: state === 'met' || state === 'stale' ? now - (ages[at % 4] ?? day) : null,
    until: state === 'met' || state === 'manual' ? now + 5 * day : null,
    step:
      state === 'gap' || state === 'stale'
        ? { text: two('为敏感接口要求二次验证', 'Ask for a second factor on sensitive routes'), path: '/policies' }
        : null,
  };
}
const items = chapters.flatMap(([section, count]) => Array.from({ length: count }, (_, at) => itemOf(section, at)));
const countsOf = (rows: readonly contract.ComplianceRow[]): contract.ComplianceCounts => {
  const count = (state: contract.ComplianceState): number => rows.filter((one) => one.state === state).length;
  return {
    ...{ total: rows.length, provable: 64, met: count('met'), stale: count('stale'), gap: count('gap') },
    ...{ manual: count('manual'), not_applicable: count('not_applicable') },
  };
};
const attestation: contract.ComplianceAttestation = {
  ...{ id: `ca_${'a'.repeat(16)}`, item: fakeItem, name: '双因素启用截图.pdf', statement: '安全部验收记录' },
  ...{ type: 'application/pdf', bytes: 182_340, sha256: '9f'.repeat(32), by: 'wanglei', at: now - 90 * day },
  ...{ until: now + 90 * day, state: 'valid' },
};
const proof: contract.ComplianceProof = {
  ...{ id: 'admin_second_factor', name: two('管理员二次验证', 'second factor of administrators') },
  shownBy: two('启用的管理员全部登记了二次验证', 'every active administrator has one'),
  ...{ state: 'off', freshDays: 30, places: 1, fresh: 1, until: null },
  evidence: [{ text: two('管理员最近一次登录', 'an administrator signed in'), at: now - 3_600_000, path: '/administrators' }],
  problems: [
    {
      title: two('1 名管理员没有二次验证', '1 administrator has no second factor'),
      fix: two('让每位管理员登记二次验证', 'Let every administrator enrol one'),
      path: '/administrators',
    },
  ],
  step: { text: two('让每位管理员登记二次验证', 'Let every administrator enrol one'), path: '/administrators' },
};
const mapped = {
  ...{ id: 'asvs:8.4.2', framework: 'asvs' as const, clause: '8.4.2', state: 'gap' as const },
  text: two('管理界面多层防护', 'Administration has several layers'),
};
const exclusion: contract.ComplianceExclusion = {
  ...{ reason: '没有使用无线网络', by: 'wanglei', approver: 'chenjing', at: now - day, until: now + 90 * day, state: 'valid' },
};

const report = (number: number, type: contract.ReportType, reason: string): contract.ReportView => ({
  ...{
    id: `rp_${String(number).padStart(16, '0')}`,
    number,
    kind: type,
    subject: number === 7 ? 'app:portal' : 'all',
    lang: 'zh',
    reason,
    by: 'wanglei',
    at: now - (9 - number) * day,
  },
  files: (type === 'pack' ? (['zip'] as const) : (['html', 'docx', 'xlsx'] as const)).map((format) => ({
    ...{
      format,
      name: `menshen-${type}.${format}`,
      bytes: 48_120,
      sha256: 'ab'.repeat(32),
      signature: 'c2ln',
      key: '5f3a9c0d17e2b468',
    },
  })),
  previous: number > 6 ? { id: `rp_${'0'.repeat(15)}2`, number: 2, at: now - 31 * day } : null,
});
const schedule: contract.ReportSchedule = {
  ...{
    id: `rs_${'a'.repeat(16)}`,
    kind: 'monthly',
    subject: 'app:portal',
    lang: 'zh',
    every: 'month',
    by: 'wanglei',
    created: now - 40 * day,
    next: now + 5 * day,
  },
};
const reports = [
  report(8, 'mlps', '等保自查'),
  { ...report(7, 'monthly', 'month'), by: 'menshen' },
  report(6, 'pack', '测评机构进场'),
];

/** Compliance in the fake company. */
export function complianceHandlers(): readonly FakeHandler[] {
  return [
    bind(contract.getCompliance, ({ query }) => ({
      ...{ at: now, framework: query.framework, subject: query.subject },
      name: two('等级保护 2.0（GB/T 22239-2019）', 'MLPS 2.0 (GB/T 22239-2019)'),
      definition: two(
        '共 93 项，其中 64 项本产品能够执行或取证。“证据有效”只表示此刻有新鲜证据，不是测评结论。',
        '93 items, 64 of which this product can enforce or prove. "Evidence is fresh" is no verdict of an assessor.',
      ),
      caution: two('要求为本产品的转述，以标准原文为准。', 'Requirements are paraphrased: the standard counts.'),
      subjects: fakeSubjects,
      counts: countsOf(items),
      sections: chapters.map(([id, , name]) => ({ id, name })),
      items: [...items],
      frameworks: [{ id: 'mlps' as const, name: two('等保', 'MLPS'), counts: countsOf(items) }],
    })),
    bind(contract.getComplianceItem, () => ({
      ...{
        id: fakeItem,
        clause: '8.1.4.1 d',
        section: '8.1.4',
        level: 3,
        state: 'gap' as const,
        seen: now - 3_600_000,
        until: null,
      },
      text: two('两种以上鉴别方式，其中一种用密码技术', 'Two factors or more, one of them cryptographic'),
      ...{ kind: 'enforced' as const, step: proof.step, framework: 'mlps' as const },
      name: two('等级保护 2.0（GB/T 22239-2019）', 'MLPS 2.0 (GB/T 22239-2019)'),
      sectionName: two('安全计算环境', 'Computing environment'),
      ...{ note: null, checked: true, proofs: [proof], attestations: [attestation], exclusion: null, mapped: [mapped] },
      ...{ fileBytes: 8_388_608, attestationDays: 366 },
    })),
    bind(contract.listComplianceMapping, () => ({ proofs: [{ ...proof, items: [mapped] }] })),
    bind(contract.addAttestation, () => attestation),
    bind(contract.fetchAttestation, () => ({
      ...{ name: attestation.name, type: attestation.type, sha256: attestation.sha256, content: '' },
    })),
    bind(contract.withdrawAttestation, () => ({ ...attestation, state: 'withdrawn' as const })),
    bind(contract.excludeComplianceItem, () => exclusion),
    bind(contract.includeComplianceItem, () => ({ ok: true as const })),
    bind(contract.getComplianceReport, () => ({
      name: 'menshen-mlps.html',
      type: 'text/html',
      content: '',
      sha256: 'a'.repeat(64),
    })),
    bind(contract.listReports, () => ({
      subjects: fakeSubjects,
      ...{ reports: [...reports], next: null, schedules: [schedule], keepDays: 1_095 },
      publicKey:
        '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAkDhEWQzi7bR0gkGyH2RtsCvbtRCyJUjIt3ps8xWsx2U=\n-----END PUBLIC KEY-----\n',
    })),
    bind(contract.makeReport, () => report(9, 'mlps', '')),
    bind(contract.fetchReport, () => ({
      ...{ name: 'menshen-mlps.html', type: 'text/html', content: '', sha256: 'ab'.repeat(32), statement: '', signature: 'c2ln' },
    })),
    bind(contract.compareReport, () => ({
      previous: { id: `rp_${'0'.repeat(15)}2`, number: 2, at: now - 31 * day },
      figures: [{ key: 'gap', name: two('缺口', 'gap'), before: 12, after: 9 }],
      changes: [{ key: fakeItem, name: two('8.1.4.1 d', '8.1.4.1 d'), before: 'gap', after: 'met' }],
      changed: 1,
    })),
    bind(contract.verifyReport, () => ({
      report: report(8, 'mlps', ''),
      file: report(8, 'mlps', '').files[0] ?? null,
      valid: true,
    })),
    bind(contract.addReportSchedule, () => schedule),
    bind(contract.removeReportSchedule, () => ({ ok: true as const })),
  ];
}
