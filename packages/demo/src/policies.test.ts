import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkParseSchema, type EntityJson, isAuthorized, validate } from '@cedar-policy/cedar-wasm/nodejs';
import { describe, expect, it } from 'vitest';
import { demoCast } from './company/cast.ts';
import { demoCompany, demoRoles } from './company.ts';

const folder = join(import.meta.dirname, '..', 'policies');
const read = (file: string) => readFileSync(join(folder, file), 'utf8');
const schema = read('schema.cedarschema');
const files = readdirSync(folder).filter((file) => file.endsWith('.cedar'));
const policies = files.map(read).join('\n');

type Uid = { readonly type: string; readonly id: string };
const uid = (type: string, id: string | number): Uid => ({ type: `Menshen::${type}`, id: String(id) });

const company = demoCompany();
const roles = demoRoles(company);

/** The directory as the server's snapshot gives it to the policies. */
const entities: EntityJson[] = [
  ...company.departments.map((department) => ({
    uid: uid('Department', department.id),
    attrs: { name: department.name },
    parents: department.parentid === 0 ? [] : [uid('Department', department.parentid)],
  })),
  ...['staff', 'manager', 'hr', 'finance', 'marketing'].map((role) => ({ uid: uid('Role', role), attrs: {}, parents: [] })),
  ...company.users.map((user) => {
    const entity = (id: number) => ({ __entity: uid('Department', id) });
    const leads = user.department.filter((_, at) => user.is_leader_in_dept?.[at] === 1);
    return {
      uid: uid('User', user.userid),
      attrs: {
        uid: user.userid,
        kind: 'employee',
        departments: user.department.map(entity),
        leads: leads.map(entity),
        position: user.position ?? '',
      },
      parents: [
        ...user.department.map((id) => uid('Department', id)),
        ...(roles[user.userid] ?? []).map((role) => uid('Role', role)),
      ],
    };
  }),
  { uid: uid('Guest', 'c_1'), attrs: { kind: 'customer' }, parents: [] },
  { uid: uid('Guest', 'anonymous'), attrs: { kind: 'anonymous' }, parents: [] },
];

interface Circumstances {
  readonly channel?: string;
  readonly assurance?: number;
}

function decide(principal: Uid, action: string, resource: Uid, { channel = 'wecom', assurance = 1 }: Circumstances = {}) {
  const answer = isAuthorized({
    principal,
    action: uid('Action', action),
    resource,
    context: { app: 'portal', channel, assurance, address: '192.0.2.1', method: 'GET', time: 1_700_000_000 },
    schema,
    validateRequest: true,
    policies: { staticPolicies: policies },
    entities,
  });
  if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
  expect(answer.response.diagnostics.errors).toEqual([]);
  return answer.response.decision;
}

const user = (id: string) => uid('User', id);
const departmentOf = (userid: string) =>
  uid('Department', company.users.find((one) => one.userid === userid)?.main_department ?? 0);
const { employee, colleague, teamLead, technologyHead, hrHead, financeHead, marketingHead, president } = demoCast;
const portal = uid('App', 'portal');
const campaign = { type: 'Coupon::Campaign', id: 'tea-2026' };
const customer = uid('Guest', 'c_1');
const anonymous = uid('Guest', 'anonymous');

