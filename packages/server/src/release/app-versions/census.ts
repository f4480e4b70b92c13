/** Requests of one version of an app. */
export interface SeenVersion {
  readonly version: string;
  readonly requests: number;
  readonly persons: number;
  /** Epoch ms. */
  readonly last: number;
}

const minuteMs = 60_000;
const minutes = 60;
/** Whoever makes up versions fills no more than this. */
const maxVersions = 50;
const maxPersons = 20_000;

interface Counted {
  /** Requests by minute, and the minute that each place stands for. */
  readonly counts: Uint32Array;
  readonly stands: Float64Array;
  /** When each person was last seen. */
  persons: Map<string, number>;
  last: number;
}

/** Counts, for the last hour and in this process alone, which versions ask and for how many people. */
export function createCensus() {
  const apps = new Map<string, Map<string, Counted>>();
  return {
    note(app: string, version: string, person: string | null, now: number): void {
      let versions = apps.get(app);
      if (versions === undefined) {
        versions = new Map();
        apps.set(app, versions);
      }
      let counted = versions.get(version);
      if (counted === undefined) {
        if (versions.size >= maxVersions) return;
        counted = { counts: new Uint32Array(minutes), stands: new Float64Array(minutes), persons: new Map(), last: now };
        versions.set(version, counted);
      }
      const minute = Math.floor(now / minuteMs);
      const at = minute % minutes;
      if (counted.stands[at] !== minute) {
        counted.stands[at] = minute;
        counted.counts[at] = 0;
      }
      counted.counts[at] = (counted.counts[at] ?? 0) + 1;
      counted.last = now;
      if (person !== null && (counted.persons.size < maxPersons || counted.persons.has(person))) counted.persons.set(person, now);
    },
    /** The versions of an app that were seen since a time, at most an hour ago; the most used first. */
    seen(app: string, since: number): SeenVersion[] {
      const first = Math.floor(since / minuteMs);
      const found: SeenVersion[] = [];
      for (const [version, counted] of apps.get(app) ?? []) {
        if (counted.last < since) {
          apps.get(app)?.delete(version);
          continue;
        }
        counted.persons = new Map([...counted.persons].filter(([, last]) => last >= since));
        const requests = counted.counts.reduce((sum, count, at) => ((counted.stands[at] ?? 0) >= first ? sum + count : sum), 0);
        found.push({ version, requests, persons: counted.persons.size, last: counted.last });
      }
      return found.sort((a, b) => b.requests - a.requests);
    },
  };
}

export type Census = ReturnType<typeof createCensus>;
