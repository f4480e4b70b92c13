import { useNonce } from '../baseline/nonces.ts';
import type { Person } from '../baseline/person.ts';
import { push, since } from '../baseline/windows.ts';
import type { Detector, Seen } from '../seen.ts';

const MINUTE = 60_000;
/** A client that got no answer sends again within this time. */
const RETRY_MS = 10 * MINUTE;
const LATE_MS = 5 * MINUTE;

/** The same request again: a nonce that was used, or a client's time that is too old for its clock. */
export const replays: Detector = ({ state, report }) => {
  return (seen) => {
    const { activity, person } = seen;
    const { ts, id, user, ip } = activity;
    let repeated = false;
    if (activity.nonce !== null) {
      const sender = ((person?.digest ?? 0) ^ Math.imul(seen.device?.digest ?? 1, 0x9e3779b1)) >>> 0;
      const origin = seen.address?.digest ?? 0;
      const earlier = useNonce(state.nonces, activity.nonce, { ts, sender, origin });
      if (earlier !== null) {
        const age = Math.max(0, ts - earlier.ts);
        const sameSender = earlier.sender === sender;
        const sameOrigin = earlier.origin === origin;
        repeated = !sameSender || age > RETRY_MS || (!sameOrigin && age > 2 * MINUTE);
        if (person !== null) push(person.late, { ts, id, key: repeated ? 'nonce' : 'retry' }, 64);
        const recent = person === null ? [] : since(person.late, ts - 60 * MINUTE);
        const odd = recent.filter(({ key }) => key === 'nonce');
        report(seen, {
          rule: 'replay',
          entity: `user ${user ?? ip}`,
          score: repeated
            ? (sameSender ? (age > RETRY_MS ? 1 : 0.8) : 1.6) +
              (sameOrigin ? 0 : 0.3) +
              (odd.length > 1 ? 0.4 * Math.min(4, odd.length - 1) : 0)
            : recent.length / 12,
          events: repeated ? [...odd.map((item) => item.id), id] : recent.map((item) => item.id),
          facts: {
            nonce_age_seconds: Math.round(age / 1_000),
            same_sender: sameSender,
            same_address: sameOrigin,
            repeats: Math.max(1, recent.length),
            refused: activity.outcome !== 'ok',
          },
        });
      }
    }
    if (activity.clientTs !== null && person !== null) {
      lateness(seen, person, ts - activity.clientTs, repeated, report);
    }
  };
};

const MAX_CLOCKS = 12;
const LEARNED = 8;

/** Clocks of phones run wrong, each in its own way: what counts is a request that is older than its clock usually says. */
function lateness(seen: Seen, person: Person, delay: number, repeated: boolean, report: Parameters<Detector>[0]['report']): void {
  const { ts, id, user, device, model, client } = seen.activity;
  const key = device ?? model ?? client?.split(/[/ ]/, 1)[0] ?? null;
  if (key === null) return;
  let clock = person.clocks.get(key);
  if (clock === undefined) {
    if (person.clocks.size >= MAX_CLOCKS) return;
    clock = { count: 0, least: delay, most: delay };
    person.clocks.set(key, clock);
  }
  const late = delay > clock.most + LATE_MS ? delay - clock.most : delay < clock.least - LATE_MS ? delay - clock.least : 0;
  if (late === 0 || clock.count < LEARNED) {
    clock.count += 1;
    clock.least = Math.min(clock.least, delay);
    clock.most = Math.max(clock.most, delay);
    return;
  }
  push(person.late, { ts, id, key: 'late' }, 64);
  const recent = since(person.late, ts - 60 * MINUTE).filter((item) => item.key === 'late');
  // A clock that was set right stays right.
  if (recent.length > 40) person.clocks.delete(key);
  report(seen, {
    rule: 'replay',
    entity: `late ${user}`,
    score: repeated ? 1.5 : recent.length / 3 + (Math.abs(late) > 60 * MINUTE ? 0.4 : 0),
    events: recent.map((item) => item.id),
    facts: {
      client_behind_seconds: Math.round(delay / 1_000),
      usual_behind_seconds: Math.round(clock.most / 1_000),
      requests: recent.length,
    },
  });
}
