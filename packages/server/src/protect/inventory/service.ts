import { createHmac } from 'node:crypto';
import { MenshenError } from '@menshen/contract';
import type { Audit } from '../../audit/service.ts';
import type { Metrics } from '../../gateway/metrics.ts';
import { type Correction, type FieldKnown, type FieldRef, gatherFields } from './model.ts';
import { createObserving, type Observing, type ValuesRead } from './observing.ts';
import { ReaderSketch, topOf } from './reader-sketch.ts';
import type { InventoryStore } from './store.ts';

const dayMs = 86_400_000;
const keepDays = 90;

/** How many people read a route's personal data in clear, and how much those did who read most. */
export interface ReadersOfDay {
  readonly day: number;
  readonly people: number;
  /** Sampled answers by reader, under a tag that means another person the next day. */
  readonly top: readonly { readonly tag: string; readonly count: number }[];
}

export interface InventoryService {
  readonly offer: Observing['offer'];
  /** Every field, most sensitive first, with the people who read its route in the last seven days. */
  list(): Promise<readonly (FieldKnown & { readonly readers: number })[]>;
  /** Readers of a route by day, the last first. */
  readers(of: { readonly app: string; readonly route: string }, days: number): Promise<readonly ReadersOfDay[]>;
  /** Throws `not_found` for a field that was never seen. */
  correct(correction: Omit<Correction, 'at'>): Promise<void>;
  flush(): Promise<void>;
  maintain(): Promise<void>;
}

export interface InventoryParts {
  readonly store: InventoryStore;
  readonly audit: Audit;
  readonly metrics: Metrics;
  readonly clock: () => number;
  readonly key: Uint8Array;
  readonly read: (values: ValuesRead) => void;
  readonly later?: (work: () => void) => void;
}

/** Which field of which route holds what, how sensitive, and who reads it. */
export function createInventoryService({
  store,
  audit,
  metrics,
  clock,
  key,
  read,
  later = (work) => void setImmediate(work),
}: InventoryParts): InventoryService {
  const observing = createObserving({
    digest: (text) => createHmac('sha256', key).update(text).digest(),
    ...{ clock, read, later },
    dropped: () => metrics.add('menshen_data_answers_dropped_total'),
  });
  const today = (): number => Math.floor(clock() / dayMs) * dayMs;
  const flush = async (): Promise<void> => {
    observing.drain();
    const { fields, readers } = observing.take();
    await store.addFields(fields);
    await store.addReaders(readers);
  };
  const known = async (): Promise<FieldKnown[]> => gatherFields(await store.fields(), await store.corrections());

  return {
    offer: observing.offer,
    async list() {
      await flush();
      const sketches = new Map<string, ReaderSketch>();
      for (const { app, route, sketch } of await store.readers(today() - 6 * dayMs)) {
        const id = JSON.stringify([app, route]);
        const all = sketches.get(id) ?? new ReaderSketch();
        all.merge(sketch);
        sketches.set(id, all);
      }
      return (await known()).map((field) => ({
        ...field,
        readers: field.shown === 0 ? 0 : (sketches.get(JSON.stringify([field.app, field.route]))?.estimate() ?? 0),
      }));
    },
    async readers(of, days) {
      await flush();
      const rows = await store.readers(today() - (days - 1) * dayMs, of);
      return rows.map(({ day, sketch, top }) => ({ day, people: sketch.estimate(), top: topOf(top) }));
    },
    async correct(correction) {
      const { app, route, field, kind, level, owner, notPersonal, by } = correction;
      await flush();
      if (!(await store.knows(correction satisfies FieldRef))) throw new MenshenError('not_found');
      const detail = {
        ...{ app, route, field, owner },
        kind: kind ?? 'as seen',
        level: level ?? 'as usual',
        personal: notPersonal ? 'no' : 'yes',
      };
      await audit.act(by, { activity: 'update', entity: 'data inventory', detail }, () =>
        store.correct({ ...correction, at: clock() }),
      );
    },
    flush,
    async maintain() {
      await flush();
      await store.removeReadersBefore(today() - keepDays * dayMs);
    },
  };
}
