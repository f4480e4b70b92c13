import { newEndpoint } from '../baseline/others.ts';
import { countRate, push } from '../baseline/windows.ts';
import type { Detector } from '../seen.ts';
import { entityOf } from '../state.ts';

const WARM_BLOCKS = 12;

/** How many times the busiest minute of the past is a spike. */
const SPIKE = 2;

/** Requests a minute of a person, an address and an endpoint, against their own past. */
export const rates: Detector = ({ state, report }) => {
  return (seen) => {
    const { activity, person, address, personRate, service } = seen;
    const { ts, id, ip, user } = activity;
    if (person !== null && personRate >= 40) {
      const own = person.rate.blocks >= WARM_BLOCKS ? person.rate.peak : 0;
      report(seen, {
        rule: 'rate_spike',
        entity: `user ${user}`,
        score: personRate / Math.max(40, own * SPIKE, service && own === 0 ? 600 : 0),
        events: () => [...person.recent.slice(-48), id],
        facts: { requests: personRate, usual_peak: own, window_seconds: 60 },
      });
    }
    if (address !== null) {
      const count = countRate(address.rate, ts);
      if (count >= 60) {
        push(address.recent, id, 64);
        if (user !== null) address.burst.add(user);
        const people = Math.max(1, address.burst.size);
        const own = address.rate.blocks >= WARM_BLOCKS ? address.rate.peak : 0;
        if (!service) {
          report(seen, {
            rule: 'rate_spike',
            entity: `ip ${ip}`,
            score: count / Math.max(90, own * 3, people * 25, seen.sharedAddress ? 400 : 0),
            events: () => [...address.recent, id],
            facts: { requests: count, users: address.burst.size, usual_peak: own, window_seconds: 60 },
            about: people > 3 ? { user: null, device: null, session: null } : {},
          });
        }
      } else if (address.recent.length > 0 && count < 20) {
        address.recent = [];
        address.burst = new Set();
      }
    }
    const place = activity.endpoint;
    if (place === null) return;
    const endpoint = entityOf(state.endpoints, 'endpoints', place, () => newEndpoint(ts));
    endpoint.last = ts;
    const count = countRate(endpoint.rate, ts);
    if (count < 120) {
      if (endpoint.recent.length > 0 && count < 60) {
        endpoint.recent = [];
        endpoint.burst = new Map();
      }
      return;
    }
    push(endpoint.recent, id, 64);
    const who = user ?? ip ?? '';
    if (endpoint.burst.size < 4_096) endpoint.burst.set(who, (endpoint.burst.get(who) ?? 0) + 1);
    const own = endpoint.rate.blocks >= WARM_BLOCKS ? endpoint.rate.peak : Number.POSITIVE_INFINITY;
    // A campaign that opens is a burst of many people with a few requests each; an attack is few with many.
    report(seen, {
      rule: 'rate_spike',
      entity: `endpoint ${place}`,
      score: Math.min(count / (own * 3), count / (Math.max(1, endpoint.burst.size) * 8)),
      events: () => [...endpoint.recent, id],
      facts: { requests: count, users: endpoint.burst.size, usual_peak: Number.isFinite(own) ? own : 0, window_seconds: 60 },
    });
  };
};
