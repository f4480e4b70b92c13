import type { ActionKind, Bilingual, IncidentPaper } from '@menshen/contract';

const text = (zh: string, en: string): Bilingual => ({ zh, en });

/** Names of the facts, as reports and pages call them. */
export const paperLabels: Readonly<Record<keyof IncidentPaper, Bilingual>> = {
  system: text('涉事系统和设施', 'Systems concerned'),
  eventType: text('事件类型', 'Kind of incident'),
  impact: text('影响和危害', 'Effect and harm'),
  measures: text('已采取的措施及效果', 'Measures taken, and their effect'),
  trend: text('发展趋势', 'Trend'),
  cause: text('原因分析', 'Cause'),
  clues: text('溯源线索', 'Traces'),
  furtherMeasures: text('拟进一步采取的措施', 'Next measures'),
  supportNeeded: text('请求支援事项', 'Help needed'),
  scene: text('现场保护情况', 'State of the scene'),
  informationKinds: text('涉及的个人信息种类', 'Kinds of personal information'),
  possibleHarm: text('可能造成的危害', 'Possible harm'),
  remedies: text('已采取的补救措施', 'Remedies'),
  selfHelp: text('个人可以采取的措施', 'What people can do'),
  accountability: text('责任认定与处理', 'Accountability'),
  rectification: text('整改情况', 'Rectification'),
  wentWell: text('做得好的', 'What went well'),
  wentBadly: text('做得不好的', 'What went badly'),
  lessons: text('经验教训', 'Lessons'),
};

export const actionKindNames: Readonly<Record<ActionKind, Bilingual>> = {
  risk_treatment: text('风险处置', 'Risk treatment'),
  detection_rule: text('检测规则', 'Detection rule'),
  training: text('培训', 'Training'),
  hardening: text('加固', 'Hardening'),
  process: text('流程', 'Process'),
  other: text('其他', 'Other'),
};
