import type { Framework } from '../model.ts';
import { requirementsOf, type Section } from './write.ts';

/** GB/T 35273-2020, personal information security specification, by chapter, in our own words. */
const sections: readonly Section[] = [
  {
    id: '5',
    name: ['收集', 'Collection'],
    lines: [
      ['5.1', 'M', null, '收集合法，不欺骗、不隐瞒', 'Collected lawfully, without deceit'],
      ['5.2', 'P', null, '只收集与业务功能直接相关的最小信息', 'The least that a function needs', ['data_classified']],
      ['5.3', 'M', null, '多项功能由用户自主选择，不捆绑', 'Functions are chosen one by one, not bundled'],
      ['5.4', 'P', null, '收集前取得同意', 'Consent comes first', ['consent_current']],
      ['5.5', 'M', null, '制定并公开个人信息保护政策', 'A policy is written and published'],
      ['5.6', 'M', null, '无须同意的情形有依据', 'Exceptions from consent are founded'],
    ],
  },
  {
    id: '6',
    name: ['存储', 'Storage'],
    lines: [
      [
        '6.1',
        'P',
        null,
        '保存时间最短，期满删除或匿名化',
        'Kept as short as possible, then erased or made anonymous',
        ['retention', 'erasure_proved'],
      ],
      ['6.2', 'E', null, '收集后立即去标识化，分开存放', 'De-identified at once, kept apart', ['masking', 'field_encryption']],
      [
        '6.3',
        'E',
        null,
        '敏感个人信息传输和存储时加密',
        'Sensitive data is encrypted in transit and at rest',
        ['gateway_tls', 'backend_tls', 'field_encryption'],
      ],
      ['6.4', 'M', null, '停止运营时停止收集、通知并删除', 'When operation ends: stop, tell, erase'],
    ],
  },
  {
    id: '7',
    name: ['使用', 'Use'],
    lines: [
      [
        '7.1',
        'E',
        null,
        '最小授权访问，重要操作有内部审批',
        'Least access, with approval for what matters',
        ['authorization', 'separation'],
      ],
      ['7.2', 'E', null, '展示时去标识化', 'Shown without what identifies', ['masking']],
      ['7.3', 'M', null, '不超出收集时声明的目的', 'Used for no other purpose than was told'],
      ['7.7', 'M', null, '自动决策有申诉渠道', 'Automated decisions can be appealed'],
    ],
  },
  {
    id: '8',
    name: ['个人信息主体的权利', 'Rights'],
    lines: [
      ['8.1', 'P', null, '可查询', 'To see', ['rights_requests']],
      ['8.2', 'P', null, '可更正', 'To correct', ['rights_requests']],
      ['8.3', 'P', null, '可删除', 'To erase', ['rights_requests', 'erasure_proved']],
      ['8.4', 'P', null, '可撤回授权', 'To withdraw consent', ['consent_current', 'rights_requests']],
      ['8.5', 'P', null, '可注销账户', 'To close the account', ['rights_requests', 'erasure_proved']],
      ['8.7', 'P', null, '在期限内响应请求', 'Answered in time', ['rights_requests']],
    ],
  },
  {
    id: '9',
    name: ['委托、共享与披露', 'Others'],
    lines: [
      [
        '9.1',
        'P',
        null,
        '委托处理前评估，并监督受托者',
        'Assessed before it is entrusted, and watched',
        ['processors', 'impact_assessed'],
      ],
      ['9.2', 'M', null, '共享、转让前告知并取得同意', 'Told and consented before it is shared'],
      ['9.7', 'P', null, '第三方接入有登记、合同与标识', 'Third parties are entered, bound and named', ['processors']],
    ],
  },
  {
    id: '10',
    name: ['安全事件处置', 'Incidents'],
    lines: [
      [
        '10.1',
        'P',
        null,
        '有应急预案、演练，记录并处置事件',
        'A plan, drills, records and a response',
        ['incident_care', 'detection'],
      ],
      ['10.2', 'P', null, '及时告知受影响的人', 'Those concerned are told in time', ['incident_care', 'notices']],
    ],
  },
  {
    id: '11',
    name: ['组织管理', 'Organisation'],
    lines: [
      ['11.1', 'M', null, '明确责任部门与人员', 'A department and people who answer for it'],
      [
        '11.2',
        'P',
        null,
        '个人信息安全工程：设计之初就考虑保护',
        'Protection from the design on',
        ['source_scan', 'release_signing'],
      ],
      ['11.3', 'P', null, '记录处理活动', 'Processing is recorded', ['data_classified', 'processors']],
      ['11.4', 'P', null, '开展影响评估', 'Impact is assessed', ['impact_assessed']],
      ['11.5', 'E', null, '具备数据安全能力', 'Able to keep data safe', ['field_encryption', 'audit_log']],
      [
        '11.6',
        'P',
        null,
        '人员管理与培训',
        'People are managed and trained',
        ['personal_data_training', 'administrator_accounts'],
      ],
      ['11.7', 'P', null, '安全审计', 'Audited', ['audit_log', 'detection']],
    ],
  },
];

/** Clauses whose number and title stand in public copies of the contents and of the list of changes since 2017. */
const compared = new Set([
  ...['5.1', '5.2', '5.3', '5.4', '5.5', '5.6', '6.1', '6.2', '6.3', '6.4'],
  ...['8.5', '9.7', '11.1', '11.2', '11.3'],
]);

export const gbt35273: Framework = {
  id: 'gbt35273',
  name: { zh: '个人信息安全规范（GB/T 35273-2020）', en: 'Personal information security specification (GB/T 35273-2020)' },
  definition: {
    zh: '按章节列出与平台有关的要求，由证据或人工佐证得出状态，不是测评结论。',
    en: 'Requirements that concern the platform, by clause; states come from evidence or attestations, and are no verdict.',
  },
  caution: {
    zh: '第 5、6 章及 8.5、9.7、11.1 至 11.3 的条款号已对照公开目录核对；其余未核对，条目页有注明，引用前请核对原文。',
    en: 'Chapters 5 and 6 and clauses 8.5, 9.7 and 11.1 to 11.3 were compared with public tables of contents; the others were not, which their pages say: check before you quote.',
  },
  ...requirementsOf('gbt35273', sections, (clause) => compared.has(clause)),
};
