import type { Language } from '@menshen/contract';
import type { ConfigProblem } from '../config/load.ts';

const policyFile = /^policies\/[^/]+\.cedar(?:schema)?$/;

/** One line for each problem: place, field, what is wrong and how to mend it. */
export function problemLines(file: string, problems: readonly ConfigProblem[], language: Language): string {
  return problems
    .map((problem) => {
      const at = problem.line === null ? '' : `:${problem.line}:${problem.column ?? 1}`;
      // A line of a policy is one of its own file.
      const place = policyFile.test(problem.field) ? [`${problem.field}${at}`] : [`${file}${at}`, problem.field];
      return `${place.filter((part) => part !== '').join('  ')}\n    ${problem[language]}`;
    })
    .join('\n');
}
