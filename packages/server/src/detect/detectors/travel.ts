import type { LastPlace } from '../baseline/person.ts';
import { push } from '../baseline/windows.ts';
import { kilometres, travelHours } from '../geo/distance.ts';
import type { Detector, Seen } from '../seen.ts';

/** Addresses of carriers lie up to this far from where the phone is. */
const NEAR_KM = 300;
const AIR_KMH = 900;
/** So many times faster than anybody travels leaves no doubt; below it a flight, a clock or a gateway may explain it, and more must speak for it. */
const PLAIN = 1.6;

/** Two places in less time than anybody travels. */
export const travel: Detector = ({ report }) => {
  return (seen) => {
    const { activity, person, place } = seen;
    if (person === null || place === null || place.lat === null || place.lon === null || seen.service) return;
    if (activity.kind.login && activity.outcome !== 'ok') return;
    const { ts, id, ip, device, session } = activity;
    if (seen.egress) return;
    const last = person.place;
    const here: LastPlace = {
      ts,
      id,
      city: place.city,
      country: place.country,
      lat: place.lat,
      lon: place.lon,
      ip,
      device,
      session,
    };
    person.place = here;
    if (last === null || (last.ip === ip && ip !== null)) return;
    const km = kilometres(last.lat, last.lon, here.lat, here.lon);
    if (km < NEAR_KM) return;
    const hours = Math.max(1 / 60, (ts - last.ts) / 3_600_000);
    const ratio = travelHours(km) / hours;
    if (ratio <= 1) return;
    const { score, ...facts } = weigh(seen, last, km / hours, ratio);
    if (ratio >= PLAIN) push(person.signals, { ts, name: 'far_away', weight: 1.5, id, ip, device }, 24);
    report(seen, {
      rule: 'impossible_travel',
      entity: `user ${activity.user}`,
      score,
      events: [last.id, id],
      facts: {
        from: last.city,
        to: here.city,
        kilometres: Math.round(km),
        minutes: Math.round(hours * 60),
        kilometres_per_hour: Math.round(km / hours),
        ...facts,
      },
    });
  };
};

function weigh(
  { activity, person, knownDevice, knownAddress, place, mature }: Seen,
  last: LastPlace,
  speed: number,
  ratio: number,
) {
  const otherDevice = activity.device !== null && last.device !== null && activity.device !== last.device;
  const usual = place === null ? 0 : (person?.cities.get(`${place.country}\n${place.city}`)?.days ?? 0);
  let score = ratio < PLAIN ? 0.4 : speed > AIR_KMH ? 1 : 0.8;
  if (otherDevice && (ratio >= PLAIN || !knownDevice)) score += 0.3;
  if (activity.device !== null && !knownDevice && mature) score += 0.4;
  if (!knownAddress) score += 0.2;
  if (usual === 0) score += 0.3;
  // The same phone that turns up in a place where it often is has a gateway there.
  if (usual >= 3 && !otherDevice && knownDevice) score -= 0.7;
  if (last.country !== place?.country) score += 0.3;
  return { score, other_device: otherDevice, new_device: !knownDevice, new_city: usual === 0 };
}
