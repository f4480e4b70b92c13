import type { Company, Employee, Geo } from './company.ts';
import { modelOf } from './company.ts';
import type { ActName, Dialect } from './dialect.ts';
import type { Random } from './random.ts';

export const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const ZONE_MS = 8 * HOUR_MS;

export type RawEvent = Record<string, unknown> & { id: string; ts: number };

/** How ordinary work goes; the two variants of the generator differ here. */
export interface Habits {
  readonly dialect: Dialect;
  /** Midnight of the first day, epoch ms. */
  readonly start: number;
  readonly typos: number;
  readonly lateNights: number;
  readonly evenings: number;
  readonly weekends: number;
  readonly foreignReads: number;
  readonly foreignReadsManagers: number;
  readonly denied: number;
  readonly missing: number;
  readonly resends: number;
  readonly phoneChanges: number;
  readonly homeChanges: number;
  /** Share of events that name a place, a nonce, a client's time, a session, a model. */
  readonly named: { geo: number; nonce: number; clientTs: number; session: number; model: number; deviceOfComputers: number };
  readonly queueWork: number;
  readonly exportsADay: number;
  readonly exportRows: number;
  readonly releases: readonly number[];
  readonly badSignatures: number;
  readonly strayExports: number;
  /** Share of work away from the office, and of what is done on the road. Of those that were there first, 0.15 and 0.25. */
  readonly remote?: number;
  readonly mobile?: number;
}

/** Where and with what somebody acts. */
export interface Where {
  readonly ip: string;
  readonly geo: Geo | null;
  readonly device: string | null;
  readonly model: string | null;
  readonly session: string | null;
  readonly client: string | null;
  readonly skew: number;
}

export interface World {
  readonly random: Random;
  readonly company: Company;
  readonly habits: Habits;
  /** Newest order number at a moment. */
  readonly newest: (ts: number) => number;
  readonly event: (
    ts: number,
    who: Employee | { uid: string } | null,
    where: Where,
    act: ActName,
    more?: Record<string, unknown>,
  ) => RawEvent;
}

export function createWorld(random: Random, company: Company, habits: Habits): World {
  let serial = 0;
  const { dialect, named } = habits;
  const newest = (ts: number): number => 100_000 + Math.floor(((ts - habits.start) / DAY_MS) * company.employees.length * 1.4);
  return {
    ...{ random, company, habits, newest },
    event(ts, who, where, act, more = {}) {
      serial += 1;
      const { action, method, endpoint } = dialect.acts[act];
      const status = (more['status'] as number | undefined) ?? 200;
      const employee = who !== null && 'dept' in who ? who : null;
      return {
        id: `e${serial}`,
        ts: Math.floor(ts),
        user: who?.uid ?? null,
        dept: employee?.dept ?? null,
        role: employee?.role ?? null,
        session: act === 'login' && status !== 200 ? null : random.chance(named.session) ? where.session : null,
        device: where.device,
        model: random.chance(named.model) ? where.model : null,
        ip: where.ip,
        geo: where.geo !== null && random.chance(named.geo) ? where.geo : null,
        client: where.client,
        action,
        method,
        path: endpoint.replace(/:id|\{id\}/, String(more['object'] ?? '')),
        endpoint,
        object: null,
        object_owner_dept: null,
        status,
        result: dialect.result(status),
        reason: null,
        latency_ms: Math.round(random.skewed(80, 0.5)),
        bytes_out: Math.round(random.skewed(2_000, 0.7)),
        rows: null,
        amount_cents: null,
        campaign: null,
        nonce: random.chance(named.nonce) ? `${serial.toString(36)}-${random.below(1e9).toString(36)}` : null,
        client_ts: random.chance(named.clientTs) ? Math.floor(ts - where.skew - random.between(30, 400)) : null,
        sig_ok: act === 'login' ? null : true,
        ...more,
      };
    },
  };
}

const version = (habits: Habits, day: number, lag: number): string =>
  `8.0.${40 + habits.releases.filter((at) => at + lag <= day).length}`;

/** All ordinary events of one day, not in order. */
export function workday(world: World, day: number): RawEvent[] {
  const events: RawEvent[] = [];
  const { company, habits } = world;
  const midnight = habits.start + day * DAY_MS;
  const weekday = new Date(midnight + ZONE_MS).getUTCDay();
  for (const person of company.employees) onePersonsDay(world, person, day, midnight, weekday, events);
  for (const service of company.services) {
    const where: Where = { ip: service.ip, geo: null, device: null, model: null, session: null, client: 'sync/1.4', skew: 0 };
    for (
      let ts = midnight + world.random.below(5_000);
      ts < midnight + DAY_MS;
      ts += service.seconds * 1_000 * world.random.between(0.95, 1.05)
    ) {
      events.push(world.event(ts, service, where, 'heartbeat', { rows: 20 + world.random.below(10), role: 'service' }));
    }
  }
  return events;
}

