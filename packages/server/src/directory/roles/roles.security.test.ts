import { loadPolicies } from '@menshen/policy';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeEachStore } from '../../store/testing.ts';
import { userType } from '../snapshot.ts';
import { companyImage, sameStore, sourcePerson, startNode, type TestNode } from '../testing.ts';

const hour = 3_600_000;

/** The policy of the guide `people-and-departments`, with the part of the schema that it needs. */
const loaded = loadPolicies({
  schema: {
    name: 'schema.cedarschema',
    text: `namespace Menshen {
      type Reach = { all: Bool, self: Bool, departments: Set<Department>, subtrees: Set<Department> };
      entity Department in [Department] = { name: String };
      entity Role;
      entity User in [Department, Role] = { uid: String, kind: String, departments: Set<Department>, leads: Set<Department>, position?: String, scopes: { approver?: Reach } };
      action "leave.decide" appliesTo { principal: [User], resource: [User] };
    }`,
  },
  files: [
    {
      name: 'leave.cedar',
      text: `@id("approve") permit (principal is Menshen::User, action == Menshen::Action::"leave.decide", resource is Menshen::User)
        when {
          principal.scopes has approver && (
            principal.scopes.approver.all ||
            resource in principal.scopes.approver.subtrees ||
            resource.departments.containsAny(principal.scopes.approver.departments) ||
            (principal.scopes.approver.self && principal == resource)
          )
        };`,
    },
  ],
});

