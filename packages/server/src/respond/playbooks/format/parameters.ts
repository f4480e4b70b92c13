import { type ActionName, type ParameterType, specOf } from '../actions/catalogue.ts';
import { durationMs } from '../duration.ts';
import type { Scalar } from '../expression/model.ts';
import type { Template } from '../expression/template.ts';
import type { Parameter } from '../model.ts';
import type { Report } from './problem.ts';
import type { StepSource } from './schema.ts';
import { type Scope, templateAt } from './scope.ts';

type Given = NonNullable<StepSource['with']>;

/** The clocks of an incident that a step may stamp. */
export const incidentClocks = ['detected', 'aware', 'classified', 'contained', 'recovered'] as const;

/** Reads what a step hands to its action. Literals are checked by type now; what comes from expressions when it is known. */
export function checkParameters(
  action: ActionName,
  given: Given,
  path: readonly PropertyKey[],
  scope: Scope,
  report: Report,
): Readonly<Record<string, Parameter>> {
  const { parameters, oneOf } = specOf(action);
  for (const name of Object.keys(given))
    if (!Object.hasOwn(parameters, name)) {
      const list = Object.keys(parameters).join(', ');
      report([...path, name], {
        zh: `${action} 没有参数 ${name}；可用：${list}。`,
        en: `${action} has no parameter ${name}; it has: ${list}.`,
      });
    }
  for (const [name, { required }] of Object.entries(parameters))
    if (required === true && !Object.hasOwn(given, name))
      report(path, { zh: `${action} 缺少参数 ${name}。`, en: `${action} needs the parameter ${name}.` });
  if (oneOf !== undefined && oneOf.filter((name) => Object.hasOwn(given, name)).length !== 1) {
    const list = oneOf.join(', ');
    report(path, { zh: `${action} 需要恰好一个参数：${list}。`, en: `${action} takes exactly one of: ${list}.` });
  }
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => {
      const type = parameters[name]?.type;
      return type === undefined ? [] : [[name, read(type, value, [...path, name], scope, report)]];
    }),
  );
}

/** Reads what a step hands to another playbook; its inputs are checked when all playbooks are known. */
export function playbookParameters(
  given: Given,
  path: readonly PropertyKey[],
  scope: Scope,
  report: Report,
): Readonly<Record<string, Parameter>> {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, read(null, value, [...path, name], scope, report)]),
  );
}

function read(
  type: ParameterType | null,
  value: Given[string],
  path: readonly PropertyKey[],
  scope: Scope,
  report: Report,
): Parameter {
  if (typeof value === 'object' && !Array.isArray(value)) {
    if (type !== 'bilingual') report(path, wrongTypes[type ?? 'text']);
    return {
      kind: 'text',
      text: {
        zh: templateAt(value.zh, [...path, 'zh'], scope, report),
        en: templateAt(value.en, [...path, 'en'], scope, report),
      },
    };
  }
  if (type === 'bilingual') {
    report(path, wrongTypes.bilingual);
    return { kind: 'literal', value: null };
  }
  if (Array.isArray(value)) {
    if (type !== null) report(path, wrongTypes[type]);
    return { kind: 'literal', value };
  }
  if (typeof value !== 'string') {
    if (type !== null && !literalFits(type, value)) report(path, wrongTypes[type]);
    return { kind: 'literal', value };
  }
  const template = templateAt(value, path, scope, report);
  const literal = literalOf(template);
  if (literal !== undefined && type !== null && !literalFits(type, literal)) report(path, wrongTypes[type]);
  return { kind: 'template', template };
}

const literalOf = (template: Template): string | undefined => {
  const [only] = template;
  return template.length === 1 && typeof only === 'string' ? only : undefined;
};

/** Whether a value may stand for a parameter of this type. */
export function literalFits(type: ParameterType, value: Scalar): boolean {
  switch (type) {
    case 'duration':
      return typeof value === 'string' && durationMs(value) !== null;
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'flag':
      return typeof value === 'boolean';
    case 'severity':
      return typeof value === 'string' && ['low', 'medium', 'high', 'critical'].includes(value);
    case 'clock':
      return typeof value === 'string' && incidentClocks.some((clock) => clock === value);
    case 'bilingual':
      return false;
    default:
      return typeof value === 'string' && value.length > 0 && value.length <= 520;
  }
}

const texts = (zh: string, en: string) => ({ zh: `此处应为${zh}。`, en: `This must be ${en}.` });
const text = texts('文字', 'a text');
const wrongTypes: Readonly<Record<ParameterType, { zh: string; en: string }>> = {
  ...{ person: text, department: text, device: text, address: text, app: text, route: text, campaign: text, version: text },
  ...{ text, measure: text, incident: text },
  number: texts('数字', 'a number'),
  duration: texts('时长，如 30m、2h、7d', 'a time such as 30m, 2h, 7d'),
  bilingual: texts('中英文两种文字（zh、en）', 'a text in both languages (zh, en)'),
  severity: texts('low、medium、high、critical 之一', 'one of low, medium, high, critical'),
  clock: texts(`${incidentClocks.join('、')} 之一`, `one of ${incidentClocks.join(', ')}`),
  flag: texts('true 或 false', 'true or false'),
};
