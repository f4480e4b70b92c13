import type { Bilingual, DutyRuleId, DutyRuleView, OperatorKind } from '@menshen/contract';

const text = (zh: string, en: string): Bilingual => ({ zh, en });

const measures = text(
  '国家网络安全事件报告管理办法（国家互联网信息办公室，2025）',
  'Measures for Reporting National Cybersecurity Incidents (CAC, 2025)',
);
const pipl = text('个人信息保护法', 'Personal Information Protection Law');
const dataRegulation = text('网络数据安全管理条例', 'Regulations on Network Data Security Management');

const fromKnown = text('发现或获知', 'discovery, or being told');
const firstContent = text(
  '至少报告：单位和系统的基本情况；时间、地点、类型、级别、影响和已采取的措施。其余查清后补报。',
  'At least: who and which system; time, place, kind, level, effect, and what was done. The rest follows when it is known.',
);
const levelTrigger = text('研判为较大及以上的网络安全事件', 'An incident judged as considerable or above');

/** The clock that a duty runs from. */
export type DutyStart = 'known' | 'recovered' | 'reported';

/** A duty as data. `view` is what people read of it; the rest is what {@link assessDuties} goes by. */
export interface DutyRule extends DutyRuleView {
  readonly starts: DutyStart;
  /** Name of the configuration's field that holds the recipient. */
  readonly to: 'provincialCac' | 'protectionDepartment' | 'cyberOffice' | null;
}

const first = (
  id: DutyRuleId,
  operator: OperatorKind,
  minutes: number,
  to: NonNullable<DutyRule['to']>,
  title: Bilingual,
  recipient: Bilingual,
  note: Bilingual | null,
): DutyRule => ({
  ...{ id, title, law: measures, article: '4', effective: '2025-11-01', trigger: levelTrigger, operators: [operator] },
  ...{
    deadlineMinutes: minutes,
    from: fromKnown,
    recipient,
    content: firstContent,
    certainty: 'stated',
    note,
    starts: 'known',
    to,
  },
});

/**
 * China's duties to report, each with its article; paraphrased by us, never quoted: read the article before you act on it. What a rule leaves open is
 * marked in `certainty` and said in `note`.
 */
