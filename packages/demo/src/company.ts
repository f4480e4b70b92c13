import type { CompanyFile } from '@menshen/emulator';
import { buildCompany } from './company/build.ts';

/** Roles of the demonstration company that its policies know. Everybody is `staff`. */
export type DemoRole = 'staff' | 'manager' | 'hr' | 'finance' | 'marketing';

/** Which part of the company has a role by belonging to it, by the department's Chinese name. */
const roleOfDepartment: readonly (readonly [string, DemoRole])[] = [
  ['人力资源部', 'hr'],
  ['财务部', 'finance'],
  ['市场中心', 'marketing'],
];

/** Deepest department tree that is followed upwards. */
const maxLevels = 15;

/**
 * 鼎泰云商科技有限公司 / Dingtai Cloud Commerce: 200 employees in 44 departments on four levels, the WeChat people that most of them are, and
 * 30 customers. Everybody is made up; the same company at every call, a fresh copy each time.
 */
export function demoCompany(): CompanyFile {
  return buildCompany();
}

/** Roles by userid: `staff` for all, `manager` for who leads a department, the others by department and all below it. */
export function demoRoles(company: CompanyFile = demoCompany()): Record<string, DemoRole[]> {
  const departments = new Map(company.departments.map((department) => [department.id, department]));
  const roles: Record<string, DemoRole[]> = {};
  for (const user of company.users) {
    const own = new Set<DemoRole>(['staff']);
    if (user.is_leader_in_dept?.includes(1) === true) own.add('manager');
    for (const department of user.department) {
      let at = departments.get(department);
      for (let level = 0; at !== undefined && level < maxLevels; level += 1) {
        const { name, parentid } = at;
        for (const [place, role] of roleOfDepartment) if (place === name) own.add(role);
        at = departments.get(parentid);
      }
    }
    roles[user.userid] = [...own];
  }
  return roles;
}
