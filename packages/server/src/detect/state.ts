import type { Group } from './baseline/group.ts';
import { type NonceMemory, newNonces } from './baseline/nonces.ts';
import {
  type Address,
  type Campaign,
  type Device,
  type Endpoint,
  type Fleet,
  type IdSpace,
  newFleet,
  type Session,
} from './baseline/others.ts';
import type { Person } from './baseline/person.ts';
import { type Calibration, newCalibration } from './calibration.ts';
import type { OpenAlerts } from './fold.ts';

/** Everything the baselines remember; plain data, so that `v8.serialize` takes it whole. */
export interface DetectState {
  now: number;
  events: number;
  sweptAt: number;
  readonly persons: Map<string, Person>;
  readonly addresses: Map<string, Address>;
  readonly devices: Map<string, Device>;
  readonly sessions: Map<string, Session>;
  readonly groups: Map<string, Group>;
  readonly endpoints: Map<string, Endpoint>;
  readonly idSpaces: Map<string, IdSpace>;
  readonly campaigns: Map<string, Campaign>;
  readonly fleet: Fleet;
  readonly nonces: NonceMemory;
  readonly calibration: Calibration;
  readonly open: OpenAlerts;
}

export const newState = (): DetectState => ({
  now: 0,
  events: 0,
  sweptAt: 0,
  persons: new Map(),
  addresses: new Map(),
  devices: new Map(),
  sessions: new Map(),
  groups: new Map(),
  endpoints: new Map(),
  idSpaces: new Map(),
  campaigns: new Map(),
  fleet: newFleet(),
  nonces: newNonces(),
  calibration: newCalibration(),
  open: new Map(),
});

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface Bound {
  readonly idleMs: number;
  readonly limit: number;
}

/** How long what is idle is remembered, and of how many at most. */
const bounds = {
  persons: { idleMs: 120 * DAY_MS, limit: 200_000 },
  addresses: { idleMs: 14 * DAY_MS, limit: 300_000 },
  devices: { idleMs: 60 * DAY_MS, limit: 200_000 },
  sessions: { idleMs: 2 * DAY_MS, limit: 200_000 },
  endpoints: { idleMs: 7 * DAY_MS, limit: 5_000 },
  idSpaces: { idleMs: 2 * DAY_MS, limit: 200 },
  groups: { idleMs: Number.POSITIVE_INFINITY, limit: 5_000 },
  campaigns: { idleMs: Number.POSITIVE_INFINITY, limit: 5_000 },
} satisfies Record<string, Bound>;

const SWEEP_MS = 4 * HOUR_MS;

/** Forgets what has been idle, every four hours of event time. */
export function sweep(state: DetectState): void {
  if (state.now - state.sweptAt < SWEEP_MS) return;
  state.sweptAt = state.now;
  for (const name of ['persons', 'addresses', 'devices', 'sessions', 'endpoints', 'idSpaces'] as const) {
    const map: Map<string, { last: number }> = state[name];
    const { idleMs } = bounds[name];
    for (const [key, { last }] of map) if (state.now - last > idleMs) map.delete(key);
  }
}

/** The entity of a key; made when it is new. Where there are too many, the one that came first goes. */
export function entityOf<T>(map: Map<string, T>, kind: keyof typeof bounds, key: string, make: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  if (map.size >= bounds[kind].limit) {
    const first = map.keys().next();
    if (first.done !== true) map.delete(first.value);
  }
  const made = make();
  map.set(key, made);
  return made;
}