function onePersonsDay(world: World, person: Employee, day: number, midnight: number, weekday: number, events: RawEvent[]): void {
  const { random, habits } = world;
  if (person.away !== null && day >= person.away.from && day <= person.away.to) return;
  const weekend = weekday === 0 || weekday === 6;
  const works = random.chance(weekend ? (person.dept === 'store' ? 0.6 : habits.weekends) : 0.95);
  if (random.chance(habits.phoneChanges)) {
    const model = modelOf(random);
    person.phone = { id: `p-${person.uid}-${random.below(1e6).toString(36)}`, model, skew: random.normal(0, 1_500) };
  }
  if (random.chance(habits.homeChanges)) person.home = `113.${random.below(250)}.${random.below(250)}.${1 + random.below(250)}`;
  if (works) {
    const night = person.shift === 'night' || (person.shift === 'rotating' && Math.floor(day / 3) % 3 === 2);
    const late = person.shift === 'rotating' && Math.floor(day / 3) % 3 === 1;
    const begins = midnight + (night ? 21.5 : late ? 14 : 8.6) * HOUR_MS + random.normal(0, 0.4 * HOUR_MS);
    stretch(world, person, day, begins, 8.5 * HOUR_MS, person.pace, weekday, events, 'work');
  }
  if (random.chance(habits.evenings)) {
    stretch(
      world,
      person,
      day,
      midnight + random.between(19, 22.5) * HOUR_MS,
      0.5 * HOUR_MS,
      person.pace * 0.08,
      weekday,
      events,
      'home',
    );
  }
  if (random.chance(habits.lateNights)) {
    stretch(world, person, day, midnight + random.between(0, 5) * HOUR_MS, 0.4 * HOUR_MS, 3, weekday, events, 'home');
  }
  const campaign = world.company.campaigns.find((offer) => offer.day === day);
  if (campaign !== undefined && random.chance(0.55))
    claim(world, person, day, midnight + 10 * HOUR_MS + random.skewed(400_000, 1), campaign, events);
}

/** Where somebody is during a stretch of work. */
export function whereabouts(
  world: World,
  person: Employee,
  day: number,
  situation: 'work' | 'home' | 'mobile',
  computer: boolean,
): Where {
  const { random, company, habits } = world;
  const trip = person.trips.find(({ from, to }) => day >= from && day <= to);
  const city = trip?.city ?? person.city;
  const device = computer && person.computer !== null ? person.computer : person.phone;
  const nameless = device === person.computer && !random.chance(habits.named.deviceOfComputers);
  let ip: string;
  let geo = company.geo(city);
  if (situation === 'mobile') {
    ip = random.pick(company.carriers.get(city) ?? []);
    if (random.chance(0.1)) geo = company.drifted(city);
  } else if (situation === 'work' && trip === undefined) {
    if (random.chance(0.02)) {
      ip = random.pick(company.offices.get('Beijing') ?? []);
      geo = company.geo('Beijing');
    } else ip = random.pick(company.offices.get(city) ?? []);
  } else ip = trip?.ip ?? person.home;
  return {
    ip,
    geo,
    device: nameless ? null : device.id,
    model: device.model,
    session: `s-${person.uid}-${day}-${random.below(1e6).toString(36)}`,
    client:
      device === person.computer
        ? `wecom-pc/4.1.${10 + day}`
        : `MicroMessenger/${version(habits, day, person.uid.charCodeAt(4) % 3)}`,
    skew: device.skew,
  };
}

function stretch(
  world: World,
  person: Employee,
  day: number,
  begins: number,
  lasts: number,
  acts: number,
  weekday: number,
  events: RawEvent[],
  place: 'work' | 'home',
): void {
  const { random } = world;
  const count = random.poisson(acts);
  if (count === 0) return;
  const parts = place === 'work' ? 1 + random.below(3) : 1;
  for (let part = 0; part < parts; part += 1) {
    const { remote: remoteShare = 0.15, mobile = 0.25 } = world.habits;
    const remote = random.chance(remoteShare);
    const situation =
      place === 'home' || remote ? (random.chance(0.3) ? 'mobile' : 'home') : random.chance(mobile) ? 'mobile' : 'work';
    const where = whereabouts(world, person, day, situation, place === 'work' && random.chance(0.6));
    const from = begins + (lasts / parts) * part + random.between(0, 600_000);
    login(world, person, where, from, weekday, events);
    const mine = Math.max(1, Math.round(count / parts));
    const span = (lasts / parts) * 0.85;
    let at = from + 5_000;
    for (let done = 0; done < mine; done += 1) {
      at += random.skewed((span / mine) * 0.4, 1.2);
      if (at > from + span) at = from + random.between(10_000, span);
      oneAct(world, person, where, at, day, events);
    }
    if (random.chance(0.3)) events.push(world.event(from + span + 5_000, person, where, 'logout'));
  }
}

