import type { AppConfig, RiskReason } from '@menshen/contract';

/** What stands against a session: 0 is nothing, 4 is the highest. */
export interface Risk {
  readonly level: 0 | 1 | 2 | 3 | 4;
  readonly reasons: readonly RiskReason[];
  /** When the newest reason arose, epoch ms. A second factor given later answers it. */
  readonly at: number;
  /** WeChat's rank of the user at login, where the app asks for it; ranks of 3 and 4 are among the reasons of staff. */
  readonly rank?: 0 | 1 | 2 | 3 | 4;
}

export const noRisk: Risk = { level: 0, reasons: [], at: 0 };

export interface Place {
  readonly city: string;
  readonly country: string;
  /** Degrees. */
  readonly lat: number;
  readonly lon: number;
}

/** Where and with what a person was seen before, after a login that nothing stood against or a second factor. */
export interface Sighting {
  readonly device: string;
  readonly place: Place | null;
  /** Epoch ms. */
  readonly at: number;
}

export interface LoginFacts {
  readonly now: number;
  /** What the client says that it is; empty when it says nothing. */
  readonly device: string;
  readonly place: Place | null;
  /** 0 to 4 as WeChat ranks the user; null when it was not asked or did not answer. */
  readonly wechatRank: number | null;
  /** Failed second factors and bindings of this person within the last hour. */
  readonly failures: number;
  readonly known: readonly Sighting[];
}

type Settings = AppConfig['stepUp'];

/** How much a reason weighs alone. */
const weights: Readonly<Record<Exclude<RiskReason, 'wechat_risk'>, 1 | 2 | 3>> = {
  new_device: 1,
  new_city: 2,
  impossible_travel: 3,
  night: 1,
  many_failures: 3,
};

const earthKm = 6_371;
/** Below this distance two address ranges may well be one place. */
const nearKm = 200;

/** Great-circle distance in kilometres (haversine). */
export function distanceKm(a: Place, b: Place): number {
  const rad = (degrees: number): number => (degrees * Math.PI) / 180;
  const h =
    Math.sin(rad(b.lat - a.lat) / 2) ** 2 + Math.cos(rad(a.lat)) * Math.cos(rad(b.lat)) * Math.sin(rad(b.lon - a.lon) / 2) ** 2;
  return 2 * earthKm * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Whether nobody gets from one place to the other in the time between. */
export function isImpossible(from: Sighting, place: Place, now: number, maxKmPerHour: number): boolean {
  if (from.place === null || now < from.at) return false;
  const km = distanceKm(from.place, place);
  const hours = Math.max((now - from.at) / 3_600_000, 1 / 60);
  return km > nearKm && km / hours > maxKmPerHour;
}

/** Hour of the day in a time zone, 0 to 23. */
export function hourIn(now: number, timeZone: string): number {
  return Number(new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' }).format(now));
}

const isNight = (hour: number, { from, to }: { readonly from: number; readonly to: number }): boolean =>
  from <= to ? hour >= from && hour < to : hour >= from || hour < to;

/**
 * Weighs a login. The heaviest reason counts whole, every further one adds a level; reasons that are usual in daily life (a new phone, a journey) stay
 * below the default threshold alone and reach it together. A person who was never seen has no usual device or place to differ from, so that only their
 * device is new.
 */
export function assessLogin(facts: LoginFacts, settings: Settings): Risk {
  const { now, device, place, known } = facts;
  const reasons: RiskReason[] = [];
  let heaviest = 0;
  const add = (reason: RiskReason, weight: number): void => {
    reasons.push(reason);
    heaviest = Math.max(heaviest, weight);
  };
  if (device === '' || !known.some((sighting) => sighting.device === device)) add('new_device', weights.new_device);
  const places = known.filter((sighting) => sighting.place !== null);
  if (place !== null && places.length > 0) {
    const newest = places.reduce((a, b) => (b.at > a.at ? b : a));
    if (isImpossible(newest, place, now, settings.maxKmPerHour)) add('impossible_travel', weights.impossible_travel);
    else if (!places.some((sighting) => sighting.place?.city === place.city && sighting.place.country === place.country)) {
      add('new_city', weights.new_city);
    }
  }
  if (settings.night !== null && isNight(hourIn(now, settings.timeZone), settings.night)) add('night', weights.night);
  if (facts.wechatRank !== null && facts.wechatRank >= 3) add('wechat_risk', facts.wechatRank);
  if (facts.failures >= settings.failures) add('many_failures', weights.many_failures);
  return riskOf(heaviest, reasons, now);
}

/** A running session turns up elsewhere. Null when there is nothing new against it. */
export function assessMove(risk: Risk, last: Sighting, place: Place, now: number, settings: Settings): Risk | null {
  if (risk.reasons.includes('impossible_travel') || !isImpossible(last, place, now, settings.maxKmPerHour)) return null;
  const moved = riskOf(Math.max(risk.level, weights.impossible_travel), [...risk.reasons, 'impossible_travel'], now);
  return risk.rank === undefined ? moved : { ...moved, rank: risk.rank };
}

function riskOf(heaviest: number, reasons: readonly RiskReason[], at: number): Risk {
  if (reasons.length === 0) return noRisk;
  const level = Math.min(4, heaviest + (heaviest === 0 ? 0 : Math.max(0, reasons.length - 1))) as Risk['level'];
  return { level, reasons, at };
}

/** Whether a second factor is still owed: the risk reaches the app's threshold, and none was given since it arose. */
export function owesStepUp(risk: Risk, secondFactorAt: number | null, threshold: number): boolean {
  return risk.level >= threshold && (secondFactorAt === null || secondFactorAt < risk.at);
}

/** Adds what WeChat says of the user. `now` is when it said so. */
export function withRank(risk: Risk, rank: number | null, now: number): Risk {
  if (rank !== 0 && rank !== 1 && rank !== 2 && rank !== 3 && rank !== 4) return risk;
  return { ...risk, at: risk.level === 0 ? now : risk.at, rank };
}

/**
 * The level that backends, policies and rules of routes are told: the session's or WeChat's rank of the user, whichever is higher. What a second factor
 * has answered counts as low.
 */
export function residualRisk(session: { readonly risk: Risk; readonly secondFactorAt: number | null }): Risk['level'] {
  const { risk, secondFactorAt } = session;
  const level = Math.max(risk.level, risk.rank ?? 0) as Risk['level'];
  return secondFactorAt !== null && secondFactorAt >= risk.at && level > 1 ? 1 : level;
}
