import type { Bilingual } from './bilingual.ts';

/** Names of the parameters that the actions of playbooks take, in words. */
export const playbookParameterWords: Readonly<Record<string, Bilingual>> = {
  person: { zh: '人员', en: 'Person' },
  department: { zh: '部门', en: 'Department' },
  device: { zh: '设备', en: 'Device' },
  address: { zh: '地址', en: 'Address' },
  app: { zh: '应用', en: 'App' },
  route: { zh: '接口', en: 'Route' },
  campaign: { zh: '活动', en: 'Campaign' },
  version: { zh: '版本', en: 'Version' },
  everyone: { zh: '所有人', en: 'Everyone' },
  for: { zh: '为期', en: 'For' },
  incident: { zh: '事件', en: 'Incident' },
  notice: { zh: '告示', en: 'Notice' },
  secret: { zh: '密钥', en: 'Secret' },
  token: { zh: '令牌', en: 'Token' },
  measure: { zh: '措施', en: 'Measure' },
  title: { zh: '标题', en: 'Title' },
  severity: { zh: '级别', en: 'Severity' },
  note: { zh: '备注', en: 'Note' },
  clock: { zh: '时点', en: 'Clock' },
  happened: { zh: '发生了什么', en: 'What happened' },
  asked: { zh: '请做什么', en: 'What is asked' },
  hours: { zh: '小时数', en: 'Hours' },
  course: { zh: '课程', en: 'Course' },
  days: { zh: '天数', en: 'Days' },
};

/** A parameter in words; the inputs of a playbook that another one runs have names of their own. */
export const playbookParameterName = (name: string): Bilingual => playbookParameterWords[name] ?? { zh: name, en: name };
