import type { Failure, Person } from '../baseline/person.ts';
import { distinct, push, since } from '../baseline/windows.ts';
import type { Detector, Seen } from '../seen.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Failures within five minutes, from a person's own places, that are no longer a person's. */
const PATIENCE = 14;

const ids = (list: readonly Failure[]): string[] => list.map(({ id }) => id);
const users = (list: readonly Failure[]): number => distinct(list, ({ user }) => user);

/** Failed logins of one person, at one address, on one device, and over everybody. */
export const failedLogins: Detector = (parts) => {
  const fleet = fleetFailures(parts);
  return (seen) => {
    const { activity, person, address, device } = seen;
    if (!activity.kind.login || seen.service) return;
    if (activity.outcome === 'ok') {
      if (person !== null) settled(parts.report, seen, person);
      return;
    }
    if (activity.outcome === 'transient') return;
    const failure = failureOf(seen, activity.ts - parts.state.fleet.first < 2 * DAY);
    if (person !== null) {
      push(person.failures, failure, 96);
      person.failures = since(person.failures, activity.ts - 5 * DAY);
      onPerson(parts.report, seen, person);
    }
    if (address !== null) {
      push(address.failures, failure, 256);
      onAddress(parts.report, seen, address.failures, address.users);
    }
    if (device !== null) {
      push(device.failures, failure, 128);
      const recent = since(device.failures, activity.ts - 12 * HOUR);
      const people = users(recent);
      const usual = [...device.users.values()].filter((last) => last < activity.ts - DAY).length;
      parts.report(seen, {
        rule: people > recent.length * 0.7 ? 'credential_stuffing' : 'brute_force',
        entity: `device ${seen.deviceName}`,
        score: people / Math.max(4, usual * 2),
        events: ids(recent),
        facts: { users: people, failures: recent.length, window_minutes: 720 },
        about: { user: null },
      });
    }
    if (failure.foreign) fleet(seen, failure);
  };
};

function failureOf({ activity, person, entry, knownAddress, knownDevice, sharedAddress }: Seen, settling: boolean): Failure {
  const { ts, id, user, ip, device } = activity;
  // Somebody of the company who was not seen yet comes from an office or a carrier like everybody.
  const stranger = person === null || (person.events === 0 && !(entry !== null && sharedAddress));
  if (person !== null && person.events === 0 && entry !== null && settling) return { ts, id, user, ip, device, foreign: false };
  const foreign =
    stranger || (!knownDevice && (device !== null || !sharedAddress) && (!knownAddress || (sharedAddress && device !== null)));
  return { ts, id, user, ip, device, foreign };
}

type Report = Parameters<Detector>[0]['report'];

function onPerson(report: Report, seen: Seen, { failures }: Person): void {
  const { ts, user } = seen.activity;
  const five = since(failures, ts - 5 * MINUTE);
  const foreign = five.filter((failure) => failure.foreign);
  report(seen, {
    rule: 'brute_force',
    entity: `user ${user}`,
    // People type a password wrong a dozen times in a row, at their own desk; hardly more often.
    score: Math.max(foreign.length / 6, five.length < PATIENCE ? 0 : five.length / 10),
    events: ids(five),
    facts: { failures: five.length, from_unknown_places: foreign.length, window_minutes: 5 },
  });
  const day = since(failures, ts - DAY);
  const foreignDay = day.filter((failure) => failure.foreign);
  const foreignAll = failures.filter((failure) => failure.foreign);
  const apart = ts - (foreignDay[0]?.ts ?? ts);
  report(seen, {
    rule: apart < 15 * MINUTE ? 'brute_force' : 'brute_force_slow',
    entity: `user ${user}`,
    score: Math.max(foreignDay.length / 8, day.length / 20, foreignAll.length / 14, failures.length / 36),
    events: ids(foreignAll.length >= 8 ? foreignAll : failures),
    facts: {
      failures: day.length,
      from_unknown_places: foreignDay.length,
      failures_in_days: failures.length,
      addresses: distinct(day, ({ ip }) => ip),
      window_hours: 24,
    },
  });
}

/** A login that succeeds settles the failures of the same address or device; many from where nobody knew the person are a break-in. */
function settled(report: Report, seen: Seen, person: Person): void {
  const { ts, ip, device, id } = seen.activity;
  const same = person.failures.filter(
    (failure) => (failure.ip === ip && ip !== null) || (failure.device === device && device !== null),
  );
  if (same.length === 0) return;
  const foreign = same.filter((failure) => failure.foreign);
  if (foreign.length > 0) {
    push(
      person.signals,
      { ts, name: 'failures_before', weight: Math.min(1.5, 0.3 + foreign.length / 6), id: foreign[0]?.id ?? id, ip, device },
      24,
    );
  }
  report(seen, {
    rule: 'account_takeover',
    entity: `user ${seen.activity.user}`,
    score: !seen.knownDevice && seen.mature ? foreign.length / 5 : 0,
    events: [...ids(same), id],
    facts: { failures_before: same.length, new_device: !seen.knownDevice, new_address: !seen.knownAddress },
  });
  person.failures = person.failures.filter((failure) => !same.includes(failure));
}

