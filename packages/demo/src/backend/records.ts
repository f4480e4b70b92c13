import { buildCompany } from '../company/build.ts';
import { createSeededRandom, type SeededRandom } from '../random.ts';

/** An employee as the portal's own database knows them: also what no colleague should see. */
export interface EmployeeRecord {
  readonly uid: string;
  readonly name: string;
  readonly position: string;
  /** Ids of departments, main department first. */
  readonly departments: readonly number[];
  /** Names from the company down to the main department. */
  readonly departmentPath: readonly string[];
  readonly email: string;
  readonly hiredOn: string;
  readonly idNumber: string;
  phone: string;
  address: string;
  bankCard: string;
  bio: string;
}

export interface Payslip {
  readonly month: string;
  readonly grossCents: number;
  readonly netCents: number;
}

export interface Department {
  readonly id: number;
  readonly name: string;
  readonly parent: number | null;
}

export interface EmployeeRecords {
  readonly departments: ReadonlyMap<number, Department>;
  get(uid: string): EmployeeRecord | undefined;
  /** Everybody in the department and all below it. */
  inDepartment(id: number): readonly EmployeeRecord[];
  all(): readonly EmployeeRecord[];
  payslips(uid: string): readonly Payslip[];
}

const seed = 8_888;
const bios = [
  '喜欢爬山和摄影。',
  '茶艺爱好者。',
  '每周跑步三次。',
  '养了两只猫。',
  '正在学手语。',
  '周末常去图书馆。',
  '会做一手好面。',
];
const months = ['2026-08', '2026-09', '2026-10'];

/** The portal's records of the demonstration company, the same at every start. */
export function createRecords(): EmployeeRecords {
  const company = buildCompany();
  const random = createSeededRandom(seed);
  const departments = new Map(
    company.departments.map(({ id, name, parentid }) => [id, { id, name, parent: parentid === 0 ? null : parentid }] as const),
  );

  const path = (id: number): string[] => {
    const department = departments.get(id);
    if (department === undefined) return [];
    return department.parent === null ? [department.name] : [...path(department.parent), department.name];
  };
  const isWithin = (id: number, above: number): boolean => {
    const department = departments.get(id);
    if (department === undefined) return false;
    return id === above || (department.parent !== null && isWithin(department.parent, above));
  };

  const records = new Map<string, EmployeeRecord>();
  const payslips = new Map<string, readonly Payslip[]>();
  for (const user of company.users) {
    records.set(user.userid, {
      uid: user.userid,
      name: user.name,
      position: user.position ?? '',
      departments: user.department,
      departmentPath: path(user.main_department ?? user.department[0] ?? 1),
      email: user.email ?? '',
      hiredOn: `${2012 + random.int(14)}-${two(1 + random.int(12))}-${two(1 + random.int(28))}`,
      idNumber: idNumber(random, user.gender === '1'),
      phone: user.mobile ?? '',
      address: user.address ?? '',
      bankCard: bankCard(random),
      bio: random.pick(bios),
    });
    const grossCents = 800_000 + random.int(40) * 50_000 + (user.is_leader_in_dept?.includes(1) === true ? 1_200_000 : 0);
    payslips.set(
      user.userid,
      months.map((month) => ({ month, grossCents, netCents: Math.round(grossCents * 0.78) })),
    );
  }

  return {
    departments,
    get: (uid) => records.get(uid),
    inDepartment: (id) =>
      [...records.values()].filter((record) => record.departments.some((department) => isWithin(department, id))),
    all: () => [...records.values()],
    payslips: (uid) => payslips.get(uid) ?? [],
  };
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function digits(random: SeededRandom, count: number): string {
  return Array.from({ length: count }, () => random.int(10)).join('');
}

/** Nineteen digits that end in a valid check digit (ISO/IEC 7812-1, Luhn) behind a prefix that no Chinese bank has. */
function bankCard(random: SeededRandom): string {
  const body = `629999${digits(random, 12)}`;
  let sum = 0;
  [...body].reverse().forEach((digit, at) => {
    const doubled = at % 2 === 0 ? Number(digit) * 2 : Number(digit);
    sum += doubled > 9 ? doubled - 9 : doubled;
  });
  return `${body}${(10 - (sum % 10)) % 10}`;
}

const idWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** A citizen number with a valid check character (GB 11643-1999) behind a region code, 990000, that does not exist. */
function idNumber(random: SeededRandom, male: boolean): string {
  const birth = `${1970 + random.int(33)}${two(1 + random.int(12))}${two(1 + random.int(28))}`;
  const sequence = digits(random, 2) + String(random.int(5) * 2 + (male ? 1 : 0));
  const body = `990000${birth}${sequence}`;
  const sum = [...body].reduce((total, digit, at) => total + Number(digit) * (idWeights[at] ?? 0), 0);
  return body + ('10X98765432'[sum % 11] ?? '');
}
