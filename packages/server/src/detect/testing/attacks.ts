import { type Employee, farPlaces, modelOf } from './company.ts';
import type { Random } from './random.ts';
import { DAY_MS, type RawEvent, type Where, type World, whereabouts } from './workday.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** An attack that was put among ordinary work, and what would be right to say about it. */
export interface Attack {
  readonly kind: string;
  readonly hard: boolean;
  /** Login or rate attack: to be found within a minute. */
  readonly urgent: boolean;
  readonly start: number;
  readonly end: number;
  readonly events: readonly RawEvent[];
}

interface Stage {
  readonly world: World;
  /** Midnight and number of the day of the attack. */
  readonly day: number;
  readonly midnight: number;
  /** Somebody nobody has attacked yet, who works on this day. */
  readonly victim: (fits?: (person: Employee) => boolean) => Employee;
}

type Script = (stage: Stage) => RawEvent[];

interface Recipe {
  readonly kind: string;
  readonly urgent?: boolean;
  readonly easy: Script;
  readonly hard: Script;
}

const unknownIp = ({ random }: World): string =>
  `${random.pick([45, 103, 185, 91])}.${random.below(250)}.${random.below(250)}.${1 + random.below(250)}`;

const strange = (world: World, more: Partial<Where> = {}): Where => ({
  ip: unknownIp(world),
  geo: world.random.pick(farPlaces),
  device: `x-${world.random.below(1e9).toString(36)}`,
  model: modelOf(world.random),
  session: `sx-${world.random.below(1e9).toString(36)}`,
  client: 'MicroMessenger/8.0.42',
  skew: 0,
  ...more,
});

const failed = (world: World, ts: number, who: Employee | { uid: string }, where: Where): RawEvent =>
  world.event(ts, who, where, 'login', { status: 401, reason: world.habits.dialect.badPassword });

const times = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));
const daytime = ({ world, midnight }: Stage): number => midnight + world.random.between(9.5, 16) * HOUR;
const order = (world: World, number: number): string => world.habits.dialect.object('order', number);
const own = (stage: Stage, person: Employee): Where => whereabouts(stage.world, person, stage.day, 'work', false);
const inHome = (stage: Stage, person: Employee): Where => strange(stage.world, { geo: stage.world.company.geo(person.city) });
const dayPerson = (person: Employee): boolean => person.shift === 'day' && person.dept !== 'store';
const others = (stage: Stage, count: number): Employee[] =>
  stage.world.random.shuffled(stage.world.company.employees).slice(0, count);

