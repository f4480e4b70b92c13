import type { gatewayEvent as write } from '@menshen/server';

type Fields = Parameters<typeof write>[0];

/** Figures of the synthetic company, so that questions can be put that have answers. */
export const people = 5_000;
export const orders = 400_000;
const start = 1_780_000_000_000;
/** Two weeks of events, whatever their number. */
const spanMs = 14 * 86_400_000;

const routes = [
  { app: 'portal', route: 'GET /api/orders/:id', action: 'order.read', method: 'GET', type: 'Portal::Order' },
  { app: 'portal', route: 'POST /api/orders/:id/approve', action: 'order.approve', method: 'POST', type: 'Portal::Order' },
  { app: 'portal', route: 'GET /api/people/:id', action: 'person.read', method: 'GET', type: 'Menshen::User' },
  { app: 'portal', route: 'GET /api/notices', action: 'notice.list', method: 'GET', type: null },
  { app: 'coupon', route: 'POST /api/coupons/:id/claim', action: 'coupon.claim', method: 'POST', type: 'Coupon::Coupon' },
  { app: 'coupon', route: 'GET /api/campaigns/:id', action: 'campaign.read', method: 'GET', type: 'Coupon::Campaign' },
] as const;

/** A generator of numbers below a bound, the same in every run (mulberry32). */
export function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

export const personAt = (at: number): string => `~person-${String(at).padStart(14, '0')}`;
export const addressAt = (at: number): string => `10.${at % 40}.${Math.floor(at / 40) % 200}.${at % 251}`;
export const timeAt = (at: number, events: number): number => start + Math.floor((at / events) * spanMs);

/** The event at a place among so many; every two-hundredth is refused, and one in two thousand asks for something rare. */
export function fieldsAt(at: number, events: number, random: (below: number) => number): Fields {
  const person = random(people);
  const place = routes[random(routes.length)] ?? routes[0];
  const id = place.type === 'Menshen::User' ? personAt(random(people)) : String(random(orders));
  const rare = random(2_000) === 0;
  const refused = random(200) === 0;
  const path = rare ? `/api/reports/salary-${random(900)}` : place.route.slice(place.route.indexOf(' ') + 1).replace(':id', id);
  return {
    time: timeAt(at, events),
    requestId: `r${at.toString(36)}${random(2 ** 30).toString(36)}`,
    app: place.app,
    route: place.route,
    action: place.action,
    method: place.method,
    path,
    address: addressAt(person),
    userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) MicroMessenger/8.0.49 MiniProgramEnv/ios',
    mode: 'enforce',
    status: refused ? null : 200,
    outcome: refused ? 'refused' : 'passed',
    code: refused ? (random(10) === 0 ? 'request_blocked' : 'not_permitted') : null,
    uid: personAt(person),
    kind: 'employee',
    session: `s${String(person * 14 + Math.floor((at / events) * 14)).padStart(20, '0')}`,
    device: `d${String(person).padStart(20, '0')}`,
    channel: 'wecom',
    assurance: 1,
    stages: [
      {
        stage: 'authorize',
        verdict: refused ? 'refuse' : 'pass',
        code: refused ? 'not_permitted' : null,
        where: null,
        micros: 9,
      },
    ],
    policies: ['orders.read'],
    latencyMicros: 2_400 + random(300),
    backendMicros: 2_000,
    bytesIn: 0,
    bytesOut: 1_480,
    object: place.type === null ? null : { type: place.type, id },
  };
}
