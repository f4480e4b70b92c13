import type { Session } from '../baseline/others.ts';
import { push, since } from '../baseline/windows.ts';
import { kilometres, travelHours } from '../geo/distance.ts';
import type { Activity } from '../model.ts';
import type { Detector, Seen } from '../seen.ts';
import { entityOf } from '../state.ts';
import { isScript } from './scanners.ts';

const MINUTE = 60_000;

const family = (client: string): string => client.split(/[/ ]/, 1)[0]?.toLowerCase() ?? '';

/** A session belongs to one person on one device; its token in other hands shows itself by what does not fit. */
export const sessions: Detector = ({ state, report }) => {
  return (seen) => {
    const { activity, place } = seen;
    if (activity.session === null || seen.service || (activity.kind.login && activity.outcome !== 'ok')) return;
    const { ts, id } = activity;
    let isNew = false;
    const session = entityOf(state.sessions, 'sessions', activity.session, (): Session => {
      isNew = true;
      return {
        ...{ first: ts, last: ts, firstId: id, lastId: id, user: activity.user, device: activity.device, model: activity.model },
        ...{ client: activity.client, ip: activity.ip, city: place?.city ?? '', country: place?.country ?? '' },
        ...{ lat: place?.lat ?? null, lon: place?.lon ?? null, switches: [] },
      };
    });
    if (isNew) return;
    const { score, facts } = differences(session, seen);
    if (score >= 1) {
      const about = activity.user === null ? { user: session.user } : {};
      report(seen, {
        rule: 'session_hijack',
        entity: `session ${activity.session}`,
        score,
        events: [session.lastId, id],
        facts,
        about,
      });
    }
    follow(session, activity, seen);
  };
};

function differences(session: Session, { activity, place, egress }: Seen) {
  const { ts, id, user, device, model, client, ip } = activity;
  const facts: Record<string, boolean | number> = {};
  let score = 0;
  const differs = (name: string, weight: number): void => {
    facts[name] = true;
    score += weight;
  };
  if (user !== null && session.user !== null && user !== session.user) differs('other_user', 2);
  if (device !== null && session.device !== null && device !== session.device) differs('other_device', 2);
  if (model !== null && session.model !== null && model !== session.model) differs('other_model', 1.4);
  if (client !== null && session.client !== null && client !== session.client) {
    if (isScript(client) && !isScript(session.client)) differs('program_instead_of_app', 1.6);
    else if (family(client) !== family(session.client)) differs('other_client', 1.2);
    else if (older(client, session.client)) differs('older_client', 0.8);
  }
  if (ip !== null && session.ip !== null && ip !== session.ip) {
    facts['other_address'] = true;
    score += 0.1;
    if (place !== null && session.country !== '' && place.country !== '' && place.country !== session.country)
      differs('other_country', 1.2);
    else if (place !== null && place.lat !== null && place.lon !== null && session.lat !== null && session.lon !== null) {
      const km = kilometres(session.lat, session.lon, place.lat, place.lon);
      const hours = Math.max(0, ts - session.last) / 3_600_000;
      if (km > 300 && hours < travelHours(km) && !egress) {
        differs('far_away', 1.1);
        facts['kilometres'] = Math.round(km);
        facts['minutes_between'] = Math.round(hours * 60);
      }
    } else if (
      place !== null &&
      place.city !== '' &&
      session.city !== '' &&
      place.city !== session.city &&
      ts - session.last < 30 * MINUTE
    ) {
      differs('other_city', 0.9);
    }
    push(session.switches, { ts, id, key: ip }, 24);
    const recent = since(session.switches, ts - 30 * MINUTE);
    facts['address_changes'] = recent.length;
    // A phone leaves the wireless network once; two holders of a token take turns.
    if (recent.length >= 6) score += (recent.length - 5) * 0.2;
  }
  return { score, facts };
}

function older(client: string, before: string): boolean {
  const numbers = (text: string): number[] => (/\d+(\.\d+)*/.exec(text.slice(0, 80))?.[0] ?? '').split('.').map(Number);
  const [now, then] = [numbers(client), numbers(before)];
  for (let at = 0; at < Math.max(now.length, then.length); at += 1) {
    const difference = (now[at] ?? 0) - (then[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** The session's address and place move with it; its device, model and person do not. */
function follow(session: Session, activity: Activity, { place }: Seen): void {
  session.last = activity.ts;
  session.lastId = activity.id;
  session.user ??= activity.user;
  session.device ??= activity.device;
  session.model ??= activity.model;
  if (activity.client !== null && (session.client === null || !isScript(activity.client))) session.client = activity.client;
  if (activity.ip !== null) session.ip = activity.ip;
  if (place !== null) {
    session.city = place.city;
    session.country = place.country;
    session.lat = place.lat;
    session.lon = place.lon;
  }
}
