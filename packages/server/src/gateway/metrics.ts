/** Upper bounds of the latency histogram, in seconds. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** A count that only grows. */
export interface Counter {
  value: number;
}

/** Counters and histograms in the Prometheus text format 0.0.4. Label values are of our own making, so their number is bounded. */
export class Metrics {
  readonly #counters = new Map<string, Counter>();
  readonly #gauges = new Map<string, () => number>();
  readonly #help = new Map<string, { help: string; type: string }>();
  readonly #buckets = new Float64Array(bounds.length + 1);
  #latencySum = 0;
  #latencyCount = 0;

  describe(name: string, type: 'counter' | 'gauge', help: string): void {
    this.#help.set(name, { help, type });
  }

  /** Adds to a counter; `labels` is the text between the braces, such as `code="rate_limited"`. */
  add(name: string, labels = '', by = 1): void {
    this.counter(name, labels).value += by;
  }

  /** The counter itself, for what counts on every request: its name is looked up once. It shows from now on, also while it is 0. */
  counter(name: string, labels = ''): Counter {
    const key = labels === '' ? name : `${name}{${labels}}`;
    let counter = this.#counters.get(key);
    if (counter === undefined) {
      counter = { value: 0 };
      this.#counters.set(key, counter);
    }
    return counter;
  }

  value(name: string, labels = ''): number {
    return this.#counters.get(labels === '' ? name : `${name}{${labels}}`)?.value ?? 0;
  }

  /** A gauge that is read when it is asked for. Those of one name that differ by their labels are registered one after the other. */
  gauge(name: string, help: string, read: () => number, labels = ''): void {
    this.describe(name, 'gauge', help);
    this.#gauges.set(labels === '' ? name : `${name}{${labels}}`, read);
  }

  observeLatency(seconds: number): void {
    this.#latencySum += seconds;
    this.#latencyCount += 1;
    let at = 0;
    while (at < bounds.length && seconds > (bounds[at] ?? 0)) at += 1;
    this.#buckets[at] = (this.#buckets[at] ?? 0) + 1;
  }

  render(): string {
    const lines: string[] = [];
    const seen = new Set<string>();
    const header = (name: string): void => {
      if (seen.has(name)) return;
      seen.add(name);
      const known = this.#help.get(name);
      if (known !== undefined) lines.push(`# HELP ${name} ${known.help}`, `# TYPE ${name} ${known.type}`);
    };
    for (const key of [...this.#counters.keys()].sort(byName)) {
      header(key.split('{')[0] ?? key);
      lines.push(`${key} ${this.#counters.get(key)?.value ?? 0}`);
    }
    for (const [key, read] of this.#gauges) {
      header(key.split('{')[0] ?? key);
      lines.push(`${key} ${read()}`);
    }
    lines.push(
      '# HELP menshen_request_duration_seconds Time from arrival to the end of the answer.',
      '# TYPE menshen_request_duration_seconds histogram',
    );
    let sum = 0;
    bounds.forEach((bound, at) => {
      sum += this.#buckets[at] ?? 0;
      lines.push(`menshen_request_duration_seconds_bucket{le="${bound}"} ${sum}`);
    });
    lines.push(`menshen_request_duration_seconds_bucket{le="+Inf"} ${this.#latencyCount}`);
    lines.push(
      `menshen_request_duration_seconds_sum ${this.#latencySum}`,
      `menshen_request_duration_seconds_count ${this.#latencyCount}`,
    );
    return `${lines.join('\n')}\n`;
  }
}

/** The format wants all lines of a metric together; `{` sorts after the letters of a longer name. */
const byName = (a: string, b: string): number => {
  const [left, right] = [a.replace('{', ' '), b.replace('{', ' ')];
  return left < right ? -1 : Number(left > right);
};
