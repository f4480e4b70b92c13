import type { Group } from './group.ts';
import { digest } from './nonces.ts';
import { newRate, type RateWindow, type Sighting } from './windows.ts';

export interface Failure {
  readonly ts: number;
  readonly id: string;
  readonly user: string | null;
  readonly ip: string | null;
  readonly device: string | null;
  /** Neither address nor device is one of the person's. */
  readonly foreign: boolean;
}

export interface LastPlace {
  readonly ts: number;
  readonly id: string;
  readonly city: string;
  readonly country: string;
  readonly lat: number;
  readonly lon: number;
  readonly ip: string | null;
  readonly device: string | null;
  readonly session: string | null;
}

/** Records read and exported in one day of the wall clock. */
export interface Volume {
  day: number;
  read: number;
  exported: number;
  bytes: number;
  hour: number;
  hourRead: number;
  hourExported: number;
  peakRead: number;
  peakExported: number;
  /** Most exports within an hour. */
  peakExports: number;
  /** Events with the most records. */
  top: { id: string; rows: number; ts: number }[];
  /** Newest reads and exports. */
  recent: string[];
  events: number;
  /** Hour for which the usual peaks below were worked out. */
  judged: number;
  usualRead: number;
  usualExported: number;
  own: number;
  foreign: number;
}

export interface Touch {
  readonly ts: number;
  readonly id: string;
  readonly key: string;
}

export interface NumericTouch extends Touch {
  readonly number: number;
}

/** Something unusual about a person that is no alert by itself. */
export interface Signal {
  readonly ts: number;
  readonly name: string;
  readonly weight: number;
  readonly id: string;
  readonly ip: string | null;
  readonly device: string | null;
}

/** What is usual of one person (or service account). */
export interface Person {
  readonly uid: string;
  dept: string | null;
  role: string | null;
  grouped: { dept: string | null; role: string | null; zone: string };
  group: Group | null;
  shift: Group | null;
  readonly first: number;
  last: number;
  events: number;
  /** Days with activity. */
  days: number;
  day: number;
  readonly devices: Map<string, Sighting>;
  readonly models: Map<string, Sighting>;
  readonly cities: Map<string, Sighting>;
  readonly addresses: Map<string, Sighting>;
  readonly actions: Map<string, Sighting>;
  /** Days on which the person was active in each hour: 24 of working days, 24 of weekends. */
  readonly hours: number[];
  hourSeen: number;
  place: LastPlace | null;
  /** Of the last event; what did not change since need not be noted again. */
  readonly latest: {
    day: number;
    at: number;
    device: string | null;
    model: string | null;
    ip: string | null;
    city: string | null;
  };
  /** Of the uid, for the memory of nonces. */
  readonly digest: number;
  readonly rate: RateWindow;
  readonly recent: string[];
  failures: Failure[];
  volume: Volume;
  history: Volume[];
  numbers: Map<string, NumericTouch[]>;
  missing: Touch[];
  refused: Touch[];
  foreign: Touch[];
  ownReads: number;
  foreignReads: number;
  forged: Touch[];
  late: Touch[];
  strayExports: Touch[];
  /** Newest exports. */
  exports: { readonly ts: number; readonly id: string; readonly rows: number }[];
  claims: Touch[];
  night: { start: number; last: number; weight: number; ids: string[]; rows: number };
  signals: Signal[];
  /** Delay of the client's clock, ms, by device. */
  readonly clocks: Map<string, { count: number; least: number; most: number }>;
}

export const newVolume = (day: number): Volume => ({
  day,
  read: 0,
  exported: 0,
  bytes: 0,
  hour: -1,
  hourRead: 0,
  hourExported: 0,
  peakRead: 0,
  peakExported: 0,
  peakExports: 0,
  top: [],
  recent: [],
  events: 0,
  judged: -1,
  usualRead: 0,
  usualExported: 0,
  own: 0,
  foreign: 0,
});

export const newPerson = (uid: string, ts: number): Person => ({
  uid,
  dept: null,
  role: null,
  grouped: { dept: null, role: null, zone: '' },
  group: null,
  shift: null,
  first: ts,
  last: ts,
  events: 0,
  days: 0,
  day: -1,
  devices: new Map(),
  models: new Map(),
  cities: new Map(),
  addresses: new Map(),
  actions: new Map(),
  hours: Array<number>(48).fill(0),
  hourSeen: -1,
  place: null,
  latest: { day: -1, at: 0, device: null, model: null, ip: null, city: null },
  digest: digest(uid, 3),
  rate: newRate(),
  recent: [],
  failures: [],
  volume: newVolume(-1),
  history: [],
  numbers: new Map(),
  missing: [],
  refused: [],
  foreign: [],
  ownReads: 0,
  foreignReads: 0,
  forged: [],
  late: [],
  strayExports: [],
  exports: [],
  claims: [],
  night: { start: 0, last: 0, weight: 0, ids: [], rows: 0 },
  signals: [],
  clocks: new Map(),
});
