import type { Framework } from '../model.ts';
import { requirementsOf, type Section } from './write.ts';

/** Duties of the Personal Information Protection Law, by article, in our own words. */
const sections: readonly Section[] = [
  {
    id: 'rules',
    name: ['处理规则', 'Rules of processing'],
    lines: [
      [
        '6',
        'P',
        null,
        '目的明确，只收集实现目的所需的最小范围',
        'A clear purpose, and no more data than it needs',
        ['data_classified', 'masking'],
      ],
      [
        '13',
        'P',
        null,
        '处理有合法依据：同意、合同必需或法定情形',
        'There is a basis: consent, a contract, or the law',
        ['consent_current'],
      ],
      [
        '14',
        'P',
        null,
        '同意由本人充分知情后自愿作出，内容变更时重新取得',
        'Consent is informed and free, and asked anew when what it covers changes',
        ['consent_current'],
      ],
      ['15', 'P', null, '可以便捷地撤回同意', 'Consent is as easily withdrawn', ['consent_current', 'rights_requests']],
      [
        '17',
        'M',
        null,
        '处理前以清晰的语言告知处理者、目的、方式、种类与期限',
        'People are told beforehand, in plain words, who, why, how, what and how long',
      ],
      ['19', 'P', null, '保存期限为实现目的所需的最短时间', 'Kept no longer than the purpose needs', ['retention']],
      ['21', 'P', null, '委托处理须约定并监督受托人', 'Who processes on our behalf is bound and watched', ['processors']],
      [
        '23',
        'M',
        null,
        '向其他处理者提供前告知并取得单独同意',
        'Before data is shared, people are told and consent to just that',
      ],
      ['24', 'M', null, '自动化决策透明、公平，可拒绝', 'Automated decisions are open and fair, and can be refused'],
    ],
  },
  {
    id: 'sensitive',
    name: ['敏感信息与出境', 'Sensitive data and export'],
    lines: [
      [
        '28',
        'E',
        null,
        '敏感个人信息：有特定目的和充分必要，并采取严格保护',
        'Sensitive data: a particular purpose, need, and strict protection',
        ['data_classified', 'masking', 'field_encryption'],
      ],
      ['29', 'M', null, '处理敏感个人信息取得单独同意', 'Sensitive data needs consent of its own'],
      [
        '31',
        'M',
        null,
        '不满十四周岁的，取得监护人同意并有专门规则',
        'Under fourteen: consent of a guardian, and rules of their own',
      ],
      ['38', 'M', null, '出境前满足法定条件之一', 'Export needs one of the conditions of the law'],
      ['39', 'M', null, '出境前告知并取得单独同意', 'Before export people are told and consent to it'],
    ],
  },
  {
    id: 'rights',
    name: ['个人的权利', 'Rights of people'],
    lines: [
      ['44', 'P', null, '可以知情、决定、限制或拒绝处理', 'To know, decide, limit or refuse', ['rights_requests']],
      ['45', 'P', null, '可以查阅、复制和转移', 'To see, copy and move', ['rights_requests']],
      ['46', 'P', null, '可以更正、补充', 'To correct and complete', ['rights_requests']],
      [
        '47',
        'P',
        null,
        '目的达成、撤回同意或期满后删除',
        'Erased once the purpose is met, consent withdrawn, or the time over',
        ['erasure_proved', 'retention'],
      ],
      ['48', 'P', null, '可以要求解释处理规则', 'To have the rules explained', ['rights_requests']],
      [
        '50',
        'P',
        null,
        '受理并处理请求，拒绝时说明理由',
        'Requests are taken and answered, a refusal with its reason',
        ['rights_requests'],
      ],
    ],
  },
  {
    id: 'duties',
    name: ['处理者的义务', 'Duties of who processes'],
    lines: [
      ['51.1', 'M', null, '制定内部管理制度与操作规程', 'Rules and procedures of one’s own'],
      ['51.2', 'P', null, '个人信息分类管理', 'Personal data is managed by class', ['data_classified']],
      [
        '51.3',
        'E',
        null,
        '采取加密、去标识化等技术措施',
        'Encryption, de-identification and the like',
        ['field_encryption', 'masking', 'gateway_tls'],
      ],
      ['51.4', 'E', null, '合理确定操作权限', 'Rights of access are set with reason', ['authorization', 'separation']],
      [
        '51.5',
        'P',
        null,
        '定期对从业人员安全教育和培训',
        'Those who handle it are trained regularly',
        ['personal_data_training'],
      ],
      ['51.6', 'P', null, '制定并实施安全事件应急预案', 'A plan for incidents, put to work', ['incident_care', 'detection']],
      [
        '52',
        'M',
        null,
        '达到规定数量的，指定个人信息保护负责人并公开联系方式',
        'Above the number that is set: a named officer whom people can reach',
      ],
      [
        '54',
        'M',
        null,
        '定期开展合规审计',
        'Audited regularly',
        [],
        {
          note: [
            '《个人信息保护合规审计管理办法》自 2025-05-01 施行，审计频次以其为准。',
            'The measures on compliance audits are in force since 2025-05-01 and say how often.',
          ],
        },
      ],
      ['55', 'P', null, '特定情形事前进行影响评估', 'Assessed beforehand in the cases of the law', ['impact_assessed']],
      [
        '56',
        'P',
        null,
        '评估含目的、影响与措施，记录保存至少三年',
        'Assessments hold purpose, impact and measures, and are kept for three years',
        ['impact_assessed'],
      ],
      [
        '57',
        'P',
        null,
        '泄露、篡改、丢失时立即补救并通知部门与个人',
        'Leaks are mended at once, and authority and people are told',
        ['incident_care', 'notices'],
      ],
    ],
  },
];

export const pipl: Framework = {
  id: 'pipl',
  name: { zh: '个人信息保护法', en: 'Personal Information Protection Law' },
  definition: {
    zh: '列出与平台有关的条款义务，由证据或人工佐证得出状态。未列出的条款不代表无须履行；是否合法由法律判断，不由本页判断。',
    en: 'Duties that concern the platform, by article; states come from evidence or from attestations. An article that is not here may still bind. Whether something is lawful is for the law to say, not for this page.',
  },
  caution: {
    zh: '条款号与转述尚未逐条核对公布文本，引用前请核对原文。',
    en: 'Articles and paraphrases were not compared one by one with the published text: check before you quote.',
  },
  ...requirementsOf('pipl', sections, false),
};
