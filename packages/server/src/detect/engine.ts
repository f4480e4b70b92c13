import { type Address, newAddress, newDevice, newGroup } from './baseline/others.ts';
import { newPerson, type Person } from './baseline/person.ts';
import { countRate } from './baseline/windows.ts';
import { createCalendar } from './calendar.ts';
import { observe, thresholdOf } from './calibration.ts';
import { baselineDetectors } from './detectors/index.ts';
import { fold } from './fold.ts';
import { learn } from './learn.ts';
import type { Activity, Alert, BaselineRule, Directory, DirectoryUser, Place } from './model.ts';
import type { Detector, FindingInput, Seen } from './seen.ts';
import { type DetectState, entityOf, newState, sweep } from './state.ts';

export interface EngineOptions {
  readonly directory: Directory;
  /** Until then activity is only learned from, epoch ms; null where nobody said: the first days are, but for what is plain. */
  readonly learnUntil: number | null;
  /** Finds the place of an address where the activity names none. */
  readonly locate: (ip: string) => Place | null;
  /** Hears of every new alert, and of each that something was folded into. */
  readonly alerted: (alert: Alert, opened: boolean) => void;
  /** Multiplies a rule's threshold; 1 where nobody tuned it. */
  readonly tuned?: (rule: BaselineRule, finding: FindingInput, activity: Activity) => number;
  readonly detectors?: readonly Detector[];
  readonly state?: DetectState;
}

export interface DetectEngine {
  /** Takes the next activity, in order of time or nearly. */
  take(activity: Activity): void;
  readonly state: DetectState;
}

const COLD_MS = 60 * 3_600_000;
/** What is found while nothing is known yet must be this many times plainer. */
const COLD_FACTOR = 2;
const COLD_SETTLING_MS = 24 * 3_600_000;
const SETTLING_MS = 60 * 3_600_000;
const SHARED_USERS = 10;
const MATURE_MS = 20 * 3_600_000;
const MATURE_EVENTS = 8;

/** The baselines: what no rule about single events can say. Pure but for what it is handed; its whole memory is {@link DetectEngine.state}. */
export function createDetectEngine(options: EngineOptions): DetectEngine {
  const { directory, learnUntil, locate, alerted, tuned = () => 1, state = newState() } = options;
  const calendar = createCalendar(directory.timeZone);
  const calendars = new Map([[directory.timeZone, calendar]]);
  const calendarOf = (zone: string): ReturnType<typeof createCalendar> => {
    const known = calendars.get(zone);
    if (known !== undefined) return known;
    const made = createCalendar(zone);
    calendars.set(zone, made);
    return made;
  };
  const settling = learnUntil === null ? COLD_SETTLING_MS : SETTLING_MS;

  const report = ({ activity }: Seen, input: FindingInput): void => {
    const { rule, entity, score, events, facts, about } = input;
    if (score < 1) return;
    const { ts } = activity;
    const cold = learnUntil === null ? ts - state.fleet.first < COLD_MS : ts < learnUntil;
    // Habits must be known before what exceeds them says anything.
    if (cold && ts - state.fleet.first >= settling) observe(state.calibration, rule, entity, score);
    if (cold && learnUntil !== null) return;
    const threshold = cold ? COLD_FACTOR : thresholdOf(state.calibration, rule, entity);
    if (score < threshold * tuned(rule, input, activity)) return;
    const who = { user: activity.user, ip: activity.ip, device: activity.device, session: activity.session, ...about };
    const { alert, opened } = fold(state.open, { rule, entity, score, events, facts, ...who }, ts);
    alerted(alert, opened);
  };
  const judges = (options.detectors ?? baselineDetectors).map((detector) => detector({ state, directory, report }));

  return {
    state,
    take(activity) {
      if (state.events === 0) state.fleet.first = activity.ts;
      state.events += 1;
      if (activity.ts > state.now) state.now = activity.ts;
      sweep(state);
      const seen = look(activity);
      for (const judge of judges) judge(seen);
      learn(state, seen);
    },
  };

  function look(activity: Activity): Seen {
    const { ts, user, ip, device: deviceId } = activity;
    const companyTime = calendar(ts);
    const person = user === null ? null : entityOf(state.persons, 'persons', user, () => newPerson(user, ts));
    const address = ip === null ? null : entityOf(state.addresses, 'addresses', ip, () => newAddress(ip, ts));
    const deviceName = nameOfDevice(activity);
    const device = deviceName === null ? null : entityOf(state.devices, 'devices', deviceName, () => newDevice(deviceName, ts));
    const entry = user === null ? null : (directory.users.get(user) ?? null);
    const zone = entry?.timeZone ?? directory.timeZone;
    const local = zone === directory.timeZone ? companyTime : calendarOf(zone)(ts);
    const place = activity.place ?? (ip === null ? null : locate(ip));
    if (person !== null) placeInGroups(state, person, entry, activity, zone === directory.timeZone ? '' : `\n${zone}`);
    return {
      activity,
      local,
      companyTime,
      place,
      person,
      entry,
      address,
      device,
      deviceName,
      group: person?.group ?? null,
      shift: person?.shift ?? null,
      service: user !== null && directory.serviceAccounts.has(user),
      mature: person !== null && isMature(person, ts),
      knownDevice: person !== null && deviceId !== null && person.devices.has(deviceId),
      knownAddress: ip !== null && (directory.officeAddresses.has(ip) || (person?.addresses.has(ip) ?? false)),
      knownCity: place !== null && isKnownCity(person, entry?.city ?? null, place),
      egress: ip !== null && isEgress(address, directory.officeAddresses.has(ip), entry?.city ?? null, place),
      sharedAddress: ip !== null && (directory.officeAddresses.has(ip) || (address?.users.size ?? 0) >= SHARED_USERS),
      personRate: person === null ? 0 : countRate(person.rate, ts),
      tainted: false,
    };
  }
}

