/** Why a text is no CVSS vector. */
export type VectorProblem = 'prefix' | 'form' | 'metric' | 'value' | 'twice' | 'missing' | 'order';

export class VectorError extends Error {
  override readonly name = 'VectorError';
  readonly problem: VectorProblem;
  /** The metric at fault, where there is one of ours; never a text of the input. */
  readonly metric: string | null;
  constructor(problem: VectorProblem, metric: string | null = null) {
    super(`no CVSS vector: ${problem}${metric === null ? '' : ` ${metric}`}`);
    this.problem = problem;
    this.metric = metric;
  }
}

/** Metrics of a version, in the order of its specification, each with the letters that it may have. */
export type MetricTable = Readonly<Record<string, string>>;
export type Metrics = ReadonlyMap<string, string>;

/** No vector of either version is longer. */
const longest = 400;

/**
 * Reads `CVSS:3.1/AV:N/...`. Metrics that are absent are absent in the answer; `X` (not defined) is kept out of it, so that both read alike.
 * `ordered`: CVSS 4.0 demands the order of its specification, 3.1 leaves it free. @throws VectorError
 */
export function parseVector(
  text: string,
  { prefix, table, mandatory, ordered }: { prefix: string; table: MetricTable; mandatory: readonly string[]; ordered: boolean },
): Metrics {
  if (text.length > longest || !text.startsWith(prefix)) throw new VectorError('prefix');
  const order = Object.keys(table);
  const seen = new Set<string>();
  const metrics = new Map<string, string>();
  let last = -1;
  for (const part of text.slice(prefix.length).split('/')) {
    const [metric = '', value = '', ...more] = part.split(':');
    if (more.length > 0 || metric === '' || value === '') throw new VectorError('form');
    if (!Object.hasOwn(table, metric)) throw new VectorError('metric');
    if (seen.has(metric)) throw new VectorError('twice', metric);
    if (!table[metric]?.split(' ').includes(value)) throw new VectorError('value', metric);
    const place = order.indexOf(metric);
    if (ordered && place < last) throw new VectorError('order', metric);
    last = place;
    seen.add(metric);
    if (value !== 'X') metrics.set(metric, value);
  }
  for (const metric of mandatory) if (!metrics.has(metric)) throw new VectorError('missing', metric);
  return metrics;
}

export type Severity = 'none' | 'low' | 'medium' | 'high' | 'critical';

/** Qualitative rating of a score; the bands are those of both versions. */
export function severityOf(score: number): Severity {
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'medium';
  return score > 0 ? 'low' : 'none';
}
