import type { ConfigProblem } from './load.ts';

/** A configuration that cannot be put to work; `problems` say where and how to mend it. */
export class ConfigError extends Error {
  readonly code = 'config_invalid';
  readonly problems: readonly ConfigProblem[];
  constructor(problems: readonly ConfigProblem[], options?: ErrorOptions) {
    super(
      problems
        .map((problem) => `${problem.line === null ? '' : `${problem.line}:${problem.column} `}${problem.field}: ${problem.en}`)
        .join('\n'),
      options,
    );
    this.name = 'ConfigError';
    this.problems = problems;
  }
}