const recipes: readonly Recipe[] = [
  {
    kind: 'brute_force',
    urgent: true,
    easy: (stage) => {
      const { world } = stage;
      const [victim, where, from] = [stage.victim(), strange(world), daytime(stage)];
      return times(60, (at) => failed(world, from + at * 2 * SECOND, victim, where));
    },
    hard: (stage) => {
      const { world } = stage;
      const [victim, from] = [stage.victim(), daytime(stage)];
      return times(30, (at) => failed(world, from + at * 8 * SECOND, victim, inHome(stage, victim)));
    },
  },
  {
    kind: 'brute_force_slow',
    easy: (stage) => {
      const { world } = stage;
      const [victim, where] = [stage.victim(), strange(world)];
      return times(40, (at) => failed(world, stage.midnight + at * 12 * MINUTE, victim, where));
    },
    hard: (stage) => {
      const { world } = stage;
      const victim = stage.victim();
      return times(24, (at) =>
        failed(world, stage.midnight + (at + world.random.next()) * 70 * MINUTE, victim, inHome(stage, victim)),
      );
    },
  },
  {
    kind: 'credential_stuffing',
    urgent: true,
    easy: (stage) => {
      const { world } = stage;
      const [where, from] = [strange(world), daytime(stage)];
      return others(stage, 120).map((user, at) => failed(world, from + at * 1.5 * SECOND, user, where));
    },
    hard: (stage) => {
      const { world } = stage;
      const from = daytime(stage);
      const places = times(50, () => strange(world));
      return others(stage, 150).map((user, at) =>
        failed(world, from + at * 4 * SECOND, user, { ...places[at % 50]!, device: `y-${at}` }),
      );
    },
  },
  {
    kind: 'password_spray',
    easy: (stage) => {
      const { world } = stage;
      const where = strange(world);
      return others(stage, 150).map((user, at) =>
        failed(world, stage.midnight + (8 * 60 + at * 2) * MINUTE, user, { ...where, device: `z-${at}` }),
      );
    },
    hard: (stage) => {
      const { world } = stage;
      const places = times(60, () => strange(world));
      return others(stage, 260).map((user, at) =>
        failed(world, stage.midnight + (at * 3 + world.random.next()) * MINUTE, user, { ...places[at % 60]!, device: `w-${at}` }),
      );
    },
  },
  {
    kind: 'new_device_new_city',
    easy: (stage) => {
      const { world } = stage;
      const [victim, where, from] = [stage.victim(), strange(world), stage.midnight + 2 * HOUR];
      return [
        world.event(from, victim, where, 'login'),
        ...times(10, (at) =>
          world.event(from + (at + 1) * MINUTE, victim, where, 'customerRead', { object: `customer:${at * 77}`, rows: 1 }),
        ),
      ];
    },
    hard: (stage) => {
      const { world } = stage;
      const victim = stage.victim();
      const where = strange(world, { geo: world.company.drifted(victim.city) });
      const from = daytime(stage);
      return [
        failed(world, from - 40 * SECOND, victim, where),
        world.event(from, victim, where, 'login'),
        ...times(4, (at) => world.event(from + (at + 1) * MINUTE, victim, where, 'orderList', { rows: 8 })),
      ];
    },
  },
  {
    kind: 'impossible_travel',
    easy: (stage) => {
      const { world } = stage;
      const [victim, from] = [stage.victim(), daytime(stage)];
      const home = whereabouts(world, victim, stage.day, 'mobile', false);
      const where = strange(world, { geo: world.random.pick(farPlaces) });
      return [
        world.event(from - 20 * MINUTE, victim, home, 'orderList', { rows: 3 }),
        world.event(from, victim, where, 'login'),
        world.event(from + 9e4, victim, where, 'orderList', { rows: 9 }),
      ];
    },
    hard: (stage) => {
      const { world } = stage;
      const victim = stage.victim((person) => ['Beijing', 'Shanghai', 'Hangzhou', 'Guangzhou'].includes(person.city));
      const from = daytime(stage);
      const home = whereabouts(world, victim, stage.day, 'mobile', false);
      const where = { ...home, ip: unknownIp(world), geo: world.company.geo('Wuhan'), session: `sv-${stage.day}-${victim.uid}` };
      return [
        world.event(from, victim, home, 'orderList', { rows: 3 }),
        world.event(from + 65 * MINUTE, victim, where, 'login'),
        world.event(from + 67 * MINUTE, victim, where, 'customerRead', { object: 'customer:771', rows: 1 }),
      ];
    },
  },
  {
    kind: 'off_hours',
    easy: (stage) => {
      const { world } = stage;
      const victim = stage.victim(dayPerson);
      const where = whereabouts(world, victim, stage.day, 'home', false);
      return times(40, (at) =>
        world.event(stage.midnight + 2.5 * HOUR + at * MINUTE, victim, where, 'customerRead', {
          object: world.habits.dialect.object('customer', world.random.below(80_000)),
          rows: 1,
        }),
      );
    },
    hard: (stage) => {
      const { world } = stage;
      const victim = stage.victim(dayPerson);
      const where = whereabouts(world, victim, stage.day, 'home', false);
      return times(14, (at) =>
        world.event(stage.midnight + 4 * HOUR + at * 2 * MINUTE, victim, where, 'orderRead', {
          object: order(world, 1_000 + world.random.below(90_000)),
          rows: 1,
        }),
      );
    },
  },
  {
    kind: 'mass_export',
    easy: (stage) => {
      const { world } = stage;
      const victim = stage.victim(({ canExport }) => canExport);
      return [world.event(daytime(stage), victim, own(stage, victim), 'customerExport', { rows: 60_000, bytes_out: 9e6 })];
    },
    hard: (stage) => {
      const { world } = stage;
      const [victim, from] = [stage.victim(({ canExport }) => canExport), daytime(stage)];
      return times(8, (at) =>
        world.event(from + at * 5 * MINUTE, victim, own(stage, victim), 'customerExport', { rows: 1_800, bytes_out: 3e5 }),
      );
    },
  },
  {
    kind: 'mass_read',
    easy: (stage) => {
      const { world } = stage;
      const [victim, from] = [stage.victim(), daytime(stage)];
      const where = own(stage, victim);
      return times(500, (at) =>
        world.event(from + at * 1.2 * SECOND, victim, where, 'customerRead', {
          object: world.habits.dialect.object('customer', world.random.below(80_000)),
          rows: 1,
        }),
      );
    },
    hard: (stage) => {
      const { world } = stage;
      const [victim, from] = [stage.victim(), daytime(stage)];
      const where = own(stage, victim);
      return times(40, (at) =>
        world.event(from + at * 70 * SECOND, victim, where, 'orderList', { rows: 40 + world.random.below(20) }),
      );
    },
  },
  {
    kind: 'slow_exfiltration',
    easy: (stage) => {
      const { world } = stage;
      const victim = stage.victim();
      return times(4, (day) =>
        times(60, (at) =>
          world.event(stage.midnight + day * DAY_MS + 9 * HOUR + at * 8 * MINUTE, victim, own(stage, victim), 'orderList', {
            rows: Math.round(victim.rows * 3 + victim.pace * 0.3),
          }),
        ),
      ).flat();
    },
    hard: (stage) => {
      const { world } = stage;
      const victim = stage.victim(({ pace }) => pace < 50);
      return times(5, (day) =>
        times(30, (at) =>
          world.event(stage.midnight + day * DAY_MS + 9.5 * HOUR + at * 15 * MINUTE, victim, own(stage, victim), 'orderList', {
            rows: Math.round(victim.rows * 2 + victim.pace * 0.25),
          }),
        ),
      ).flat();
    },
  },
  {
    kind: 'export_without_permission',
    easy: (stage) => {
      const victim = stage.victim(({ canExport }) => !canExport);
      return [stage.world.event(daytime(stage), victim, own(stage, victim), 'customerExport', { rows: 5_000, bytes_out: 8e5 })];
    },
    hard: (stage) => {
      const victim = stage.victim(({ canExport }) => !canExport);
      return times(3, (at) =>
        stage.world.event(daytime(stage) + at * HOUR, victim, own(stage, victim), 'customerExport', {
          rows: 80,
          bytes_out: 9_000,
        }),
      );
    },
  },
  {
    kind: 'id_enumeration',
    easy: (stage) => {
      const { world } = stage;
      const [victim, from] = [stage.victim(), daytime(stage)];
      const where = own(stage, victim);
      return times(120, (at) =>
        world.event(from + at * 3 * SECOND, victim, where, 'orderRead', {
          object: order(world, 5_000 + at),
          rows: 1,
          status: at % 9 === 0 ? 404 : 200,
        }),
      );
    },
    hard: (stage) => {
      const { world } = stage;
      const from = daytime(stage);
      const hands = times(6, () => stage.victim()).map((victim) => ({ victim, where: own(stage, victim) }));
      return world.random.shuffled(times(240, (at) => 30_000 + at)).map((number, at) => {
        const { victim, where } = hands[at % 6]!;
        return world.event(from + at * 20 * SECOND, victim, where, 'orderRead', { object: order(world, number), rows: 1 });
      });
    },
  },
  {
    kind: 'ownership_probing',
    easy: (stage) => {
      const { world } = stage;
      const [victim, from] = [stage.victim(), daytime(stage)];
      const where = own(stage, victim);
      return times(30, (at) =>
        world.event(from + at * 10 * SECOND, victim, where, 'orderRead', {
          object: order(world, 2_000 + world.random.below(90_000)),
          object_owner_dept: victim.dept === 'hr' ? 'finance' : 'hr',
          status: 403,
          result: world.habits.dialect.result(403),
        }),
      );
    },
    hard: (stage) => {
      const { world } = stage;
      const victim = stage.victim(({ role }) => role === 'staff');
      return times(16, (at) =>
        world.event(stage.midnight + 9 * HOUR + at * 28 * MINUTE, victim, own(stage, victim), 'customerRead', {
          object: world.habits.dialect.object('customer', world.random.below(80_000)),
          object_owner_dept: victim.dept === 'hr' ? 'finance' : 'hr',
          status: 403,
          result: world.habits.dialect.result(403),
        }),
      );
    },
  },
  {
    kind: 'foreign_reads',
    easy: (stage) => {
      const { world } = stage;
      const [victim, from] = [stage.victim(({ role }) => role === 'staff'), daytime(stage)];
      const where = own(stage, victim);
      return times(50, (at) =>
        world.event(from + at * 30 * SECOND, victim, where, 'customerRead', {
          object: world.habits.dialect.object('customer', world.random.below(80_000)),
          object_owner_dept: victim.dept === 'hr' ? 'finance' : 'hr',
          rows: 1,
        }),
      );
    },
    hard: (stage) => {
      const { world } = stage;
      const [victim, from] = [stage.victim(({ role }) => role === 'staff'), daytime(stage)];
      return times(20, (at) =>
        world.event(from + at * 9 * MINUTE, victim, own(stage, victim), 'customerRead', {
          object: world.habits.dialect.object('customer', world.random.below(80_000)),
          object_owner_dept: victim.dept === 'hr' ? 'finance' : 'hr',
          rows: 1,
        }),
      );
    },
  },
  {
    kind: 'replay',
    easy: (stage) => {
      const { world } = stage;
      const [victim, from] = [stage.victim(), daytime(stage)];
      const first = world.event(from, victim, own(stage, victim), 'orderWrite', {
        object: order(world, 77),
        nonce: `n-${from}`,
        client_ts: from,
      });
      const where = { ...strange(world), session: first['session'] as string | null, device: first['device'] as string };
      return [first, ...times(12, (at) => ({ ...first, id: `${first.id}x${at}`, ip: where.ip, ts: from + (at + 3) * MINUTE }))];
    },
    hard: (stage) => {
      const { world } = stage;
      const [victim, from] = [stage.victim(), stage.midnight + 10 * HOUR];
      const first = world.event(from, victim, own(stage, victim), 'orderWrite', {
        object: order(world, 78),
        nonce: `h-${from}`,
        client_ts: from,
      });
      return [
        first,
        ...times(2, (at) => ({ ...first, id: `${first.id}x${at}`, ip: unknownIp(world), ts: from + 26 * HOUR + at * MINUTE })),
      ];
    },
  },
  {
    kind: 'signature_forgery',
    easy: (stage) => {
      const { world } = stage;
      const [victim, where, from] = [stage.victim(), strange(world), daytime(stage)];
      return times(25, (at) =>
        world.event(from + at * 4 * SECOND, victim, where, 'orderWrite', {
          object: order(world, at),
          sig_ok: false,
          status: 401,
          result: world.habits.dialect.result(401),
        }),
      );
    },
    hard: (stage) => {
      const { world } = stage;
      const victim = stage.victim();
      return times(6, (at) =>
        world.event(stage.midnight + 9 * HOUR + at * 70 * MINUTE, victim, own(stage, victim), 'orderWrite', {
          object: order(world, at),
          sig_ok: false,
          status: 401,
          result: world.habits.dialect.result(401),
        }),
      );
    },
  },
  {
    kind: 'scanner',
    easy: (stage) => {
      const { world } = stage;
      const [where, from] = [strange(world, { client: 'sqlmap/1.8', session: null, device: null, model: null }), daytime(stage)];
      return times(80, (at) => ({
        ...world.event(from + at * SECOND, null, where, 'orderList', { status: 404, result: world.habits.dialect.result(404) }),
        path: `/x${at}.php`,
        endpoint: null,
        action: 'undeclared',
      }));
    },
    hard: (stage) => {
      const { world } = stage;
      const [victim, from] = [stage.victim(), stage.midnight + 9 * HOUR];
      const where = own(stage, victim);
      return times(30, (at) => ({
        ...world.event(from + at * 11 * MINUTE, victim, where, 'orderList', {
          status: 404,
          result: world.habits.dialect.result(404),
        }),
        path: `/api/internal/v${at}`,
        endpoint: null,
        action: 'undeclared',
      }));
    },
  },
  {
    kind: 'session_hijack',
    easy: (stage) => {
      const { world } = stage;
      const [victim, from] = [stage.victim(), daytime(stage)];
      const where = whereabouts(world, victim, stage.day, 'mobile', false);
      const thief = { ...strange(world), session: where.session };
      return [
        ...times(4, (at) => world.event(from + at * MINUTE, victim, where, 'orderList', { rows: 4, session: where.session })),
        ...times(6, (at) =>
          world.event(from + (at + 5) * MINUTE, victim, thief, 'customerRead', {
            object: world.habits.dialect.object('customer', at * 91),
            rows: 1,
            session: where.session,
          }),
        ),
      ];
    },
    hard: (stage) => {
      const { world } = stage;
      const [victim, from] = [stage.victim(), daytime(stage)];
      const where = whereabouts(world, victim, stage.day, 'mobile', false);
      const thief = { ...where, ip: unknownIp(world), model: where.model === 'Xiaomi 14' ? 'vivo X100' : 'Xiaomi 14' };
      const more = (item: Where) => ({ session: item.session, model: item.model, device: item.device });
      return [
        ...times(3, (at) => world.event(from + at * MINUTE, victim, where, 'orderList', { rows: 4, ...more(where) })),
        ...times(3, (at) => world.event(from + (at + 5) * MINUTE, victim, thief, 'orderList', { rows: 4, ...more(thief) })),
      ];
    },
  },
  {
    kind: 'dormant_account',
    easy: (stage) => {
      const { world } = stage;
      const victim = sleeper(stage);
      const where = strange(world);
      return [
        world.event(daytime(stage), victim, where, 'login'),
        ...times(20, (at) =>
          world.event(daytime(stage) + at * MINUTE, victim, where, 'customerRead', { object: `customer:${at}`, rows: 1 }),
        ),
      ];
    },
    hard: (stage) => {
      const { world } = stage;
      const victim = sleeper(stage);
      const where = inHome(stage, victim);
      const from = stage.midnight + 23.2 * HOUR;
      return [
        world.event(from, victim, where, 'login'),
        ...times(12, (at) =>
          world.event(from + (at + 1) * MINUTE, victim, where, 'customerRead', {
            object: world.habits.dialect.object('customer', world.random.below(80_000)),
            rows: 1,
          }),
        ),
      ];
    },
  },
  {
    kind: 'privilege_escalation',
    easy: (stage) => {
      const { world } = stage;
      const victim = stage.victim(({ isAdmin }) => !isAdmin);
      return times(5, (at) =>
        world.event(daytime(stage) + at * MINUTE, victim, own(stage, victim), 'roleGrant', {
          role: 'admin',
          object: `user:${victim.uid}`,
        }),
      );
    },
    hard: (stage) => {
      const { world } = stage;
      const [victim, from] = [stage.victim(({ isAdmin, role }) => !isAdmin && role === 'staff'), daytime(stage)];
      return [world.event(from, victim, own(stage, victim), 'userUpdate', { object: `user:${victim.uid}` })];
    },
  },
  {
    kind: 'coupon_farming',
    easy: (stage) => {
      const { world } = stage;
      const [where, from] = [strange(world), daytime(stage)];
      return others(stage, 25).map((user, at) =>
        world.event(from + at * 20 * SECOND, user, { ...where, session: `f-${at}` }, 'couponClaim', {
          campaign: 'fixed',
          amount_cents: 2_000,
        }),
      );
    },
    hard: (stage) => {
      const { world } = stage;
      const from = stage.midnight + 9 * HOUR;
      const hands = times(3, () => strange(world));
      return others(stage, 15).map((user, at) =>
        world.event(
          from + at * 25 * MINUTE,
          user,
          { ...hands[at % 3]!, ip: unknownIp(world), geo: world.company.geo(user.city), session: `g-${at}` },
          'couponClaim',
          { campaign: 'fixed', amount_cents: 2_000 },
        ),
      );
    },
  },
  {
    kind: 'amount_tampering',
    easy: (stage) => {
      const victim = stage.victim();
      return [
        stage.world.event(daytime(stage), victim, own(stage, victim), 'couponClaim', {
          campaign: 'spring',
          amount_cents: 99_900,
        }),
      ];
    },
    hard: (stage) => {
      const victim = stage.victim();
      return [
        stage.world.event(daytime(stage), victim, own(stage, victim), 'couponClaim', { campaign: 'spring', amount_cents: 4_987 }),
      ];
    },
  },
  {
    kind: 'rate_spike',
    urgent: true,
    easy: (stage) => {
      const { world } = stage;
      const [victim, from] = [stage.victim(), daytime(stage)];
      const where = own(stage, victim);
      return times(900, (at) => world.event(from + at * 130, victim, where, 'orderList', { rows: 1 }));
    },
    hard: (stage) => {
      const { world } = stage;
      const [victim, from] = [stage.victim(), daytime(stage)];
      const where = own(stage, victim);
      return times(260, (at) => world.event(from + at * 900, victim, where, 'couponList', { rows: 1 }));
    },
  },
  {
    kind: 'service_account',
    easy: (stage) => {
      const { world } = stage;
      const service = world.random.pick(world.company.services);
      const where = strange(world, { device: null, model: null, session: null, geo: null, client: 'curl/8' });
      return times(20, (at) =>
        world.event(daytime(stage) + at * 20 * SECOND, service, where, 'customerRead', { object: `customer:${at}`, rows: 1 }),
      );
    },
    hard: (stage) => {
      const { world } = stage;
      const service = world.random.pick(world.company.services);
      const where: Where = { ip: service.ip, geo: null, device: null, model: null, session: null, client: 'sync/1.4', skew: 0 };
      return times(3, (at) =>
        world.event(daytime(stage) + at * MINUTE, service, where, 'customerRead', { object: `customer:${at}`, rows: 1 }),
      );
    },
  },
];

