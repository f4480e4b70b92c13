import type { IncidentsConfig } from '@menshen/contract';
import type { Incident, NewIncident, Subject } from './model.ts';
import type { IncidentStore } from './store.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;
/** More sources than this join no more: an attack must not drown in what somebody makes noise with. */
const maxSources = 200;
const maxSubjects = 200;

/** Kinds by which incidents belong together; an app or a version alone says too little. */
const binding: ReadonlySet<Subject['kind']> = new Set(['user', 'device', 'address', 'session', 'campaign', 'host']);

/** Which open incident a new fact belongs to. */
export function createMerging(
  store: Pick<IncidentStore, 'openOf' | 'sources'>,
  config: () => Pick<IncidentsConfig, 'mergeHours' | 'mergeRuleMinutes'>,
  clock: () => number,
) {
  return {
    /** The heaviest and oldest of the open incidents that it belongs to; null for one of its own. */
    async target({ subjects, source }: Pick<NewIncident, 'subjects' | 'source'>): Promise<Incident | null> {
      // What a person says may be about anything: a person also says what it belongs to.
      if (source.kind === 'report') return null;
      const { mergeHours, mergeRuleMinutes } = config();
      const now = clock();
      const found: Incident[] = [];
      for (const subject of subjects) {
        const window = binding.has(subject.kind)
          ? mergeHours * hourMs
          : subject.kind === 'rule'
            ? mergeRuleMinutes * minuteMs
            : 0;
        const one = window === 0 ? null : await store.openOf(subject, now - window);
        if (one !== null) found.push(one);
      }
      const [oldest] = found.sort((one, other) => one.opened - other.opened);
      if (oldest === undefined) return null;
      return (await store.sources([oldest.id])).length >= maxSources ? null : oldest;
    },
    union(before: readonly Subject[], more: readonly Subject[]): Subject[] {
      const all = new Map([...before, ...more].map((subject) => [`${subject.kind}\n${subject.value}`, subject]));
      return [...all.values()].slice(0, maxSubjects);
    },
  };
}
