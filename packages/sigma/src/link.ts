import type { SigmaCorrelation, SigmaDocument } from './model.ts';
import type { SigmaProblem } from './problem.ts';

/** A rule or correlation that a correlation builds on. */
export interface Reference {
  readonly index: number;
  /** Alias → field, as the correlation sets them for this rule. */
  readonly fields: ReadonlyMap<string, string>;
}

export interface LinkedCorrelation {
  readonly index: number;
  readonly correlation: SigmaCorrelation;
  /** In the order of `rules`. */
  readonly references: readonly Reference[];
}

export interface LinkedDocuments {
  /** Each after those that it builds on. */
  readonly correlations: readonly LinkedCorrelation[];
  /** Documents that are only there for correlations. */
  readonly silent: ReadonlySet<number>;
  readonly problems: ReadonlyMap<number, SigmaProblem>;
}

/** Finds what correlations refer to by id or name. `problems` are those known of the documents; a correlation over one of these has one too. */
export function linkDocuments(
  documents: readonly SigmaDocument[],
  problems: ReadonlyMap<number, SigmaProblem>,
  maxWindowEntries: number,
): LinkedDocuments {
  const names = new Map<string, number>();
  for (const key of ['id', 'name'] as const)
    documents.forEach((document, index) => {
      const name = document[key];
      if (document.kind !== 'filter' && name !== null && !names.has(name)) names.set(name, index);
    });
  const linker = new Linker(documents, new Map(problems), names, maxWindowEntries);
  documents.forEach((document, index) => {
    if (document.kind === 'correlation') linker.link(document, index);
  });
  const silent = new Set<number>();
  for (const { correlation, references } of linker.done)
    if (!correlation.generate) for (const { index } of references) silent.add(index);
  return { correlations: linker.done, silent, problems: linker.problems };
}

/** Correlations that build on one another. */
const maxChain = 50;

class Linker {
  readonly problems: Map<number, SigmaProblem>;
  readonly done: LinkedCorrelation[] = [];
  readonly #documents: readonly SigmaDocument[];
  readonly #names: ReadonlyMap<string, number>;
  readonly #maxWindowEntries: number;
  readonly #state = new Map<number, 'open' | 'done'>();

  constructor(
    documents: readonly SigmaDocument[],
    problems: Map<number, SigmaProblem>,
    names: ReadonlyMap<string, number>,
    maxWindowEntries: number,
  ) {
    this.#documents = documents;
    this.problems = problems;
    this.#names = names;
    this.#maxWindowEntries = maxWindowEntries;
  }

  link(correlation: SigmaCorrelation, index: number, depth = 0): void {
    if (this.#state.has(index)) return;
    this.#state.set(index, 'open');
    const problem = this.#problemOf(correlation, depth);
    if (problem !== null) this.problems.set(index, problem);
    else
      this.done.push({
        index,
        correlation,
        references: correlation.rules.map((name) => {
          const at = this.#names.get(name) ?? 0;
          return { index: at, fields: fieldsFor(correlation, name, this.#documents[at]) };
        }),
      });
    this.#state.set(index, 'done');
  }

  #problemOf(correlation: SigmaCorrelation, depth: number): SigmaProblem | null {
    const path = 'correlation.rules';
    if (depth > maxChain)
      return { code: 'limit_exceeded', path, zh: '关联规则层层引用过深。', en: 'Correlations build on each other too deeply.' };
    for (const name of correlation.rules) {
      const at = this.#names.get(name);
      const document = at === undefined ? undefined : this.#documents[at];
      if (at === undefined || document === undefined)
        return { code: 'rule_unknown', path, zh: '引用的规则不存在。', en: 'It refers to a rule that does not exist.' };
      if (document.kind === 'correlation') {
        if (this.#state.get(at) === 'open')
          return {
            code: 'correlation_cycle',
            path,
            zh: '关联规则互相引用成环。',
            en: 'Correlations refer to each other in a circle.',
          };
        this.link(document, at, depth + 1);
      }
      if (this.problems.has(at))
        return { code: 'rule_unknown', path, zh: '引用的规则不可用。', en: 'It refers to a rule that cannot be used.' };
    }
    const counted = correlation.type === 'event_count' || correlation.type === 'value_count';
    if (counted && correlation.condition.bounds.some(({ value }) => value > this.#maxWindowEntries))
      return {
        code: 'limit_exceeded',
        path: 'correlation.condition',
        zh: `阈值大于一个窗口保留的条目数（${this.#maxWindowEntries}）。`,
        en: `The threshold is beyond the entries that a window keeps (${this.#maxWindowEntries}).`,
      };
    return null;
  }
}

/** Aliases name the rule by what the correlation calls it, or by its name or id. */
function fieldsFor(
  correlation: SigmaCorrelation,
  reference: string,
  document: SigmaDocument | undefined,
): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const [alias, rules] of correlation.aliases) {
    const field = rules.get(reference) ?? rules.get(document?.name ?? '') ?? rules.get(document?.id ?? '');
    if (field !== undefined) fields.set(alias, field);
  }
  return fields;
}
