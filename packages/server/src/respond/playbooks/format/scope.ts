import type { Expression } from '../expression/model.ts';
import { ExpressionError } from '../expression/model.ts';
import { namesOf, parseExpression } from '../expression/parse.ts';
import { parseTemplate, type Template } from '../expression/template.ts';
import type { Report } from './problem.ts';

/** Facts of an alert; null in a run that no alert started. `app`, `route` and `campaign` are read from its facts where it has them. */
export const alertFields = [
  ...([
    'id',
    'rule',
    'title_zh',
    'title_en',
    'severity',
    'found',
    'person',
    'address',
    'device',
    'session',
    'repeats',
    'app',
    'route',
    'campaign',
    'difference_zh',
    'difference_en',
  ] as const),
] as const;
/** What a scan found; null in a run that no finding started. */
export const findingFields = ['id', 'rule', 'severity', 'app', 'project', 'file', 'route'] as const;
/** What the directory says of the person of the alert, or of the input `person`. */
export const personFields = ['kind', 'status', 'departments', 'roles', 'leads'] as const;
export const runFields = ['id', 'playbook', 'link'] as const;

/** The names that expressions may use at one place of a playbook. */
export interface Scope {
  readonly inputs: readonly string[];
  /** Outputs of the steps that have run by then, by step. */
  readonly steps: ReadonlyMap<string, readonly string[]>;
}

/** Null when the name can have a value, or what is wrong with it. */
function misnamed([root, field, ...more]: readonly string[], scope: Scope): { zh: string; en: string } | null {
  const none = {
    zh: `没有名称 ${[root, field, ...more].filter(Boolean).join('.')}`,
    en: `there is nothing called ${[root, field, ...more].filter(Boolean).join('.')}`,
  };
  const one = (fields: readonly string[]) => (field !== undefined && fields.includes(field) && more.length === 0 ? null : none);
  switch (root) {
    case 'alert':
      return field === 'facts' ? (more.length === 1 ? null : none) : one(alertFields);
    case 'finding':
      return one(findingFields);
    case 'person':
      return one(personFields);
    case 'run':
      return one(runFields);
    case 'input':
      return one(scope.inputs);
    case 'steps': {
      const outputs = field === undefined ? undefined : scope.steps.get(field);
      if (outputs === undefined)
        return { zh: `步骤 ${field ?? ''} 不在此步骤之前`, en: `no step ${field ?? ''} has run before this one` };
      if (more.length === 1 && outputs.includes(more[0] ?? '')) return null;
      const list = outputs.join(', ');
      return { zh: `步骤 ${field} 的输出只有：${list}`, en: `outputs of the step ${field} are: ${list}` };
    }
    default:
      return none;
  }
}

/** Reads a condition at a place; a wrong one is reported, and null. */
export function conditionAt(text: string, path: readonly PropertyKey[], scope: Scope, report: Report): Expression | null {
  return guarded(path, report, () => {
    const expression = parseExpression(text);
    checkNames([expression], path, scope, report);
    return expression;
  });
}

/** Reads a text with expressions at a place; a wrong one is reported, and an empty one. */
export function templateAt(text: string, path: readonly PropertyKey[], scope: Scope, report: Report): Template {
  return (
    guarded(path, report, () => {
      const template = parseTemplate(text);
      checkNames(
        template.filter((part) => typeof part !== 'string'),
        path,
        scope,
        report,
      );
      return template;
    }) ?? []
  );
}

function checkNames(expressions: readonly Expression[], path: readonly PropertyKey[], scope: Scope, report: Report): void {
  for (const expression of expressions)
    for (const name of namesOf(expression)) {
      const wrong = misnamed(name.path, scope);
      if (wrong !== null) report(path, { zh: `${wrong.zh}。`, en: `${wrong.en}.` });
    }
}

function guarded<T>(path: readonly PropertyKey[], report: Report, read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    report(path, {
      zh: `表达式第 ${error.at + 1} 个字符：${error.zh}。`,
      en: `character ${error.at + 1} of the expression: ${error.message}.`,
    });
    return null;
  }
}
