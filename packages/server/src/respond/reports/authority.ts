import type { OperatorKind } from '@menshen/contract';
import type { ReportDocument } from '../../documents/model.ts';
import { clocksOf, incidentName } from '../incidents/model.ts';
import type { ReportInput } from './model.ts';
import {
  type Blanks,
  clockFacts,
  footerOf,
  heading,
  judgementBlocks,
  measuresText,
  momentIn,
  operatorFacts,
  paragraph,
  section,
} from './parts.ts';

/** Whom a report goes to, by what the operator is; the name from the configuration or the kind of office. */
function recipients({ config: { operator } }: ReportInput): string {
  const offices: Readonly<Record<OperatorKind, readonly string[]>> = {
    cii: [operator.protectionDepartment || '保护工作部门', operator.police || '公安机关'],
    state_organ: [operator.cyberOffice || '本部门网信工作机构'],
    other: [operator.provincialCac || '属地省级网信部门'],
  };
  const names = operator.kinds.flatMap((kind) => offices[kind]);
  return [...new Set(names)].join('、');
}

const signature = (input: ReportInput): ReportDocument['blocks'] => [
  { kind: 'paragraph', style: 'right', text: input.config.operator.name || '（单位名称、公章）' },
  { kind: 'paragraph', style: 'right', text: '＿＿＿＿年＿＿月＿＿日' },
];

/** 网络安全事件报告（初报）: what article 7 lets be told first; what is not known yet is named as to follow. */
export function firstReport(input: ReportInput, blanks: Blanks): ReportDocument {
  const { incident, paper } = input;
  const place = (title: string, text: string) =>
    text === '' ? [heading(2, title), paragraph('查清后补报。')] : [heading(2, title), paragraph(text)];
  return {
    ...{ title: '网络安全事件报告（初报）', subtitle: `${incidentName(incident.number)} ${incident.title.zh}`, language: 'zh' },
    ...{ author: input.config.operator.name, footer: footerOf(input) },
    blocks: [
      paragraph(`${recipients(input)}：`),
      paragraph(
        '我单位发生网络安全事件，现依据《国家网络安全事件报告管理办法》第四条、第七条报告如下。尚未查清的内容将及时补报。',
      ),
      heading(1, '一、单位和系统'),
      operatorFacts(input, blanks),
      { kind: 'facts', rows: [blanks.fill('涉事系统和设施', paper.system)] },
      heading(1, '二、事件情况'),
      clockFacts(input, ['occurred', 'detected', 'aware'], blanks),
      {
        kind: 'facts',
        rows: [blanks.fill('事件类型', paper.eventType || incident.title.zh), ['事件经过', incident.text.zh]],
      },
      heading(2, '级别研判'),
      ...judgementBlocks(input),
      ...section('影响和危害', paper.impact, blanks),
      ...section('已采取的措施及效果', measuresText(input), blanks),
      heading(1, '三、查清后补报的内容'),
      ...place('发展趋势和可能的进一步影响', paper.trend),
      ...place('初步原因', paper.cause),
      ...place('溯源线索', paper.clues),
      ...place('拟进一步采取的措施', paper.furtherMeasures),
      ...place('请求支援事项', paper.supportNeeded),
      ...place('现场保护情况', paper.scene),
      ...signature(input),
    ],
  };
}

/** 网络安全事件处置总结报告: within thirty days of the end of the handling (article 8). */
export function summaryReport(input: ReportInput, blanks: Blanks): ReportDocument {
  const { incident, paper, duties } = input;
  const moment = momentIn(input.config.timeZone);
  const sent = duties.flatMap(({ rule, done }) => done.map((mark) => [rule.title.zh, mark.to, moment(mark.at), mark.reference]));
  return {
    ...{ title: '网络安全事件处置总结报告', subtitle: `${incidentName(incident.number)} ${incident.title.zh}`, language: 'zh' },
    ...{ author: input.config.operator.name, footer: footerOf(input) },
    blocks: [
      paragraph(`${recipients(input)}：`),
      paragraph('事件已处置完毕，现依据《国家网络安全事件报告管理办法》第八条总结如下。'),
      heading(1, '一、基本情况'),
      operatorFacts(input, blanks),
      clockFacts(input, ['occurred', 'detected', 'aware', 'contained', 'recovered', 'closed'], blanks),
      heading(1, '二、级别研判'),
      ...judgementBlocks(input),
      heading(1, '三、原因与处置'),
      ...section('事件原因', paper.cause, blanks),
      ...section('应急处置措施', measuresText(input), blanks),
      ...section('造成的危害', paper.impact, blanks),
      heading(1, '四、责任与整改'),
      ...section('责任认定与处理', paper.accountability, blanks),
      ...section('整改情况', paper.rectification, blanks),
      ...section('经验教训', paper.lessons, blanks),
      heading(1, '五、报告情况'),
      sent.length === 0
        ? paragraph('尚未登记已送达的报告。')
        : { kind: 'table', head: ['报告', '送达', '时间', '编号'], rows: sent, widths: [4, 3, 3, 2] },
      ...signature(input),
    ],
  };
}

