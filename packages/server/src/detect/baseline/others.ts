import type { Group } from './group.ts';
import { digest } from './nonces.ts';
import type { Failure, NumericTouch, Touch } from './person.ts';
import { newHistogram, newRate, type RateWindow } from './windows.ts';

/** A claim, by whom and with which device. */
export interface Claim extends Touch {
  readonly device?: string | null;
}

/** What is usual at one address. */
export interface Address {
  readonly digest: number;
  readonly first: number;
  last: number;
  /** People who were let in from here, and when last; at most `maxUsers`. */
  readonly users: Map<string, number>;
  /** People whose home is where the address is, and those whose home is elsewhere. */
  local: number;
  remote: number;
  readonly rate: RateWindow;
  recent: string[];
  failures: Failure[];
  missing: Touch[];
  forged: Touch[];
  claims: Claim[];
  /** Users of the burst that is under way. */
  burst: Set<string>;
  requests: number;
}

export const newAddress = (ip: string, ts: number): Address => ({
  digest: digest(ip, 5),
  first: ts,
  last: ts,
  users: new Map(),
  local: 0,
  remote: 0,
  rate: newRate(),
  recent: [],
  failures: [],
  missing: [],
  forged: [],
  claims: [],
  burst: new Set(),
  requests: 0,
});

/** What is usual of one device. */
export interface Device {
  readonly digest: number;
  readonly first: number;
  last: number;
  readonly users: Map<string, number>;
  failures: Failure[];
  claims: Touch[];
  missing: Touch[];
}

export const newDevice = (id: string, ts: number): Device => ({
  digest: digest(id, 3),
  first: ts,
  last: ts,
  users: new Map(),
  failures: [],
  claims: [],
  missing: [],
});

/** How a session began and where it was last. */
export interface Session {
  readonly first: number;
  last: number;
  readonly firstId: string;
  lastId: string;
  user: string | null;
  device: string | null;
  model: string | null;
  client: string | null;
  ip: string | null;
  city: string;
  country: string;
  lat: number | null;
  lon: number | null;
  switches: Touch[];
}

export const newGroup = (): Group => ({
  members: new Set(),
  hours: Array<number>(48).fill(0),
  read: newHistogram(),
  peakRead: newHistogram(),
  exported: newHistogram(),
  peakExported: newHistogram(),
  peakExports: newHistogram(),
  bytes: newHistogram(),
  exceeding: { day: -1, factors: new Map() },
  present: { moment: -1, members: new Set() },
  ownReads: 0,
  foreignReads: 0,
});

export interface Endpoint {
  last: number;
  readonly rate: RateWindow;
  recent: string[];
  burst: Map<string, number>;
}

export const newEndpoint = (ts: number): Endpoint => ({ last: ts, rate: newRate(), recent: [], burst: new Map() });

/** Objects of one kind whose ids are numbers: which neighbours were read of late, by anybody. */
export interface IdSpace {
  last: number;
  /** Newest touches, by number. */
  readonly touched: Map<number, { ts: number; id: string; run: number }>;
  readonly order: { number: number; ts: number }[];
  highest: number;
}

export const newIdSpace = (ts: number): IdSpace => ({ last: ts, touched: new Map(), order: [], highest: 0 });

export interface Campaign {
  claims: number;
  /** How many of the amounts were whole multiples of 1000, 500, 100, 50 and 10 cents. */
  readonly multiples: number[];
  min: number;
  max: number;
}

export const newCampaign = (): Campaign => ({
  claims: 0,
  multiples: [0, 0, 0, 0, 0],
  min: Number.POSITIVE_INFINITY,
  max: Number.NEGATIVE_INFINITY,
});

/** Role → action → who did it; `usual` once enough people did. */
export type RoleActions = Map<string, Map<string, { readonly people: Set<string>; count: number; usual: boolean }>>;

export interface Fleet {
  first: number;
  /** Days of the wall clock so far: working days, weekend days. */
  readonly days: [number, number];
  day: number;
  /** Failed logins that fit nobody's habits, newest last, at most one a person and half hour. */
  foreign: Failure[];
  readonly foreignMinutes: Map<number, number>;
  /** Such failures a minute, by hour of the day, over the past. */
  readonly foreignRates: { sum: number; minutes: number }[];
  /** Who is believed to do what: role → action → people. */
  readonly roleActions: RoleActions;
  newest: NumericTouch | null;
  /** Cities and how many people were seen in them. */
  readonly cities: Map<string, number>;
}

export const newFleet = (): Fleet => ({
  first: 0,
  days: [0, 0],
  day: -1,
  foreign: [],
  foreignMinutes: new Map(),
  foreignRates: Array.from({ length: 24 }, () => ({ sum: 0, minutes: 0 })),
  roleActions: new Map(),
  newest: null,
  cities: new Map(),
});