export const dutyRules: readonly DutyRule[] = [
  first(
    'report_cii',
    'cii',
    60,
    'protectionDepartment',
    text(
      '向保护工作部门、公安机关报告（关键信息基础设施）',
      'Report to the protection department and the police (critical information infrastructure)',
    ),
    text('保护工作部门、公安机关', 'Protection department and police'),
    text(
      '重大、特别重大事件由保护工作部门在半小时内上报。',
      'Major incidents and above are passed on by that department within half an hour.',
    ),
  ),
  first(
    'report_organ',
    'state_organ',
    120,
    'cyberOffice',
    text('向本部门网信工作机构报告（中央和国家机关）', "Report to one's own cyber office (central and state organs)"),
    text('本部门网信工作机构', "One's own cyber office"),
    text('重大、特别重大事件由该机构在 1 小时内上报。', 'Major incidents and above are passed on by that office within an hour.'),
  ),
  first(
    'report_other',
    'other',
    240,
    'provincialCac',
    text('向属地省级网信部门报告', 'Report to the provincial cyberspace administration'),
    text(
      '属地省级网信部门（热线 12387、官网、小程序、公众号、邮件、传真）',
      'Provincial cyberspace administration (hotline 12387, website, mini program, official account, mail, fax)',
    ),
    text('重大、特别重大事件由省级网信部门在 1 小时内上报。', 'Major incidents and above are passed on by it within an hour.'),
  ),
  {
    ...{
      id: 'report_supplement',
      title: text('补报尚未查清的内容', 'Report what was not known at first'),
      law: measures,
      article: '7',
    },
    ...{ effective: '2025-11-01', operators: [], deadlineMinutes: null, from: text('初次报告之后', 'the first report') },
    trigger: text(
      '初次报告时原因、影响或趋势尚未查清，或之后出现新情况',
      'Cause, effect or trend were not known at the first report, or something new came up',
    ),
    recipient: text('初次报告的受理部门', 'Whoever took the first report'),
    content: text(
      '趋势和可能的进一步影响、初步原因、溯源线索、后续措施和支援请求、现场保护情况。',
      'Trend and further effect, first findings on the cause, traces, next measures and help needed, state of the scene.',
    ),
    certainty: 'no_number',
    note: text('办法没有规定时限，以「及时」为准。', 'The measures name no time: "in good time".'),
    ...{ starts: 'reported', to: null },
  },
  {
    ...{ id: 'report_summary', title: text('处置结束后的总结报告', 'Summary after the handling'), law: measures, article: '8' },
    ...{
      effective: '2025-11-01',
      operators: [],
      deadlineMinutes: 30 * 24 * 60,
      from: text('事件处置结束', 'the end of the handling'),
    },
    trigger: text('报告过的事件处置结束', 'A reported incident has been handled'),
    recipient: text('按原渠道', 'By the same channel'),
    content: text('原因、处置措施、危害、责任、整改、教训。', 'Cause, measures, harm, accountability, remedies, lessons.'),
    certainty: 'interpretation',
    note: text(
      '「处置结束」按「恢复」时点计算，更稳妥。',
      '"End of the handling" is read as the clock "recovered", the cautious one.',
    ),
    ...{ starts: 'recovered', to: null },
  },
  {
    ...{
      id: 'pipl_authority',
      title: text('通知履行个人信息保护职责的部门', 'Notify the authority for personal information'),
      law: pipl,
      article: '57',
    },
    ...{
      effective: '2021-11-01',
      operators: [],
      deadlineMinutes: null,
      from: text('发生或可能发生', 'the breach, or that it is possible'),
    },
    trigger: text('个人信息泄露、篡改、丢失，或可能发生', 'Personal information leaked, was changed or lost, or possibly so'),
    recipient: text(
      '履行个人信息保护职责的部门（通常为网信部门）',
      'The authority for personal information (as a rule the cyberspace administration)',
    ),
    content: text(
      '信息种类、原因、可能的危害；补救措施和个人可采取的措施；联系方式。',
      'Kinds of information, cause, possible harm; remedies, and what people can do; contact.',
    ),
    certainty: 'no_number',
    note: text(
      '法律写「立即」，没有数字。即使有效避免了危害，也不免除通知部门。',
      'The law says "immediately" and names no number. Having avoided harm does not excuse from this one.',
    ),
    ...{ starts: 'known', to: 'provincialCac' },
  },
  {
    ...{ id: 'pipl_persons', title: text('通知受影响的个人', 'Notify the persons concerned'), law: pipl, article: '57' },
    ...{
      effective: '2021-11-01',
      operators: [],
      deadlineMinutes: null,
      from: text('发生或可能发生', 'the breach, or that it is possible'),
    },
    trigger: text(
      '同上；措施能有效避免危害的，可以不通知个人',
      'As above; persons may be left out where measures effectively avoid harm',
    ),
    recipient: text('受影响的个人', 'The persons concerned'),
    content: text(
      '信息种类、原因、可能的危害；补救措施和个人可采取的措施；联系方式。',
      'Kinds of information, cause, possible harm; remedies, and what people can do; contact.',
    ),
    certainty: 'no_number',
    note: text('主管部门认为可能造成危害的，有权要求通知个人。', 'The authority may demand the notice where it expects harm.'),
    ...{ starts: 'known', to: null },
  },
  {
    ...{
      id: 'network_data',
      title: text('告知受影响的单位和个人', 'Tell whom the data incident harms'),
      law: dataRegulation,
      article: '11',
    },
    ...{ effective: '2025-01-01', operators: [], deadlineMinutes: null, from: fromKnown },
    trigger: text(
      '网络数据安全事件对个人、组织的合法权益造成危害',
      'A network-data incident that harms the rights of persons or organisations',
    ),
    recipient: text('利害关系人', 'Whoever is harmed'),
    content: text(
      '事件情况、风险、危害后果、已采取的补救措施；以电话、短信、即时通信、邮件或公告。',
      'What happened, risk, harm, remedies; by phone, SMS, instant message, mail or public notice.',
    ),
    certainty: 'no_number',
    note: text(
      '发现违法犯罪线索的，另行向公安机关、国家安全机关报案（请核对条文）。',
      'Signs of a crime go to the police or state security as well (compare the text).',
    ),
    ...{ starts: 'known', to: null },
  },
  {
    ...{
      id: 'data_flaw',
      title: text(
        '报告涉及国家安全、公共利益的缺陷或漏洞',
        'Report a flaw that touches national security or the public interest',
      ),
      law: dataRegulation,
      article: '10',
    },
    ...{ effective: '2025-01-01', operators: [], deadlineMinutes: 24 * 60, from: fromKnown },
    trigger: text(
      '产品、服务的缺陷或漏洞涉及危害国家安全、公共利益',
      'A flaw of a product or service that endangers national security or the public interest',
    ),
    recipient: text('有关主管部门', 'The authority in charge'),
    content: text('缺陷或漏洞的情况、影响、补救措施。', 'The flaw, its effect, the remedy.'),
    certainty: 'stated',
    ...{ note: null, starts: 'known', to: 'provincialCac' },
  },
];

export const dutyRuleOf = (id: string): DutyRule | undefined => dutyRules.find((rule) => rule.id === id);

/** What people read of a rule. */
export function ruleView({ starts: _, to: __, ...view }: DutyRule): DutyRuleView {
  return view;
}