/** Phones of one model are told apart by where they come from; of one that comes from nowhere nothing is added up. */
function nameOfDevice({ device, deviceIsKind, ip }: Activity): string | null {
  if (device === null || !deviceIsKind) return device;
  return ip === null ? null : `${device} @ ${ip}`;
}

/** `zone` sets people apart whose clocks show another hour: those of a shift are compared by the hours that they have in common. */
function placeInGroups(state: DetectState, person: Person, entry: DirectoryUser | null, activity: Activity, zone: string): void {
  const dept = entry?.dept ?? activity.dept;
  const role = entry?.role ?? activity.role;
  if (person.group !== null && person.grouped.dept === dept && person.grouped.role === role && person.grouped.zone === zone)
    return;
  person.grouped = { dept, role, zone };
  person.group = entityOf(state.groups, 'groups', `work\n${dept}\n${role}\n${entry?.canExport ?? ''}`, newGroup);
  person.shift = entityOf(state.groups, 'groups', `shift\n${entry?.shift ?? dept}${zone}`, newGroup);
}

/** An office or a gateway whose people are elsewhere: its place is not theirs. Who is at home there is there. */
function isEgress(address: Address | null, office: boolean, home: string | null, place: Place | null): boolean {
  if (office) return home === null || place === null || !sameCity(home, place.city);
  return address !== null && address.remote >= 5 && address.remote > address.local * 0.5;
}

const sameCity = (a: string, b: string): boolean => a === b || a.toLowerCase() === b.toLowerCase();

const isMature = (person: Person, ts: number): boolean =>
  person.days >= 2 && ts - person.first >= MATURE_MS && person.events >= MATURE_EVENTS;

export const cityKey = ({ country, city }: Place): string => `${country}\n${city}`;

function isKnownCity(person: Person | null, home: string | null, place: Place): boolean {
  if (person !== null && place.city === person.latest.city) return true;
  if (person?.cities.has(cityKey(place)) === true) return true;
  return home !== null && sameCity(home, place.city);
}
