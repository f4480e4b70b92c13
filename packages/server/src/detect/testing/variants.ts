import { type Attack, planAttacks } from './attacks.ts';
import { type CompanyShape, createCompany } from './company.ts';
import { camel, dotted, verdicts } from './dialect.ts';
import { createRandom } from './random.ts';
import { createWorld, DAY_MS, type Habits, type RawEvent, workday } from './workday.ts';

export interface Variant {
  readonly seed: number;
  readonly shape: CompanyShape;
  readonly habits: Habits;
}

const monday = Date.UTC(2026, 10, 1, 16);

const first: Habits = {
  dialect: dotted,
  start: monday,
  typos: 0.03,
  lateNights: 0.004,
  evenings: 0.12,
  weekends: 0.06,
  foreignReads: 0.01,
  foreignReadsManagers: 0.3,
  denied: 0.003,
  missing: 0.004,
  resends: 0.003,
  phoneChanges: 0.0015,
  homeChanges: 0.01,
  named: { geo: 1, nonce: 1, clientTs: 1, session: 1, model: 1, deviceOfComputers: 1 },
  queueWork: 0.5,
  exportsADay: 0.8,
  exportRows: 300,
  releases: [4, 9],
  badSignatures: 0.0002,
  strayExports: 0,
};

const shape: CompanyShape = {
  employees: 5_000,
  days: 14,
  nightShare: 0.06,
  rotatingShare: 0.1,
  pace: 25,
  tripShare: 0.12,
  computers: 0.6,
};

/** Companies of different habits, languages and gaps in what they record. The rules are tuned on `workshop` alone; the others are held out. */
export const variants: Readonly<Record<string, Variant>> = {
  workshop: { seed: 11, shape, habits: first },
  heldOut: {
    seed: 29,
    shape: { ...shape, nightShare: 0.02, rotatingShare: 0.25, pace: 38, tripShare: 0.2, computers: 0.3 },
    habits: {
      ...first,
      dialect: camel,
      start: Date.UTC(2026, 8, 20, 16),
      typos: 0.06,
      lateNights: 0.012,
      evenings: 0.3,
      weekends: 0.2,
      foreignReads: 0.04,
      foreignReadsManagers: 0.6,
      denied: 0.006,
      missing: 0.01,
      resends: 0.008,
      phoneChanges: 0.003,
      homeChanges: 0.06,
      named: { geo: 0.9, nonce: 0.6, clientTs: 0.6, session: 0.9, model: 0.8, deviceOfComputers: 0.5 },
      queueWork: 0.25,
      exportsADay: 1.6,
      exportRows: 600,
      releases: [2, 6, 11],
      badSignatures: 0.0006,
      strayExports: 0.00002,
    },
  },
  sparse: {
    seed: 47,
    shape: { ...shape, nightShare: 0.15, pace: 15 },
    habits: {
      ...first,
      dialect: verdicts,
      start: Date.UTC(2026, 10, 17, 16),
      typos: 0.045,
      lateNights: 0.008,
      denied: 0.01,
      missing: 0.008,
      named: { geo: 0.6, nonce: 0.9, clientTs: 0.3, session: 0.7, model: 0.4, deviceOfComputers: 0 },
      exportsADay: 0.4,
      exportRows: 900,
    },
  },
};

export interface SyntheticActivity {
  readonly directory: object;
  readonly attacks: readonly Attack[];
  readonly learnUntil: number;
  /** Days with attacks. */
  readonly days: number;
  /** A day's events in order of time, one day after the other. */
  readonly daysOfEvents: () => Generator<RawEvent[]>;
}

/** Two weeks of a company's activity with attacks in the second. `share` takes a part of the company, for tests that must be quick. */
export function synthesize(variant: Variant, share = 1, each = 2): SyntheticActivity {
  const random = createRandom(variant.seed);
  const shape = { ...variant.shape, employees: Math.round(variant.shape.employees * share) };
  const company = createCompany(random, shape);
  const world = createWorld(random, company, variant.habits);
  const learnDays = 7;
  const days = shape.days - learnDays;
  const attacks = planAttacks(world, { from: learnDays, days, each });
  const planned = attacks.flatMap(({ events }) => events);
  return {
    directory: company.directory(),
    attacks,
    learnUntil: variant.habits.start + learnDays * DAY_MS,
    days,
    *daysOfEvents() {
      let rest: RawEvent[] = planned;
      for (let day = 0; day < shape.days; day += 1) {
        const end = variant.habits.start + (day + 1) * DAY_MS;
        const all = [...workday(world, day), ...rest];
        rest = all.filter(({ ts }) => ts >= end);
        yield all.filter(({ ts }) => ts < end).sort((a, b) => a.ts - b.ts);
      }
      yield rest.sort((a, b) => a.ts - b.ts);
    },
  };
}