function onAddress(report: Report, seen: Seen, failures: readonly Failure[], admitted: ReadonlyMap<string, number>): void {
  const { ts, ip } = seen.activity;
  const judged = (windowMs: number, rule: 'credential_stuffing' | 'password_spray', floor: number): void => {
    const recent = since(failures, ts - windowMs);
    const foreign = recent.filter((failure) => failure.foreign);
    const people = users(foreign);
    let share = 0;
    if (!seen.sharedAddress || users(recent) >= 8) {
      let inside = 0;
      for (const last of admitted.values()) if (last >= ts - windowMs) inside += 1;
      const all = users(recent);
      share = all >= inside * 1.5 ? all : 0;
    }
    report(seen, {
      rule,
      entity: `ip ${ip}`,
      score: Math.max(
        people / (seen.sharedAddress ? floor * 1.6 : floor),
        seen.sharedAddress ? share / (floor * 3) : share / floor,
      ),
      events: ids(foreign.length >= floor ? foreign : recent),
      facts: { users: Math.max(people, share), failures: recent.length, window_minutes: windowMs / MINUTE },
      about: { user: null, device: null, session: null },
    });
  };
  // Guesses that name nobody, such as login codes.
  const anonymous = since(failures, ts - 10 * MINUTE).filter(({ user }) => user === null);
  report(seen, {
    rule: 'brute_force',
    entity: `ip ${ip}`,
    score: seen.sharedAddress ? 0 : anonymous.length / 15,
    events: ids(anonymous),
    facts: { failures: anonymous.length, window_minutes: 10 },
  });
  judged(10 * MINUTE, 'credential_stuffing', 5);
  judged(DAY, 'password_spray', 8);
}

/** Windows of the fleet: minutes, and the least number of people whose logins fail from strange places. */
const fleetWindows = [
  { minutes: 1, floor: 6 },
  { minutes: 10, floor: 9 },
  { minutes: 60, floor: 14 },
  { minutes: 480, floor: 36 },
] as const;

/** Failures that fit nobody's habits, over everybody: what a spray looks like that tries each person once, from many addresses. */
function fleetFailures({ state, report }: Parameters<Detector>[0]): (seen: Seen, failure: Failure) => void {
  return (seen, failure) => {
    const { fleet } = state;
    const { ts } = failure;
    const before = fleet.foreign.findLast((other) => other.user === failure.user);
    if (before !== undefined && ts - before.ts < 30 * MINUTE) return;
    push(fleet.foreign, failure, 1_024);
    const minute = Math.floor(ts / MINUTE);
    fleet.foreignMinutes.set(minute, (fleet.foreignMinutes.get(minute) ?? 0) + 1);
    closeHours(state, seen, minute);
    for (const { minutes, floor } of fleetWindows) {
      let count = 0;
      for (const [at, n] of fleet.foreignMinutes) if (at > minute - minutes) count += n;
      if (count < floor) continue;
      const expected = expectedFor(fleet.foreignRates, seen.companyTime.hour, minutes);
      const recent = since(fleet.foreign, ts - minutes * MINUTE);
      const tries =
        recent.length /
        Math.max(
          1,
          distinct(recent, ({ ip }) => ip),
        );
      report(seen, {
        rule: minutes <= 10 ? 'credential_stuffing' : 'password_spray',
        entity: `fleet ${minutes <= 10 ? 'minutes' : 'hours'}`,
        score: count / Math.max(floor, expected + 3.5 * Math.sqrt(expected) + 3.5),
        events: ids(recent).slice(-250),
        facts: {
          users: count,
          addresses: distinct(recent, ({ ip }) => ip),
          expected: Math.round(expected * 10) / 10,
          tries_per_address: Math.round(tries * 10) / 10,
          window_minutes: minutes,
        },
        about: { user: null, ip: null, device: null, session: null },
      });
    }
  };
}

type Rates = readonly { sum: number; minutes: number }[];

function expectedFor(rates: Rates, hour: number, minutes: number): number {
  let sum = 0;
  let seen = 0;
  const from = minutes > 60 ? hour - Math.floor(minutes / 60) : hour;
  for (let at = from; at <= hour; at += 1) {
    const rate = rates[(at + 24) % 24];
    sum += rate?.sum ?? 0;
    seen += rate?.minutes ?? 0;
  }
  return seen < 60 ? 0 : (sum / seen) * minutes;
}

/** Moves minutes older than eight hours and ten minutes into the rates of the past. */
function closeHours(state: Parameters<Detector>[0]['state'], { companyTime, activity }: Seen, minute: number): void {
  const { foreignMinutes, foreignRates, first } = state.fleet;
  for (const [at, count] of foreignMinutes) {
    if (at > minute - 490) break;
    foreignMinutes.delete(at);
    const hour = (((companyTime.hour - Math.floor((Math.floor(activity.ts / HOUR) * 60 - at + 59) / 60)) % 24) + 24) % 24;
    const rate = foreignRates[hour];
    if (rate !== undefined) rate.sum += count;
  }
  const days = (activity.ts - first) / DAY;
  for (const rate of foreignRates) rate.minutes = Math.max(rate.minutes, Math.floor(days) * 60);
}
