import type { Language } from '@menshen/contract';
import type { ConfigProblem } from '../config/load.ts';

/** One line for each problem: place, field, what is wrong and how to mend it. */
export function problemLines(file: string, problems: readonly ConfigProblem[], language: Language): string {
  return problems
    .map((problem) => {
      const place = `${file}${problem.line === null ? '' : `:${problem.line}:${problem.column ?? 1}`}`;
      return `${[place, problem.field].filter((part) => part !== '').join('  ')}\n    ${problem[language]}`;
    })
    .join('\n');
}
