import { createHmac } from 'node:crypto';
import { detectionEvent } from '../../audit/events.ts';
import type { Audit } from '../../audit/service.ts';
import type { Coordination } from '../../coordination/model.ts';
import type { Metrics } from '../../gateway/metrics.ts';
import type { ValuesRead } from '../inventory/observing.ts';
import { Histogram } from './histogram.ts';
import type { Measure, Norm, NormStore } from './store.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const keepDays = 60;
/** Norms in memory; the oldest of people give way. */
const maxNorms = 20_000;
const maxReading = 20_000;
/** Norms written twice a minute, and in one transaction. */
const mostWritten = 1_000;
const together = 100;
/** What has to be counted before a quantile means something. */
const enough: Readonly<Record<Measure | 'person', number>> = { answer: 100, hour: 20, person: 20 };

interface Known {
  readonly of: Omit<Norm, 'counts' | 'first'>;
  /** What all nodes had counted when this one last wrote, and what it has counted since. */
  counts: Histogram;
  fresh: Histogram;
  first: number;
  changed: boolean;
}

interface Reading {
  readonly app: string;
  readonly route: string;
  readonly uid: string;
  values: number;
  alarmed: boolean;
}

/** Says when somebody reads far more personal values than is usual. */
export interface BulkReads {
  /** Counts an answer. Alarms are written in the background. */
  note(read: ValuesRead): void;
  /** Takes over what all nodes have learned. */
  restore(): Promise<void>;
  flush(): Promise<void>;
  maintain(): Promise<void>;
  /** Resolves when no alarm is under way. */
  settled(): Promise<void>;
}

export interface BulkReadParts {
  readonly store: NormStore;
  readonly audit: Pick<Audit, 'record'>;
  readonly coordination: Pick<Coordination, 'useNonce'>;
  readonly metrics: Pick<Metrics, 'add'>;
  readonly clock: () => number;
  readonly key: Uint8Array;
}