function sleeper({ victim, day }: Stage): Employee {
  const person = victim();
  person.away = { from: 3, to: Math.max(3, day) };
  return person;
}

export interface AttackPlan {
  readonly from: number;
  readonly days: number;
  /** Attacks of each kind and difficulty. */
  readonly each: number;
}

/** Puts every kind of attack, easy and hard, on days after the learning ended. Sleepers must be chosen before the days are made. */
export function planAttacks(world: World, plan: AttackPlan): Attack[] {
  const used = new Set<string>();
  const attacks: Attack[] = [];
  for (const { kind, urgent, easy, hard } of recipes) {
    for (let at = 0; at < plan.each; at += 1) {
      for (const script of [easy, hard]) {
        const room = kind === 'slow_exfiltration' ? 5 : 1;
        const day = plan.from + world.random.below(Math.max(1, plan.days - room));
        const midnight = world.habits.start + day * DAY_MS;
        const victim = (fits: (person: Employee) => boolean = () => true): Employee => {
          for (;;) {
            const person = world.random.pick(world.company.employees);
            const away = person.away !== null && day >= person.away.from - 1 && day <= person.away.to + 1;
            if (used.has(person.uid) || away || !fits(person)) continue;
            used.add(person.uid);
            return person;
          }
        };
        const events = script({ world, day, midnight, victim });
        const stamps = events.map(({ ts }) => ts);
        attacks.push({
          ...{ kind, hard: script === hard, urgent: urgent === true, events },
          start: Math.min(...stamps),
          end: Math.max(...stamps),
        });
      }
    }
  }
  return attacks;
}

/** The same attack faster or slower; of many events some are missing. One that must be found at once is not made slower than that is possible. */
export function atTempo(random: Random, attack: Attack, tempo: { from: number; to: number; dropped: number }): Attack {
  const factor = random.between(tempo.from, attack.urgent ? 1 : tempo.to);
  // Over days it is the days that count, and a replay is made of its times.
  const fixed = attack.kind === 'slow_exfiltration' || attack.kind === 'replay';
  const many = attack.events.length > 12;
  const events = attack.events
    .filter((_, at) => at === 0 || !many || !random.chance(tempo.dropped))
    .map((event) => {
      if (fixed) return event;
      const ts = Math.floor(attack.start + (event.ts - attack.start) * factor);
      const clientTs = event['client_ts'];
      return { ...event, ts, ...(typeof clientTs === 'number' ? { client_ts: clientTs + ts - event.ts } : {}) };
    });
  return { ...attack, events, end: Math.max(...events.map(({ ts }) => ts)) };
}
