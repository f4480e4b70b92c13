import type { Person, Signal } from '../baseline/person.ts';
import { distinct, push, since } from '../baseline/windows.ts';
import type { Detector, Seen } from '../seen.ts';
import { isScript } from './scanners.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const DORMANT_MS = 6 * DAY;
/** Sum of weights at which signs that are harmless alone are no longer. */
const ENOUGH = 2.9;

/** Adds up what is unusual about one person within half a day: new device, new city, failures before, strange hours, much read. */
export const suspicion: Detector = ({ state, directory, report }) => {
  return (seen) => {
    const { activity, person } = seen;
    if (person === null || seen.service) return;
    if (activity.kind.login && activity.outcome !== 'ok') return;
    const { ts, id, user } = activity;
    const idle = dormantFor(seen, person, state.fleet.first);
    if (seen.mature) novelties(seen, person, state.fleet.cities);
    else if (idle > 0 && person.events === 0) firstSeen(seen, person, directory.users.size > 0);
    if (idle > 0) signal(person, seen, 'dormant', 1.2);
    devicesToday(seen, person, report);
    if (person.signals.length === 0) return;
    const recent = since(person.signals, ts - 12 * HOUR);
    if (recent.length === 0 || recent.at(-1)?.ts !== ts) return;
    const { sum, names, ids } = total(recent);
    if (sum < ENOUGH) return;
    const dormant = names.includes('dormant');
    const moved = names.includes('new_device') && names.includes('new_city');
    report(seen, {
      rule: dormant ? 'dormant_account' : moved ? 'new_device_new_city' : 'account_takeover',
      entity: `user ${user}`,
      score: sum / ENOUGH,
      events: [...ids, id],
      facts: {
        signs: names.join(' '),
        weight: Math.round(sum * 10) / 10,
        city: seen.place?.city ?? '',
        ...(dormant ? { idle_days: Math.round(idleDays(person, ts, state.fleet.first)) } : {}),
      },
    });
  };
};

function signal(person: Person, { activity: { ts, id, ip, device } }: Seen, name: string, weight: number): void {
  const before = person.signals.findLast((other) => other.name === name);
  if (before !== undefined && ts - before.ts < 12 * HOUR) return;
  push(person.signals, { ts, name, weight, id, ip, device }, 24);
}

function novelties(seen: Seen, person: Person, companyCities: ReadonlyMap<string, number>): void {
  const { activity, place } = seen;
  const newDevice = activity.device !== null && !seen.knownDevice && person.devices.size > 0;
  const newModel = activity.model !== null && person.models.size > 0 && !person.models.has(activity.model);
  const newCity = place !== null && place.city !== '' && !seen.knownCity && !seen.sharedAddress && person.cities.size > 0;
  // Who buys a phone uses it at home and at work; who breaks in comes from an address that nobody of the company uses.
  const strangePlace = !seen.knownAddress && !seen.sharedAddress && (seen.address?.users.size ?? 0) <= 2;
  if (newDevice) signal(person, seen, 'new_device', strangePlace ? 2.3 : 1.6);
  else if (newModel && activity.device === null) signal(person, seen, 'new_device', 1.2);
  if (newCity) {
    const abroad = ![...person.cities.keys()].some((key) => key.startsWith(`${place.country}\n`));
    // People travel to where colleagues are or were.
    const nobodys = (companyCities.get(`${place.country}\n${place.city}`) ?? 0) < 3;
    signal(person, seen, 'new_city', (abroad ? 2.4 : 1.6) + (nobodys ? 0.6 : 0));
    if (newDevice) signal(person, seen, 'both_at_once', 0.6);
  }
  if (activity.client !== null && isScript(activity.client)) signal(person, seen, 'program_instead_of_app', 1.4);
}

/** Somebody who was never seen before: only the directory says what is usual. */
function firstSeen(seen: Seen, person: Person, directoryKnown: boolean): void {
  if (seen.place !== null && seen.place.city !== '' && !seen.knownCity && seen.entry?.city != null)
    signal(person, seen, 'new_city', 1.6);
  if (directoryKnown && seen.entry === null) signal(person, seen, 'not_in_directory', 0.8);
  if (!seen.sharedAddress && (seen.address?.users.size ?? 0) <= 2) signal(person, seen, 'new_address', 0.4);
}

const idleDays = (person: Person, ts: number, start: number): number => (ts - (person.events === 0 ? start : person.last)) / DAY;

function dormantFor(seen: Seen, person: Person, start: number): number {
  const idle = seen.activity.ts - (person.events === 0 ? start : person.last);
  return idle >= DORMANT_MS ? idle : 0;
}

/** The newest of each sign counts. */
function total(signals: readonly Signal[]): { sum: number; names: string[]; ids: string[] } {
  const newest = new Map<string, Signal>();
  for (const item of signals) newest.set(item.name, item);
  let sum = 0;
  for (const { weight } of newest.values()) sum += weight;
  return { sum, names: [...newest.keys()], ids: signals.map(({ id }) => id) };
}

/** One account on many devices in many places within a few hours is an account that is shared. */
function devicesToday(seen: Seen, person: Person, report: Parameters<Detector>[0]['report']): void {
  const { ts, id, user } = seen.activity;
  if (seen.knownDevice || seen.activity.device === null) return;
  const today = [...person.devices.values()].filter(({ last }) => ts - last < 12 * HOUR).length + 1;
  if (today < 4) return;
  report(seen, {
    rule: 'shared_account',
    entity: `user ${user}`,
    score: today / 4,
    events: [...person.recent.slice(-20), id],
    facts: {
      devices: today,
      addresses: distinct(
        [...person.addresses].filter(([, { last }]) => ts - last < 12 * HOUR),
        ([ip]) => ip,
      ),
      window_hours: 12,
    },
  });
}