describeEachStore((open) => {
  let a: TestNode;
  let b: TestNode;
  let now: number;
  beforeEach(async () => {
    now = Date.UTC(2026, 0, 5);
    const clock = (): number => now;
    const store = await open({ clock });
    a = await startNode({ store, clock });
    b = await startNode({ store: await sameStore(open, store), clock });
    const people = [
      sourcePerson('boss', { departments: ['1'] }),
      sourcePerson('lead', { departments: ['2'] }),
      sourcePerson('dev', { departments: ['3'] }),
      sourcePerson('peer', { departments: ['2'] }),
      sourcePerson('cfo', { departments: ['4'] }),
    ];
    await a.directory.changes.apply({ kind: 'full', source: 'wecom', image: companyImage(people) }, 'test');
  });
  afterEach(async () => {
    await a.revocations.stop();
    await b.revocations.stop();
  });

  const may = (node: TestNode, principal: string, resource: string): boolean => {
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const directory = node.directory.snapshot();
    const request = {
      principal: { type: userType, id: principal },
      action: { type: 'Menshen::Action', id: 'leave.decide' },
      resource: { type: userType, id: resource },
      context: {},
    };
    return loaded.policies.decideStrict(request, directory).allow;
  };
  const whom = async (principal: string, node = b): Promise<string[]> => {
    await node.directory.fresh();
    return ['boss', 'lead', 'dev', 'peer', 'cfo'].filter((resource) => may(node, principal, resource));
  };
  const assign = (uid: string, scope: Parameters<typeof a.directory.roles.assign>[0]['scope'], ends: number | null = null) =>
    a.directory.roles.assign({ uid, role: 'approver', scope, ends }, 'root');

  it('a role holds where its scope says, on every node', async () => {
    expect(await whom('lead')).toEqual([]);
    const self = await assign('lead', { kind: 'self' });
    expect(await whom('lead')).toEqual(['lead']);
    await a.directory.roles.unassign(self.id, 'root');
    const department = await assign('lead', { kind: 'department' });
    expect(await whom('lead')).toEqual(['lead', 'peer']);
    await b.directory.roles.unassign(department.id, 'root');
    await assign('lead', { kind: 'subtree', department: '2' });
    expect(await whom('lead')).toEqual(['lead', 'dev', 'peer']);
    await assign('lead', { kind: 'all' });
    expect(await whom('lead')).toHaveLength(5);
  });

  it('a scoped role is not the company-wide one', async () => {
    await assign('lead', { kind: 'subtree', department: '2' });
    await b.directory.fresh();
    expect(b.directory.snapshot().rolesOf('lead')).toEqual([]);
    expect([...(b.directory.snapshot().get(userType, 'lead')?.ancestors ?? [])].join()).not.toContain('Role');
    await a.directory.setRoles('lead', ['approver'], 'root');
    expect(a.directory.snapshot().rolesOf('lead')).toEqual(['approver']);
    expect(await whom('lead')).toHaveLength(5);
  });

  it('a scope moves with its person and with the tree', async () => {
    await assign('lead', { kind: 'department' });
    await a.directory.put('wecom', [sourcePerson('lead', { departments: ['4'] })], [], 'test');
    expect(await whom('lead')).toEqual(['lead', 'cfo']);
  });

  it('a role with an end ends by itself, to the millisecond, and its end is on record', async () => {
    await assign('lead', { kind: 'department' }, now + hour);
    const before = (await whom('lead')).length;
    const { version } = b.directory.snapshot();
    now += hour - 1;
    expect([before, (await whom('lead')).length]).toEqual([2, 2]);
    now += 1;
    expect(may(b, 'lead', 'peer')).toBe(false);
    // Identity tokens are made anew.
    expect(b.directory.snapshot().version).toBeGreaterThan(version);
    await a.directory.maintain();
    await b.directory.maintain();
    const ends = [...a.events, ...b.events].filter((event) => JSON.stringify(event).includes('"change":"ended"'));
    expect(ends).toHaveLength(1);
  });

  it('what is delegated is used until the date, carries the giver’s scope, and is on record', async () => {
    await assign('lead', { kind: 'subtree', department: '2' });
    await assign('lead', { kind: 'self' });
    const starts = now + hour;
    const made = await a.directory.roles.delegate(
      { from: 'lead', to: 'cfo', role: 'approver', starts, ends: starts + hour, reason: 'holiday' },
      'root',
    );
    expect(await whom('cfo')).toEqual([]);
    now = starts;
    expect(may(b, 'cfo', 'dev')).toBe(true);
    expect(await whom('cfo')).toEqual(['lead', 'dev', 'peer']);
    expect(await whom('lead')).toEqual(['lead', 'dev', 'peer']);
    now = starts + hour;
    expect(may(b, 'cfo', 'dev')).toBe(false);
    expect(b.directory.roles.delegations()).toEqual([]);
    expect(a.events.some((event) => event['entity'] === 'delegation' && JSON.stringify(event).includes(made.id))).toBe(true);
  });

  it('a company-wide role that is delegated is a role, also in what backends are told', async () => {
    await a.directory.setRoles('boss', ['approver'], 'root');
    const made = await a.directory.roles.delegate(
      { from: 'boss', to: 'cfo', role: 'approver', starts: null, ends: now + hour, reason: 'travel' },
      'root',
    );
    await b.directory.fresh();
    expect(b.directory.snapshot().rolesOf('cfo')).toEqual(['approver']);
    expect(b.directory.snapshot().person('cfo')?.roles).toEqual([]);
    await b.directory.roles.undelegate(made.id, 'root');
    await a.directory.fresh();
    expect(a.directory.snapshot().rolesOf('cfo')).toEqual([]);
  });

  it('nothing is passed on of what was passed on, and nothing of whom has left or lost the role', async () => {
    await assign('lead', { kind: 'subtree', department: '2' });
    const ends = now + hour;
    await a.directory.roles.delegate(
      { from: 'lead', to: 'cfo', role: 'approver', starts: null, ends, reason: 'holiday' },
      'root',
    );
    const again = a.directory.roles.delegate(
      { from: 'cfo', to: 'dev', role: 'approver', starts: null, ends, reason: 'again' },
      'root',
    );
    await expect(again).rejects.toMatchObject({ code: 'validation_failed', details: { fields: ['role'] } });
    expect(await whom('cfo')).toContain('dev');
    await a.directory.setBlocked('lead', true, 'under investigation', 'root');
    expect(await whom('cfo')).toEqual([]);
    await a.directory.setBlocked('lead', false, 'cleared', 'root');
    expect(await whom('cfo')).toContain('dev');
    for (const { id } of a.directory.roles.assignments()) await a.directory.roles.unassign(id, 'root');
    expect(await whom('cfo')).toEqual([]);
  });

  it('refuses what makes no sense', async () => {
    await a.directory.setRoles('boss', ['approver'], 'root');
    const good = { from: 'boss', to: 'cfo', role: 'approver', starts: null, ends: now + hour, reason: 'travel' };
    for (const [bad, field] of [
      [{ ...good, to: 'boss' }, 'to'],
      [{ ...good, to: 'nobody' }, 'to'],
      [{ ...good, from: 'nobody' }, 'from'],
      [{ ...good, role: 'other' }, 'role'],
      [{ ...good, ends: now }, 'ends'],
      [{ ...good, starts: now + 2 * hour }, 'ends'],
      [{ ...good, ends: now + 400 * 24 * hour }, 'ends'],
    ] as const)
      await expect(a.directory.roles.delegate(bad, 'root')).rejects.toMatchObject({
        code: 'validation_failed',
        details: { fields: [field] },
      });
    await expect(assign('boss', { kind: 'subtree', department: '99' })).rejects.toMatchObject({ code: 'validation_failed' });
    await expect(assign('boss', { kind: 'all' }, now)).rejects.toMatchObject({ code: 'validation_failed' });
    await expect(a.directory.roles.unassign('ra_AAAAAAAAAAAAAAAA', 'root')).rejects.toMatchObject({ code: 'not_found' });
  });
});