export function createBulkReads({ store, audit, coordination, metrics, clock, key }: BulkReadParts): BulkReads {
  const norms = new Map<string, Known>();
  const reading = new Map<string, Reading>();
  const underWay = new Set<Promise<void>>();
  let hour = 0;

  const tagOf = (uid: string): string => createHmac('sha256', key).update(`bulk ${uid}`).digest('hex').slice(0, 16);
  const idOf = ({ app, route, person, measure }: Known['of']): string => JSON.stringify([app, route, person, measure]);

  const normOf = (of: Known['of'], now: number): Known => {
    const id = idOf(of);
    let known = norms.get(id);
    if (known === undefined) {
      known = { of, counts: new Histogram(), fresh: new Histogram(), first: now, changed: false };
      if (norms.size >= maxNorms) forgetOldest();
    } else norms.delete(id);
    // Last used, last forgotten.
    norms.set(id, known);
    return known;
  };
  const forgetOldest = (): void => {
    for (const [id, known] of norms) {
      if (known.of.person === '' || known.changed) continue;
      norms.delete(id);
      return;
    }
  };
  const learn = (of: Known['of'], values: number, now: number): void => {
    const known = normOf(of, now);
    known.counts.add(values);
    known.fresh.add(values);
    known.changed = true;
  };

  /** What is usual for a person on a route in an hour: by their own history if there is one, else by everybody's. Null while it is not learned. */
  const usual = ({ app, route, uid, rules, at }: ValuesRead, measure: Measure): number | null => {
    const all = normOf({ app, route, person: '', measure }, at);
    if (at - all.first < rules.bulk.learningDays * dayMs || all.counts.total() < enough[measure]) return null;
    const own = measure === 'hour' && uid !== null ? norms.get(idOf({ app, route, person: tagOf(uid), measure })) : undefined;
    return own !== undefined && own.counts.total() >= enough.person ? own.counts.quantile(0.95) : all.counts.quantile(0.99);
  };
  const isFar = ({ rules }: ValuesRead, usually: number | null, seen: number): usually is number =>
    usually !== null && seen > rules.bulk.least && seen > rules.bulk.factor * usually;

  const alarm = (read: ValuesRead, measure: Measure, usually: number, seen: number): void => {
    const { app, route, uid, rules, requestId, at } = read;
    const tell = async (): Promise<void> => {
      const place = [measure, app, route, uid ?? '', Math.floor(at / hourMs)].join('\n');
      if (!(await coordination.useNonce(`bulk:${place}`, hourMs))) return;
      metrics.add('menshen_bulk_reads_total', `measure="${measure}"`);
      await audit.record(
        detectionEvent({
          time: at,
          rule: 'bulk_read',
          severity: 'high',
          title: 'Far more personal values were read than is usual',
          detail: {
            app,
            route,
            person: uid ?? '',
            measure,
            usual: usually,
            seen,
            factor: rules.bulk.factor,
            request_id: requestId,
          },
        }),
      );
    };
    const told = tell().catch(() => metrics.add('menshen_maintenance_failures_total'));
    underWay.add(told);
    void told.finally(() => underWay.delete(told));
  };

  /** What was read in hours that are over is what is usual, but for what was an alarm. */
  const closeHours = (now: number): void => {
    const current = Math.floor(now / hourMs);
    if (current === hour) return;
    hour = current;
    for (const { app, route, uid, values, alarmed } of reading.values()) {
      if (alarmed) continue;
      learn({ app, route, person: '', measure: 'hour' }, values, now);
      learn({ app, route, person: tagOf(uid), measure: 'hour' }, values, now);
    }
    reading.clear();
  };

  /** Writes what was counted, the norms of routes first; so many at most, because the end of an hour changes those of everybody at once. */
  const write = async (most: number): Promise<void> => {
    const changed = [...norms.values()].filter((known) => known.changed);
    changed.sort((a, b) => Number(a.of.person !== '') - Number(b.of.person !== ''));
    for (let from = 0; from < Math.min(changed.length, most); from += together)
      await writeSome(changed.slice(from, from + together));
  };
  const writeSome = async (some: readonly Known[]): Promise<void> => {
    const differences = some.map((known) => ({ ...known.of, counts: known.fresh, first: known.first }));
    for (const known of some) {
      known.fresh = new Histogram();
      known.changed = false;
    }
    try {
      const sums = await store.add(differences, clock());
      for (const [at, known] of some.entries()) {
        const sum = sums[at];
        if (sum === undefined) continue;
        // What was counted meanwhile comes on top.
        sum.counts.merge(known.fresh);
        known.counts = sum.counts;
        known.first = sum.first;
      }
    } catch (error) {
      for (const [at, known] of some.entries()) {
        const lost = differences[at];
        if (lost !== undefined) known.fresh.merge(lost.counts);
        known.changed = true;
      }
      throw error;
    }
  };

  return {
    note(read) {
      const { app, route, uid, values, at } = read;
      closeHours(at);
      const usually = usual(read, 'answer');
      const farAnswer = isFar(read, usually, values);
      if (farAnswer) alarm(read, 'answer', usually, values);
      else learn({ app, route, person: '', measure: 'answer' }, values, at);
      if (uid === null) return;
      const id = JSON.stringify([app, route, uid]);
      let own = reading.get(id);
      if (own === undefined) {
        if (reading.size >= maxReading) return metrics.add('menshen_data_answers_dropped_total');
        own = { app, route, uid, values: 0, alarmed: false };
        reading.set(id, own);
      }
      own.values += values;
      if (farAnswer) own.alarmed = true;
      if (own.alarmed) return;
      const hourly = usual(read, 'hour');
      if (!isFar(read, hourly, own.values)) return;
      own.alarmed = true;
      alarm(read, 'hour', hourly, own.values);
    },
    async restore() {
      for (const { counts, first, ...of } of (await store.all(maxNorms)).reverse())
        norms.set(idOf(of), { of, counts, first, fresh: new Histogram(), changed: false });
    },
    flush: () => write(Number.POSITIVE_INFINITY),
    async maintain() {
      closeHours(clock());
      await write(mostWritten);
      await store.removeBefore(clock() - keepDays * dayMs);
    },
    async settled() {
      await Promise.all(underWay);
    },
  };
}
