import { distinct, push, since } from '../baseline/windows.ts';
import type { Detector } from '../seen.ts';

const MINUTE = 60_000;

/** Requests whose signature does not fit. A client with a bug fails now and then; a forger fails often, or gets in. */
export const signatures: Detector = ({ report }) => {
  return (seen) => {
    const { activity, person, address } = seen;
    if (activity.sigOk !== false) return;
    const { ts, id, user, ip, device } = activity;
    const touch = { ts, id, key: user ?? '' };
    const accepted = activity.outcome === 'ok' && (activity.status === null || activity.status < 400);
    // Once, by the person's own phone where it always is: rather the program of a client than a forger.
    const letIn = !accepted ? 0 : seen.knownDevice && seen.knownAddress ? 0.7 : seen.mature && !seen.knownDevice ? 1.5 : 1;
    const judged = (list: readonly { ts: number; id: string; key: string }[], entity: string, about: object): void => {
      const ten = since(list, ts - 10 * MINUTE);
      const day = since(list, ts - 24 * 60 * MINUTE);
      report(seen, {
        rule: 'signature_forgery',
        entity,
        score: Math.max(ten.length / 3, day.length / 5, letIn),
        events: day.map((item) => item.id),
        facts: { failures: day.length, in_ten_minutes: ten.length, users: distinct(day, ({ key }) => key), accepted },
        about,
      });
    };
    if (person !== null) {
      push(person.forged, touch, 64);
      push(person.signals, { ts, name: 'bad_signature', weight: 1, id, ip, device }, 24);
      judged(person.forged, `user ${user}`, {});
    }
    if (address !== null && (person === null || !seen.sharedAddress)) {
      push(address.forged, touch, 64);
      if (person === null || distinct(address.forged, ({ key }) => key) > 1) judged(address.forged, `ip ${ip}`, {});
    }
  };
};