function login(world: World, person: Employee, where: Where, ts: number, weekday: number, events: RawEvent[]): void {
  const { random, habits } = world;
  let at = ts;
  let typo = habits.typos * (weekday === 1 ? 2.5 : 1);
  while (random.chance(typo)) {
    events.push(
      world.event(at, person, where, random.chance(0.3) ? 'mfa' : 'login', { status: 401, reason: habits.dialect.badPassword }),
    );
    at += random.between(4_000, 25_000);
    typo = 0.35;
  }
  events.push(world.event(at, person, where, 'login'));
}

function oneAct(world: World, person: Employee, where: Where, ts: number, day: number, events: RawEvent[]): void {
  const { random, habits, company } = world;
  const push = (act: ActName, more: Record<string, unknown>): void => {
    const event = world.event(ts, person, where, act, more);
    if (random.chance(habits.badSignatures))
      Object.assign(event, { sig_ok: false, status: 401, result: habits.dialect.result(401), rows: null });
    events.push(event);
    if (!random.chance(habits.resends)) return;
    const again = { ...event, id: `${event.id}r`, ts: event.ts + Math.round(random.between(1_000, 40_000)) };
    // A request that does not verify is not let in when it is sent again.
    const status = event['sig_ok'] === false ? 401 : random.pick([200, 409, 401]);
    events.push({ ...again, status, result: habits.dialect.result(status) });
  };
  const foreign = random.chance(person.role === 'manager' ? habits.foreignReadsManagers : habits.foreignReads);
  const owner = foreign ? random.pick(['sales', 'service', 'finance', 'store', 'hr', 'legal']) : person.dept;
  const draw = random.next();
  const status = random.chance(habits.denied) ? 403 : random.chance(habits.missing) ? 404 : 200;
  const date = new Date(habits.start + day * DAY_MS + ZONE_MS).getUTCDate();
  const exports = person.canExport ? (habits.exportsADay / person.pace) * (date >= 27 ? 3 : 1) : habits.strayExports;
  if (random.chance(exports)) {
    const rows = Math.round(random.skewed(habits.exportRows, 0.7) * (date >= 27 ? 2 : 1));
    push('customerExport', { rows, bytes_out: rows * 180 });
  } else if (person.isAdmin && random.chance(0.12)) {
    push(random.chance(0.3) ? 'roleGrant' : 'userUpdate', { object: `user:${random.pick(company.employees).uid}` });
  } else if (draw < 0.35) {
    push('orderList', { rows: 1 + random.poisson(person.rows), bytes_out: Math.round(random.skewed(6_000, 0.5)) });
  } else if (draw < 0.68) {
    const recent = random.chance(habits.queueWork);
    const number = recent ? world.newest(ts) - random.below(400) : 1_000 + random.below(world.newest(ts) - 1_000);
    const object = habits.dialect.object('order', number);
    push(random.chance(0.2) ? 'orderWrite' : 'orderRead', {
      object,
      object_owner_dept: owner,
      status,
      result: habits.dialect.result(status),
      rows: status === 200 ? 1 : 0,
    });
  } else if (draw < 0.88) {
    const object = habits.dialect.object('customer', random.below(80_000));
    push('customerRead', {
      object,
      object_owner_dept: owner,
      status,
      result: habits.dialect.result(status),
      rows: status === 200 ? 1 : 0,
    });
  } else push(random.chance(0.7) ? 'report' : 'couponList', { rows: 1 + random.poisson(person.rows * 1.5) });
}

function claim(
  world: World,
  person: Employee,
  day: number,
  ts: number,
  campaign: Company['campaigns'][number],
  events: RawEvent[],
): void {
  const { random, company } = world;
  const where = whereabouts(world, person, day, random.chance(0.5) ? 'mobile' : 'work', false);
  const steps = campaign.fixed === null ? Math.floor(((campaign.max ?? 0) - (campaign.min ?? 0)) / campaign.step) : 0;
  const amount = campaign.fixed ?? (campaign.min ?? 0) + random.below(steps + 1) * campaign.step;
  events.push(world.event(ts - 4_000, person, where, 'login'));
  events.push(world.event(ts - 2_000, person, where, 'couponList', { rows: 3 }));
  events.push(world.event(ts, person, where, 'couponClaim', { campaign: campaign.id, amount_cents: amount }));
  // A couple shares a phone, at home.
  if (!random.chance(0.01) || person.trips.length > 0) return;
  const partner = random.pick(company.employees.filter(({ city, trips }) => city === person.city && trips.length === 0));
  const own = { ...where, session: `s-${partner.uid}-${day}-with-${person.uid}` };
  events.push(world.event(ts + 60_000, partner, own, 'couponClaim', { campaign: campaign.id, amount_cents: amount }));
}