/** 个人信息安全事件通知（主管部门）: PIPL article 57. */
export function informationNotice(input: ReportInput, blanks: Blanks): ReportDocument {
  const { incident, paper, config, judgements } = input;
  const people = judgements[0]?.facts.people ?? null;
  return {
    ...{
      title: '个人信息安全事件通知',
      subtitle: `${incidentName(incident.number)}（报履行个人信息保护职责的部门）`,
      language: 'zh',
    },
    ...{ author: config.operator.name, footer: footerOf(input) },
    blocks: [
      paragraph(`${config.operator.provincialCac || '履行个人信息保护职责的部门'}：`),
      paragraph('我单位处理的个人信息发生或可能发生泄露、篡改、丢失，现依据《个人信息保护法》第五十七条通知如下。'),
      heading(1, '一、个人信息处理者'),
      operatorFacts(input, blanks),
      heading(1, '二、事件情况'),
      clockFacts(input, ['occurred', 'detected'], blanks),
      {
        kind: 'facts',
        rows: [
          blanks.fill('涉及的个人信息种类', paper.informationKinds),
          blanks.fill('涉及人数（估计）', people === null ? '' : String(people)),
          blanks.fill('发生原因', paper.cause),
          blanks.fill('可能造成的危害', paper.possibleHarm),
        ],
      },
      heading(1, '三、补救措施'),
      ...section('已采取的补救措施', paper.remedies || measuresText(input), blanks),
      ...section('个人可以采取的减轻危害的措施', paper.selfHelp, blanks),
      heading(1, '四、是否通知个人'),
      paragraph(personsText(input)),
      ...signature(input),
    ],
  };
}

function personsText({ judgements }: ReportInput): string {
  const [newest] = judgements;
  if (newest === undefined) return '尚未研判。';
  return newest.facts.harmAvoided
    ? `经研判，已采取的措施能够有效避免信息泄露、篡改、丢失造成危害，拟不通知个人。理由：${newest.reason}`
    : '将通知受影响的个人。';
}

/** 致受影响用户的通知: PIPL article 57, in words that people understand. No name of anybody, nothing of the incident's inner life. */
export function personsNotice(input: ReportInput, blanks: Blanks): ReportDocument {
  const { paper, config } = input;
  const { operator } = config;
  const contact =
    operator.personsContact.phone + operator.personsContact.email === '' ? operator.contact : operator.personsContact;
  const moment = momentIn(config.timeZone);
  const { occurred, detected } = clocksOf(input.clocks);
  const when = occurred ?? detected;
  const name = operator.name || '＿＿＿＿＿＿';
  const asked = [contact.phone, contact.email].filter((part) => part !== '').join('，');
  return {
    ...{ title: '关于个人信息安全事件的通知', language: 'zh', author: operator.name },
    blocks: [
      paragraph('尊敬的用户：'),
      paragraph(
        `${when === undefined ? '近期' : `${moment(when)}前后`}，${name}处理的部分个人信息发生或可能发生泄露、篡改或丢失，可能涉及您。我们对此深表歉意，现将有关情况告知您。`,
      ),
      ...section('涉及哪些信息', paper.informationKinds, blanks),
      ...section('发生的原因', paper.cause, blanks),
      ...section('可能造成的危害', paper.possibleHarm, blanks),
      ...section('我们已采取的措施', paper.remedies, blanks),
      ...section('您可以做什么', paper.selfHelp, blanks),
      heading(2, '如何联系我们'),
      paragraph(blanks.fill('联系方式', asked)[1] || '＿＿＿＿＿＿'),
      paragraph('我们不会以此事为由向您索要密码、验证码或转账。'),
      { kind: 'paragraph', style: 'right', text: operator.name || '（单位名称）' },
      { kind: 'paragraph', style: 'right', text: '＿＿＿＿年＿＿月＿＿日' },
    ],
  };
}
