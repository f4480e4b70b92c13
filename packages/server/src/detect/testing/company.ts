import type { Random } from './random.ts';

/** Cities with their coordinates. */
const cities = [
  ['Beijing', 39.9, 116.4],
  ['Shanghai', 31.23, 121.47],
  ['Guangzhou', 23.13, 113.26],
  ['Shenzhen', 22.54, 114.06],
  ['Chengdu', 30.57, 104.07],
  ['Wuhan', 30.59, 114.31],
  ['Hangzhou', 30.27, 120.16],
  ['Xian', 34.34, 108.94],
] as const;
/** Places to which an address of a carrier drifts: within the province. */
const drift: Readonly<Record<string, readonly [string, number, number]>> = {
  Beijing: ['Tianjin', 39.13, 117.2],
  Shanghai: ['Suzhou', 31.3, 120.62],
  Guangzhou: ['Foshan', 23.02, 113.12],
  Shenzhen: ['Dongguan', 23.02, 113.75],
  Chengdu: ['Mianyang', 31.47, 104.68],
  Wuhan: ['Xiaogan', 30.92, 113.92],
  Hangzhou: ['Ningbo', 29.87, 121.55],
  Xian: ['Xianyang', 34.33, 108.71],
};
export const farPlaces = [
  { city: 'Urumqi', country: 'CN', lat: 43.83, lon: 87.62 },
  { city: 'Harbin', country: 'CN', lat: 45.8, lon: 126.53 },
  { city: 'Kunming', country: 'CN', lat: 25.04, lon: 102.71 },
  { city: 'Nanning', country: 'CN', lat: 22.82, lon: 108.37 },
  { city: 'Singapore', country: 'SG', lat: 1.35, lon: 103.82 },
] as const;

export interface Geo {
  readonly city: string;
  readonly country: string;
  readonly lat: number;
  readonly lon: number;
}

export interface Employee {
  readonly uid: string;
  readonly dept: string;
  readonly role: string;
  readonly city: string;
  readonly shift: 'day' | 'night' | 'rotating';
  readonly canExport: boolean;
  readonly isAdmin: boolean;
  /** Acts in a usual day. */
  readonly pace: number;
  /** Records a read list holds. */
  readonly rows: number;
  phone: { id: string; model: string; skew: number };
  readonly computer: { id: string; model: string; skew: number } | null;
  home: string;
  /** Days on which the person travels, and where to; from the third entry on the last day. */
  trips: { from: number; to: number; city: string; ip: string }[];
  away: { from: number; to: number } | null;
}

export interface Company {
  readonly employees: readonly Employee[];
  readonly services: readonly { uid: string; ip: string; seconds: number }[];
  readonly offices: ReadonlyMap<string, readonly string[]>;
  readonly carriers: ReadonlyMap<string, readonly string[]>;
  readonly campaigns: readonly {
    id: string;
    min: number | null;
    max: number | null;
    fixed: number | null;
    step: number;
    day: number;
  }[];
  readonly geo: (city: string) => Geo;
  readonly drifted: (city: string) => Geo;
  readonly directory: () => object;
}

export interface CompanyShape {
  readonly employees: number;
  readonly days: number;
  readonly nightShare: number;
  readonly rotatingShare: number;
  readonly pace: number;
  readonly tripShare: number;
  readonly computers: number;
}

const models = ['iPhone15,2', 'iPhone14,5', 'HUAWEI P60', 'Xiaomi 14', 'OPPO Find X7', 'vivo X100', 'HONOR Magic6', 'Redmi K70'];
const departments = ['sales', 'service', 'finance', 'warehouse', 'marketing', 'legal', 'it', 'store', 'purchase', 'hr'];

export const modelOf = (random: Random): string => random.pick(models);

/** A company made up of nobody: departments, shifts, cities, phones, home networks, journeys and holidays. */
export function createCompany(random: Random, shape: CompanyShape): Company {
  const names = cities.map(([city]) => city);
  const address = (first: number): string => `${first}.${random.below(250)}.${random.below(250)}.${1 + random.below(250)}`;
  const offices = new Map(names.map((city, at) => [city, at < 3 ? [address(58), address(58)] : [address(58)]]));
  const carriers = new Map(names.map((city) => [city, Array.from({ length: 12 }, () => address(117))]));
  const geo = (name: string): Geo => {
    const [city, lat, lon] = cities.find(([known]) => known === name) ?? cities[0];
    return { city, country: 'CN', lat, lon };
  };
  const device = (prefix: string, uid: string, model: string) => ({
    id: `${prefix}-${uid}-${random.below(1e6).toString(36)}`,
    model,
    skew: random.chance(0.015) ? random.between(-900_000, 900_000) : random.normal(0, 1_500),
  });
  const employees = Array.from({ length: shape.employees }, (_, at): Employee => {
    const uid = `u${String(at).padStart(5, '0')}`;
    const dept = random.pick(departments);
    const isAdmin = dept === 'it' && random.chance(0.12);
    const role = isAdmin ? 'admin' : random.chance(0.1) ? 'manager' : dept === 'finance' ? 'accountant' : 'staff';
    const draw = random.next();
    const city = random.pick(names);
    const trips = random.chance(shape.tripShare)
      ? [
          {
            from: 1 + random.below(shape.days - 2),
            to: 0,
            city: random.pick(names.filter((name) => name !== city)),
            ip: address(61),
          },
        ].map((trip) => ({ ...trip, to: trip.from + random.below(4) }))
      : [];
    const start = random.below(shape.days);
    return {
      ...{ uid, dept, role, city, isAdmin, trips },
      shift: draw < shape.nightShare ? 'night' : draw < shape.nightShare + shape.rotatingShare ? 'rotating' : 'day',
      canExport: isAdmin || role === 'manager' || ((dept === 'finance' || dept === 'marketing') && random.chance(0.4)),
      pace: Math.min(220, random.skewed(shape.pace, 0.6)),
      rows: random.skewed(role === 'manager' ? 12 : 6, 0.5),
      phone: device('p', uid, random.pick(models)),
      computer: random.chance(shape.computers) ? device('c', uid, 'Windows') : null,
      home: address(113),
      away: random.chance(0.08) ? { from: start, to: start + 2 + random.below(8) } : null,
    };
  });
  const services = Array.from({ length: 8 }, (_, at) => ({ uid: `svc-${at}`, ip: address(10), seconds: 60 + random.below(240) }));
  const campaigns = [
    { id: 'spring', min: 500, max: 5_000, fixed: null, step: 100, day: 2 },
    { id: 'fixed', min: null, max: null, fixed: 2_000, step: 2_000, day: 5 },
    { id: 'autumn', min: 100, max: 3_000, fixed: null, step: 50, day: 9 },
  ];
  return {
    ...{ employees, services, offices, carriers, campaigns, geo },
    drifted: (city) => {
      const [name, lat, lon] = drift[city] ?? ['Beijing', 39.9, 116.4];
      return { city: name, country: 'CN', lat, lon };
    },
    directory: () => ({
      users: employees.map(({ uid, dept, role, city, shift, canExport, isAdmin }) => ({
        ...{ uid, dept, role, city, shift },
        can_export: canExport,
        is_admin: isAdmin,
      })),
      service_accounts: services.map(({ uid }) => uid),
      office_ips: Object.fromEntries(offices),
      campaigns: campaigns.map(({ id, min, max, fixed }) => ({ id, min_cents: min, max_cents: max, fixed_cents: fixed })),
      tz: 'Asia/Shanghai',
    }),
  };
}
