import type { CompanyFile } from '@menshen/emulator';
import { createSeededRandom } from '../random.ts';
import { type CastPlace, cast } from './cast.ts';
import { drawName, type PersonName } from './names.ts';
import { type DepartmentPlan, departmentPlan } from './tree.ts';

type CompanyDepartment = CompanyFile['departments'][number];
type CompanyUser = CompanyFile['users'][number];
type WechatPerson = NonNullable<CompanyFile['people']>[number];

/** Any number would do; another one makes another company. */
const seed = 20_261_124;
const customerCount = 30;
const mailDomain = 'dingtai.example';
const cities = ['上海市浦东新区', '上海市徐汇区', '杭州市余杭区', '杭州市西湖区', '广州市天河区', '深圳市南山区', '深圳市福田区'];
const roads = ['云杉路', '听雨巷', '望江路', '青梅街', '松果大道', '白鹭路', '橘园路', '书香里'];

interface Seat {
  readonly department: number;
  /** Of the department above; 0 for the root. */
  readonly above: number;
  readonly position: string;
  readonly leads: boolean;
  readonly place: CastPlace;
}

/** Builds the company: the same at every start, on every machine. */
export function buildCompany(): CompanyFile {
  const random = createSeededRandom(seed);
  const departments: CompanyDepartment[] = [];
  const seats: Seat[] = [];

  const lay = (plan: DepartmentPlan, parentid: number, order: number): void => {
    const id = departments.length + 1;
    departments.push({ id, name: plan.zh, name_en: plan.en, parentid, order });
    seats.push({
      department: id,
      above: parentid,
      position: plan.head,
      leads: true,
      place: { department: plan.zh, seat: 'head' },
    });
    for (let at = 0; at < plan.members; at += 1) {
      // The first member of a department has a fixed seat, which the cast may take.
      const seat = at === 0 ? 'first' : 'other';
      seats.push({
        department: id,
        above: parentid,
        position: random.pick(plan.positions),
        leads: false,
        place: { department: plan.zh, seat },
      });
    }
    plan.below.forEach((child, position) => {
      lay(child, id, 100 - position);
    });
  };
  lay(departmentPlan, 0, 100);

  const names = createNames();
  const named = seats.map((seat) => ({ seat, ...names.take(seat.place, () => drawName(random)) }));
  const heads = new Map(named.filter(({ seat }) => seat.leads).map(({ seat, userid }) => [seat.department, userid]));

  const users = named.map(({ seat, userid, person, isCast }, index): CompanyUser => {
    const leader = seat.leads ? heads.get(seat.above) : heads.get(seat.department);
    const status = isCast || seat.leads ? 1 : statusOf(index);
    // Some people lend a hand in a second department, as in any company.
    const second = !isCast && !seat.leads && index % 29 === 0 ? 1 + ((seat.department + 6) % departments.length) : null;
    return {
      userid,
      name: person.name,
      english_name: `${capital(person.given)} ${capital(person.family)}`,
      mobile: mobile(1_000 + index * 37),
      department: second === null ? [seat.department] : [seat.department, second],
      main_department: seat.department,
      order: second === null ? [seat.leads ? 100 : 0] : [0, 0],
      is_leader_in_dept: second === null ? [seat.leads ? 1 : 0] : [0, 0],
      position: seat.position,
      gender: person.gender === 'male' ? '1' : '2',
      email: `${userid}@${mailDomain}`,
      biz_mail: `${userid}@${mailDomain}`,
      address: `${random.pick(cities)}${random.pick(roads)}${1 + random.int(300)}号`,
      status,
      ...(leader === undefined ? {} : { direct_leader: [leader] }),
    };
  });

  const castIds = new Set(named.filter(({ isCast }) => isCast).map(({ userid }) => userid));
  const staff = users.flatMap((user, index): WechatPerson[] => {
    if (!castIds.has(user.userid) && random.chance(0.08)) return [];
    // Somebody who uses a private number in WeChat cannot be recognised by phone, and binds by another way.
    const isPrivate = !castIds.has(user.userid) && random.chance(0.03);
    const phone = isPrivate ? mobile(9_000 + index) : (user.mobile ?? mobile(9_000 + index));
    return [
      {
        id: `wx-${user.userid}`,
        nickname: user.name.slice(-2),
        phone,
        unionid: `u-demo-staff-${pad(index)}`,
        userid: user.userid,
        riskRank: 0,
      },
    ];
  });
  const customers = Array.from({ length: customerCount }, (_, index): WechatPerson => {
    const { name } = drawName(random);
    const standing =
      index === customerCount - 1 ? { riskRank: 4, blocked: true } : { riskRank: index === customerCount - 2 ? 3 : 0 };
    return {
      id: `customer-${pad(index + 1, 2)}`,
      nickname: name.slice(-2),
      phone: mobile(index + 1),
      unionid: `u-demo-customer-${pad(index + 1)}`,
      ...standing,
    };
  });

  return {
    corp: { name: departmentPlan.zh },
    departments: departments.map((department) => ({ ...department, leader: heads.get(department.id) ?? [] })),
    users,
    people: [...staff, ...customers],
  };
}

/** Hands out names so that no two people share a name or a userid; the cast keeps its own. */
function createNames() {
  const castNames = new Set(cast.map((member) => member.person.name));
  const takenIds = new Set(cast.map((member) => member.userid));
  const takenNames = new Set<string>();
  return {
    take(place: CastPlace, draw: () => PersonName): { userid: string; person: PersonName; isCast: boolean } {
      const member = cast.find((one) => one.place.department === place.department && one.place.seat === place.seat);
      if (member !== undefined) return { userid: member.userid, person: member.person, isCast: true };
      let person = draw();
      while (castNames.has(person.name) || takenNames.has(person.name)) person = draw();
      takenNames.add(person.name);
      const plain = `${person.family}.${person.given}`;
      let userid = plain;
      for (let number = 2; takenIds.has(userid); number += 1) userid = `${plain}${number}`;
      takenIds.add(userid);
      return { userid, person, isCast: false };
    },
  };
}

/** Most are active; a few have been disabled (2) or have never opened WeCom (4). */
function statusOf(index: number): 1 | 2 | 4 {
  if (index % 97 === 40) return 2;
  return index % 61 === 30 ? 4 : 1;
}

/** A number that looks like a mobile number and belongs to nobody here: always 1990000xxxx. */
function mobile(last: number): string {
  return `1990000${pad(last, 4)}`;
}

function pad(value: number, digits = 3): string {
  return String(value).padStart(digits, '0');
}

function capital(pinyin: string): string {
  return pinyin.charAt(0).toUpperCase() + pinyin.slice(1);
}
