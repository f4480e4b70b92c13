import { parseCompanyFile } from '@menshen/emulator';
import { describe, expect, it } from 'vitest';
import { cast, demoCast } from './company/cast.ts';
import { demoCompany, demoRoles } from './company.ts';

const company = demoCompany();
const people = company.people ?? [];
const byId = new Map(company.departments.map((department) => [department.id, department]));

function levelOf(id: number): number {
  let level = 1;
  for (let at = byId.get(id); at !== undefined && at.parentid !== 0; at = byId.get(at.parentid)) level += 1;
  return level;
}

function isBelow(department: number, above: number): boolean {
  for (let at = byId.get(department); at !== undefined; at = byId.get(at.parentid)) if (at.id === above) return true;
  return false;
}

const user = (userid: string) => {
  const found = company.users.find((one) => one.userid === userid);
  if (found === undefined) throw new Error('no such user');
  return found;
};

describe('the demonstration company', () => {
  it('is a valid company file', () => {
    expect(parseCompanyFile(structuredClone(company))).toEqual(company);
  });

  it('has 200 employees in a tree of four levels', () => {
    expect(company.users).toHaveLength(200);
    const levels = Map.groupBy(company.departments, (department) => levelOf(department.id));
    expect([...levels.keys()].sort()).toEqual([1, 2, 3, 4]);
    expect([...levels].map(([level, departments]) => [level, departments.length])).toEqual([
      [1, 1],
      [2, 6],
      [3, 15],
      [4, 22],
    ]);
  });

  it('is the same at every call, and a fresh copy', () => {
    const again = demoCompany();
    expect(again).toEqual(company);
    expect(again.users[0]).not.toBe(company.users[0]);
  });

  it('gives each person a name, a userid and a mobile of their own', () => {
    const unique = (values: readonly unknown[]) => new Set(values).size;
    expect(unique(company.users.map((one) => one.userid.toLowerCase()))).toBe(200);
    expect(unique(company.users.map((one) => one.name))).toBe(200);
    expect(
      unique([
        ...company.users.map((one) => one.mobile),
        ...people.filter((one) => one.userid === undefined).map((one) => one.phone),
      ]),
    ).toBe(230);
    for (const one of company.users) expect(one.name).toMatch(/^\p{Script=Han}{2,4}$/u);
  });

  it('uses only numbers and mail addresses that belong to nobody', () => {
    for (const one of company.users) {
      expect(one.mobile).toMatch(/^1990000\d{4}$/);
      expect(one.email).toMatch(/@dingtai\.example$/);
    }
    for (const one of people) expect(one.phone).toMatch(/^1990000\d{4}$/);
  });

  it('gives every department a leader who is a member of it, and everybody but the president a direct leader', () => {
    for (const department of company.departments) {
      expect(typeof department.leader).toBe('string');
      const leader = user(String(department.leader));
      expect(leader.is_leader_in_dept?.[leader.department.indexOf(department.id)]).toBe(1);
    }
    for (const one of company.users) expect(one.direct_leader?.length ?? 0).toBe(one.userid === demoCast.president ? 0 : 1);
    expect(company.users.filter((one) => one.is_leader_in_dept?.includes(1))).toHaveLength(44);
  });

  it('leads from any employee to the president in at most four steps', () => {
    for (const one of company.users) {
      let at = one.userid;
      for (let step = 0; step < 4 && at !== demoCast.president; step += 1) at = user(at).direct_leader?.[0] ?? at;
      expect(at).toBe(demoCast.president);
    }
  });

  it('seats the cast where the guides expect them', () => {
    for (const member of cast) expect(user(member.userid)).toMatchObject({ name: member.person.name, status: 1 });
    const own = (userid: string) => user(userid).main_department ?? 0;
    expect(user(demoCast.employee).direct_leader).toEqual([demoCast.teamLead]);
    expect(own(demoCast.teamLead)).toBe(own(demoCast.employee));
    expect(isBelow(own(demoCast.employee), own(demoCast.technologyHead))).toBe(true);
    expect(isBelow(own(demoCast.colleague), own(demoCast.technologyHead))).toBe(false);
  });

  it('knows most employees and 30 customers in WeChat', () => {
    const staff = people.filter((one) => one.userid !== undefined);
    expect(staff.length).toBeGreaterThan(160);
    expect(staff.length).toBeLessThan(200);
    expect(people).toHaveLength(staff.length + 30);
    for (const member of cast) {
      expect(people.find((one) => one.userid === member.userid)?.phone).toBe(user(member.userid).mobile);
    }
    expect(staff.filter((one) => one.phone !== user(one.userid ?? '').mobile).length).toBeGreaterThan(0);
    expect(people.filter((one) => one.blocked)).toHaveLength(1);
  });

  it('has people who cannot log in: disabled, or not yet active', () => {
    const statuses = Map.groupBy(company.users, (one) => one.status);
    expect(statuses.get(2)?.length).toBeGreaterThan(0);
    expect(statuses.get(4)?.length).toBeGreaterThan(0);
    expect(statuses.get(1)?.length).toBeGreaterThan(190);
  });
});

describe('roles', () => {
  const roles = demoRoles();

  it('follow from departments and leadership', () => {
    expect(roles[demoCast.employee]).toEqual(['staff']);
    expect(roles[demoCast.teamLead]).toEqual(['staff', 'manager']);
    expect(roles[demoCast.hrHead]).toEqual(['staff', 'manager', 'hr']);
    expect(roles[demoCast.financeHead]).toEqual(['staff', 'manager', 'finance']);
    expect(roles[demoCast.marketingHead]).toEqual(['staff', 'manager', 'marketing']);
  });

  it('reach everybody below a department', () => {
    const recruiting = company.departments.find((department) => department.name === '招聘组');
    const recruiters = company.users.filter((one) => one.main_department === recruiting?.id);
    expect(recruiters.length).toBeGreaterThan(1);
    for (const one of recruiters) expect(roles[one.userid]).toContain('hr');
    expect(Object.keys(roles)).toHaveLength(200);
    expect(Object.values(roles).filter((list) => list.includes('manager'))).toHaveLength(44);
  });
});
