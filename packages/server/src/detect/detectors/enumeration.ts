import { newIdSpace } from '../baseline/others.ts';
import type { NumericTouch } from '../baseline/person.ts';
import { push, since } from '../baseline/windows.ts';
import type { Detector, Seen } from '../seen.ts';
import { entityOf } from '../state.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const KEPT = 256;
const SPACES = 4;
/** Numbers that lie this close are counted through rather than met by chance. */
const RUN = 20;

/** The kind of an object and the number in its id, such as `order:10234`; null where it has none. */
export function numberIn(object: string): { kind: string; number: number } | null {
  const found = /^(.{0,80}?)(\d{1,15})(\D{0,12})$/.exec(object.slice(-108));
  if (found === null) return null;
  return { kind: `${found[1] ?? ''}${found[3] ?? ''}`, number: Number(found[2]) };
}

/** Objects that are counted through, in order or shuffled, by one person or spread over many. */
export const enumeration: Detector = ({ state, report }) => {
  const spaceOf = createSpaceNames();
  return (seen) => {
    const { activity, person, service } = seen;
    const { object, ts, id } = activity;
    if (object === null || service || activity.kind.login || activity.kind.claim) return;
    const found = numberIn(object);
    if (found === null) return;
    const space = spaceOf(activity.endpoint ?? activity.action, found.kind);
    const touch: NumericTouch = { ts, id, key: object, number: found.number };
    if (person !== null) onPerson(seen, person.numbers, space, touch, report);
    onFleet(
      seen,
      entityOf(state.idSpaces, 'idSpaces', space, () => newIdSpace(ts)),
      space,
      touch,
      report,
    );
  };
};

/** Names of spaces, made once: by endpoint and by what stands around the number. */
function createSpaceNames(): (place: string, kind: string) => string {
  const places = new Map<string, Map<string, string>>();
  return (place, kind) => {
    let kinds = places.get(place);
    if (kinds === undefined) {
      if (places.size >= 2_000) places.clear();
      kinds = new Map();
      places.set(place, kinds);
    }
    let name = kinds.get(kind);
    if (name === undefined) {
      if (kinds.size >= 500) kinds.clear();
      name = `${place}\n${kind.replace(/\d+/g, '#')}`;
      kinds.set(kind, name);
    }
    return name;
  };
}

type Report = Parameters<Detector>[0]['report'];

function onPerson(seen: Seen, spaces: Map<string, NumericTouch[]>, space: string, touch: NumericTouch, report: Report): void {
  let list = spaces.get(space);
  if (list === undefined) {
    list = [];
    if (spaces.size >= SPACES) {
      const first = spaces.keys().next();
      if (first.done !== true) spaces.delete(first.value);
    }
    spaces.set(space, list);
  }
  if (list.at(-1)?.number === touch.number) return;
  push(list, touch, KEPT);
  if (list.length < RUN || list.length % 5 !== 0) return;
  const { ts } = touch;
  let judged = 0;
  for (const window of [20 * MINUTE, 3 * HOUR, 72 * HOUR]) {
    const recent = since(list, ts - window);
    if (recent.length < RUN || recent.length === judged) continue;
    judged = recent.length;
    const { density, numbers, objects } = densest(recent);
    const slow = window > HOUR ? (window > 3 * HOUR ? 0.45 : 0.7) : 1;
    const missing = seen.activity.outcome === 'missing' ? 1.2 : 1;
    const score = Math.max((density / 0.16) * slow * missing, window === 20 * MINUTE ? objects / 120 : 0);
    if (score < 1) continue;
    report(seen, {
      rule: 'id_enumeration',
      entity: `user ${seen.activity.user}`,
      score,
      events: recent.map((item) => item.id),
      facts: {
        objects,
        of_consecutive_numbers: Math.round(density * 100) / 100,
        from: numbers[0],
        to: numbers[1],
        window_minutes: window / MINUTE,
      },
    });
  }
}

/** The densest stretch of {@link RUN} different numbers: how many of the numbers between its ends were touched. */
function densest(recent: readonly NumericTouch[]): { density: number; numbers: [number, number]; objects: number } {
  const sorted = Float64Array.from(new Set(recent.map(({ number }) => number))).sort();
  let best = { density: 0, numbers: [0, 0] as [number, number] };
  for (let at = 0; at + RUN <= sorted.length; at += 1) {
    const from = sorted[at] ?? 0;
    const to = sorted[at + RUN - 1] ?? 0;
    const density = RUN / (to - from + 1);
    if (density > best.density) best = { density, numbers: [from, to] };
  }
  return { ...best, objects: sorted.length };
}

const FLEET_KEPT = 6_000;
const FLEET_MS = 2 * HOUR;
const FLEET_RUN = 30;

/** A run of neighbouring numbers that were touched within two hours, whoever touched them. */
function onFleet(seen: Seen, space: ReturnType<typeof newIdSpace>, name: string, touch: NumericTouch, report: Report): void {
  const { touched, order } = space;
  const { ts, number, id } = touch;
  space.last = ts;
  if (number > space.highest) space.highest = number;
  const known = touched.get(number);
  touched.set(number, { ts, id, run: 0 });
  if (known !== undefined && ts - known.ts < FLEET_MS) return;
  order.push({ number, ts });
  if (order.length > FLEET_KEPT * 2) {
    for (const old of order.splice(0, FLEET_KEPT)) if (touched.get(old.number)?.ts === old.ts) touched.delete(old.number);
  }
  const near = (at: number): boolean => {
    const other = touched.get(at);
    return other !== undefined && ts - other.ts < FLEET_MS;
  };
  if (!near(number - 1) && !near(number + 1)) return;
  let from = number;
  let to = number;
  while (number - from < 400 && near(from - 1)) from -= 1;
  while (to - number < 400 && near(to + 1)) to += 1;
  const length = to - from + 1;
  if (length < FLEET_RUN) return;
  // New objects are worked on by many people, one after the other.
  const newest = to > space.highest * 0.95;
  const events: string[] = [];
  for (let at = from; at <= to && events.length < 250; at += 1) {
    const other = touched.get(at);
    if (other !== undefined) events.push(other.id);
  }
  report(seen, {
    rule: 'id_enumeration',
    entity: `${newest ? 'newest' : 'objects'} ${name}`,
    score: length / (newest ? FLEET_RUN * 2.5 : FLEET_RUN),
    events,
    facts: { objects: length, from, to, window_minutes: FLEET_MS / MINUTE },
  });
}