describe('the policies of the demonstration', () => {
  it('are valid under their schema, without a warning', () => {
    expect(checkParseSchema(schema)).toEqual({ type: 'success' });
    const answer = validate({ schema, policies: { staticPolicies: policies } });
    expect(answer).toEqual({ type: 'success', validationErrors: [], validationWarnings: [], otherWarnings: [] });
  });

  it('each have an id of their own and a comment in both languages', () => {
    const ids = [...policies.matchAll(/^@id\("([a-z-]+)"\)$/gm)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...policies.matchAll(/^(permit|forbid) \(/gm)]).toHaveLength(ids.length);
    for (const file of files) expect(read(file)).toMatch(/^\/\/ .*\p{Script=Han}.*\n\/\/ [A-Z]/u);
  });

  it('let everybody read and change their own record, and change the bank card with a second factor only', () => {
    for (const action of [
      'portal.me.read',
      'portal.employee.read',
      'portal.employee.update',
      'portal.payslip.read',
      'portal.leave.read',
    ]) {
      expect(decide(user(employee), action, user(employee))).toBe('allow');
      expect(decide(user(employee), action, user(employee), { channel: 'wechat' })).toBe('allow');
    }
    for (const action of ['portal.bankcard.update', 'portal.bankcard.reveal']) {
      expect(decide(user(employee), action, user(employee))).toBe('deny');
      expect(decide(user(employee), action, user(employee), { assurance: 2 })).toBe('allow');
      expect(decide(user(employee), action, user(colleague), { assurance: 2 })).toBe('deny');
    }
  });

  it('refuse a colleague, upwards, sideways and across divisions', () => {
    for (const other of [colleague, teamLead, hrHead, president]) {
      for (const action of [
        'portal.employee.read',
        'portal.employee.update',
        'portal.payslip.read',
        'portal.leave.read',
        'portal.leave.decide',
      ]) {
        expect(decide(user(employee), action, user(other))).toBe('deny');
      }
    }
    expect(decide(user(employee), 'portal.employee.list', departmentOf(employee))).toBe('deny');
  });

  it('let leaders read below them at any depth and nowhere else', () => {
    for (const leader of [teamLead, technologyHead, president])
      expect(decide(user(leader), 'portal.employee.read', user(employee))).toBe('allow');
    expect(decide(user(teamLead), 'portal.employee.read', user(technologyHead))).toBe('deny');
    expect(decide(user(technologyHead), 'portal.employee.read', user(colleague))).toBe('deny');
    expect(decide(user(technologyHead), 'portal.employee.list', departmentOf(employee))).toBe('allow');
    expect(decide(user(technologyHead), 'portal.employee.list', departmentOf(colleague))).toBe('deny');
    expect(decide(user(technologyHead), 'portal.employee.update', user(employee))).toBe('deny');
    expect(decide(user(technologyHead), 'portal.payslip.read', user(employee))).toBe('deny');
  });

  it('let leaders decide on leave, but never on their own', () => {
    expect(decide(user(teamLead), 'portal.leave.decide', user(employee))).toBe('allow');
    expect(decide(user(teamLead), 'portal.leave.decide', user(teamLead))).toBe('deny');
    expect(decide(user(technologyHead), 'portal.leave.decide', user(teamLead))).toBe('allow');
  });

  it('let human resources read everybody, and finance see payslips, but not outside WeCom', () => {
    expect(decide(user(hrHead), 'portal.employee.read', user(colleague))).toBe('allow');
    expect(decide(user(hrHead), 'portal.employee.list', departmentOf(colleague))).toBe('allow');
    expect(decide(user(hrHead), 'portal.employee.update', user(colleague))).toBe('deny');
    expect(decide(user(hrHead), 'portal.payslip.read', user(colleague))).toBe('deny');
    expect(decide(user(financeHead), 'portal.payslip.read', user(colleague))).toBe('allow');
    expect(decide(user(financeHead), 'portal.payslip.read', user(colleague), { channel: 'wechat' })).toBe('deny');
    expect(decide(user(financeHead), 'portal.employee.read', user(colleague))).toBe('deny');
  });

  it('let every employee apply for leave and read announcements, and two roles publish them', () => {
    for (const action of ['portal.leave.create', 'portal.announcement.read']) {
      expect(decide(user(employee), action, portal)).toBe('allow');
      expect(decide(customer, action, portal)).toBe('deny');
    }
    for (const publisher of [hrHead, marketingHead])
      expect(decide(user(publisher), 'portal.announcement.publish', portal)).toBe('allow');
    for (const other of [employee, technologyHead, financeHead])
      expect(decide(user(other), 'portal.announcement.publish', portal)).toBe('deny');
  });

  it('let anybody see a campaign and customers alone claim', () => {
    for (const who of [customer, anonymous, user(employee)]) expect(decide(who, 'coupon.campaign.read', campaign)).toBe('allow');
    expect(decide(customer, 'coupon.claim.create', campaign, { channel: 'wechat' })).toBe('allow');
    expect(decide(customer, 'coupon.claim.list', uid('App', 'coupon'))).toBe('allow');
    for (const who of [anonymous, user(employee), user(president)]) {
      expect(decide(who, 'coupon.claim.create', campaign)).toBe('deny');
      expect(decide(who, 'coupon.claim.list', uid('App', 'coupon'))).toBe('deny');
    }
  });

  it('open nothing of the portal to customers', () => {
    for (const action of ['portal.me.read', 'portal.employee.read', 'portal.payslip.read']) {
      expect(decide(customer, action, user(employee))).toBe('deny');
    }
  });
});
