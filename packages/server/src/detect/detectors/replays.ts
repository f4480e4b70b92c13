import { digest, useNonce } from '../baseline/nonces.ts';
import { push, since } from '../baseline/windows.ts';
import type { Detector } from '../seen.ts';

const MINUTE = 60_000;
/** A client that got no answer sends again within this time. */
const RETRY_MS = 10 * MINUTE;
const LATE_MS = 5 * MINUTE;

/** The same request again: a nonce that was used, or a client's time that is too old for its clock. */
export const replays: Detector = ({ state, report }) => {
  return (seen) => {
    const { activity, person, device } = seen;
    const { ts, id, user, ip, session } = activity;
    let repeated = false;
    if (activity.nonce !== null) {
      const sender = digest(`${user}\n${activity.device}`, 3);
      const origin = digest(ip ?? '', 5);
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
    if (activity.clientTs === null) return;
    const delay = ts - activity.clientTs;
    const clock = device?.skew ?? person?.skew;
    if (clock === undefined) return;
    const usual = clock.count >= 5 ? clock.mean : 0;
    const late = delay - usual;
    if (Math.abs(late) > LATE_MS) {
      if (clock.count >= 5 || device === null) {
        if (person !== null) push(person.late, { ts, id, key: 'late' }, 64);
        const recent = person === null ? [] : since(person.late, ts - 60 * MINUTE).filter(({ key }) => key === 'late');
        report(seen, {
          rule: 'replay',
          entity: `user ${user ?? ip}`,
          score: repeated ? 1.5 : recent.length / 3 + (Math.abs(late) > 60 * MINUTE ? 0.4 : 0),
          events: [...recent.map((item) => item.id), id],
          facts: {
            client_behind_seconds: Math.round(late / 1_000),
            usual_skew_seconds: Math.round(usual / 1_000),
            requests: recent.length,
          },
          about: { session },
        });
      } else {
        clock.count += 1;
        clock.mean += (delay - clock.mean) / clock.count;
      }
      return;
    }
    clock.count = Math.min(50, clock.count + 1);
    clock.mean += (delay - clock.mean) / clock.count;
  };
};
