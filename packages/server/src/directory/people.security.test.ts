import {
  assignRole,
  blockPerson,
  confirmHeldChange,
  createApiToken,
  createBindingCode,
  createDelegation,
  listDirectorySources,
  listDormantPeople,
  listHeldChanges,
  mergePeople,
  previewCsv,
  putLocalPerson,
  removeLocalPerson,
  setPersonRoles,
  setup,
  stepUp,
  syncDirectorySource,
} from '@menshen/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestClock } from '../testing/administrators.ts';
import { ConsoleBrowser, setupTokenOf, testPassword } from '../testing/console.ts';
import { type Deployment, testAccounts } from '../testing/deployment.ts';
import { describeEachEngine } from '../testing/engines.ts';
import { createEmulatorAdmin } from '../testing/http.ts';

const day = 86_400_000;

describeEachEngine('people, from the console to the gateway', (start) => {
  const clock = new TestClock();
  let deployment: Deployment;
  let browser: ConsoleBrowser;
  let emulator: ReturnType<typeof createEmulatorAdmin>;
  beforeAll(async () => {
    deployment = await start({
      clock: clock.read,
      change: (config) => ({
        ...config,
        directory: { scim: { enabled: true } },
        apps: (config.apps ?? []).flatMap((app) => [
          app,
          {
            ...app,
            id: 'other',
            basePath: '/other',
            wecom: undefined,
            wechat: { appid: testAccounts.otherAppid, secret: testAccounts.otherSecret, apiBase: app.wechat?.apiBase },
          },
        ]),
      }),
    });
    emulator = createEmulatorAdmin(deployment.emulator.url);
    browser = new ConsoleBrowser(deployment.platform.api.url);
    const token = setupTokenOf(deployment.platform);
    const created = await browser.call(setup, { body: { token, username: 'root', password: testPassword } });
    expect(created.status).toBe(201);
  });
  afterAll(() => deployment.close());

  const me = (token: string) => deployment.call('GET', '/portal/me', { token });
  const login = (app: string, channel: 'wechat' | 'wecom', code: string) =>
    deployment.call('POST', '/_menshen/v1/login', { body: { app, channel, code } });

  it('whom WeCom no longer has is out: session ended, login refused, binding kept and dead', async () => {
    const token = await deployment.token('zhang');
    expect((await me(token)).status).toBe(200);
    await emulator('contacts', { change: 'update_user', user: { userid: 'zhang', status: 2 } });
    await deployment.platform.directory.hint('wecom', 'zhang', 'wecom callback');
    expect((await me(token)).body['code']).toBe('session_revoked');
    expect((await login('portal', 'wecom', await deployment.code('wecom', 'zhang'))).body['code']).toBe('account_disabled');
    const quiet = await browser.call(listDormantPeople);
    expect(quiet.body.boundButBlocked.map((one) => one.uid)).toEqual(['zhang']);
    await emulator('contacts', { change: 'update_user', user: { userid: 'zhang', status: 1 } });
    await deployment.platform.directory.hint('wecom', 'zhang', 'wecom callback');
    expect((await me(await deployment.token('zhang'))).status).toBe(200);
  });

  it('a login that is under way while the person leaves comes to nothing', async () => {
    const logins = Array.from({ length: 8 }, async () => login('portal', 'wecom', await deployment.code('wecom', 'li')));
    const blocked = browser.call(blockPerson, { params: { uid: 'li' }, body: { blocked: true, reason: 'left in anger' } });
    const answers = await Promise.all(logins);
    expect((await blocked).body).toMatchObject({ status: 'disabled' });
    for (const answer of answers) {
      if (answer.status !== 200) continue;
      expect((await me(String(answer.body['token']))).body['code']).toBe('session_revoked');
    }
    expect((await login('portal', 'wecom', await deployment.code('wecom', 'li'))).body['code']).toBe('account_disabled');
    await browser.call(blockPerson, { params: { uid: 'li' }, body: { blocked: false, reason: 'back again' } });
    expect((await me(await deployment.token('li'))).status).toBe(200);
  });

  it('a mover is decided on in the new department at once', async () => {
    const boss = await deployment.token('boss');
    expect((await deployment.call('GET', '/portal/staff/zhang', { token: boss })).status).toBe(200);
    await emulator('contacts', { change: 'update_user', user: { userid: 'zhang', department: [4] } });
    await deployment.platform.directory.hint('wecom', 'zhang', 'wecom callback');
    expect((await deployment.call('GET', '/portal/staff/zhang', { token: boss })).status).toBe(403);
    const zhang = await deployment.token('zhang');
    await me(zhang);
    const jwt = String(deployment.backend.seen.at(-1)?.headers['x-menshen-identity']);
    const claims = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as { departments: unknown };
    expect(claims.departments).toEqual([{ id: '4', path: ['总部', '财务'] }]);
    await emulator('contacts', { change: 'update_user', user: { userid: 'zhang', department: [3] } });
    await deployment.platform.directory.hint('wecom', 'zhang', 'wecom callback');
  });

  it('a file is looked at, then applied; mistakes are said by line', async () => {
    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    const wrong = await browser.call(previewCsv, { body: { people: base64('uid,name\n=1,x\n') } });
    expect(wrong.body).toMatchObject({ change: null, problemCount: 1 });
    expect(wrong.body.problems[0]).toMatchObject({ line: 2, column: 'uid', code: 'value_invalid' });
    const departments = base64('部门编号,部门名称,上级部门\np,合作伙伴,1\n');
    const people = base64('账号,姓名,部门,类型\np.wang,王五,合作伙伴,伙伴\np.zhao,赵六,p,伙伴\n');
    const right = await browser.call(previewCsv, { body: { people, departments, mode: 'replace' } });
    expect(right.body.change).toMatchObject({ kind: 'preview', totals: { added: 2, left: 0 } });
    expect(deployment.platform.directory.snapshot().person('p.wang')).toBeUndefined();
    const applied = await browser.call(confirmHeldChange, { params: { id: right.body.change?.id ?? '' }, body: { left: 0 } });
    expect(applied.body).toMatchObject({ source: 'csv', added: 2 });
    expect(deployment.platform.directory.snapshot().person('p.wang')).toMatchObject({
      kind: 'partner',
      departments: ['p'],
      source: 'csv',
    });
    const fewer = await browser.call(previewCsv, {
      body: { people: base64('账号,姓名,部门,类型\np.wang,王五,合作伙伴,伙伴\n'), mode: 'replace' },
    });
    const id = fewer.body.change?.id ?? '';
    expect((await browser.call(confirmHeldChange, { params: { id }, body: { left: 0 } })).body.code).toBe('conflict');
    expect((await browser.call(confirmHeldChange, { params: { id }, body: { left: 1 } })).body).toMatchObject({ left: 1 });
    expect(deployment.platform.directory.snapshot().person('p.zhao')?.status).toBe('left');
    expect((await browser.call(listHeldChanges)).body.changes).toEqual([]);
  });

  it('people are entered by hand, and those of another source are not changed so', async () => {
    const body = { name: '顾问', kind: 'partner', departments: ['4'], phone: '13900000000' };
    expect((await browser.call(putLocalPerson, { params: { uid: 'adviser' }, body })).status).toBe(200);
    expect(deployment.platform.directory.snapshot().person('adviser')).toMatchObject({ source: 'local', phone: '13900000000' });
    // What is left out stays, what is empty goes.
    const changed = { name: '顾问二', kind: 'partner', position: '架构' } as const;
    expect((await browser.call(putLocalPerson, { params: { uid: 'adviser' }, body: changed })).status).toBe(200);
    expect(deployment.platform.directory.snapshot().person('adviser')).toMatchObject({
      ...{ name: '顾问二', position: '架构', departments: ['4'], phone: '13900000000' },
    });
    await browser.call(putLocalPerson, { params: { uid: 'adviser' }, body: { ...changed, phone: '', departments: [] } });
    expect(deployment.platform.directory.snapshot().person('adviser')).toMatchObject({ phone: null, departments: [] });
    expect((await browser.call(putLocalPerson, { params: { uid: 'boss' }, body })).body.code).toBe('conflict');
    expect((await browser.call(putLocalPerson, { params: { uid: 'x' }, body: { ...body, name: '=1+1' } })).body.code).toBe(
      'validation_failed',
    );
    expect((await browser.call(putLocalPerson, { params: { uid: 'c_AAAAAAAAAAAAAAAA' }, body })).body.code).toBe(
      'validation_failed',
    );
    expect((await browser.call(removeLocalPerson, { params: { uid: 'boss' } })).body.code).toBe('not_found');
    expect((await browser.call(removeLocalPerson, { params: { uid: 'adviser' } })).status).toBe(200);
    expect(deployment.platform.directory.snapshot().person('adviser')?.status).toBe('left');
  });

  it('a run that leaves most people out waits, and says so to who asks for it', async () => {
    const sources = await browser.call(listDirectorySources);
    expect(sources.body.sources.find((one) => one.id === 'wecom')).toMatchObject({ configured: true, error: null });
    await emulator('faults', { kind: 'errcode', errcode: 45009, path: '/cgi-bin/user/list' });
    expect((await browser.call(syncDirectorySource, { params: { source: 'wecom' } })).body.code).toBe('directory_source_failed');
    await emulator('faults/clear', {});
    expect((await browser.call(syncDirectorySource, { params: { source: 'wecom' } })).status).toBe(200);
    expect((await browser.call(syncDirectorySource, { params: { source: 'nothing' } })).body.code).toBe('not_found');
  });

  it('one WeChat user over two mini programs: bound by himself only where the first proof was the company’s own', async () => {
    await emulator('people', { person: { id: 'zhang-wx', phone: '19900000002', userid: 'zhang', unionid: 'union-zhang' } });
    await emulator('people', { person: { id: 'li-wx', phone: '19900000003', userid: 'li', unionid: 'union-li1' } });
    const bind = async (person: string, proof: object) => {
      const asked = await login('portal', 'wechat', await deployment.code('wechat', person));
      const ticket = (asked.body['details'] as { ticket: string } | undefined)?.ticket ?? asked.body['ticket'];
      return deployment.call('POST', '/_menshen/v1/bind', { body: { ticket, ...proof } });
    };
    const { code } = await deployment.platform.identity.createCompanyCode('zhang', 'root');
    expect((await bind('zhang-wx', { companyCode: code })).status).toBe(200);
    expect((await bind('li-wx', { phoneCode: await deployment.phoneCode('li-wx') })).status).toBe(200);
    const zhang = await login('other', 'wechat', await deployment.code('wechat', 'zhang-wx', testAccounts.otherAppid));
    expect([zhang.status, (zhang.body['user'] as { uid: string } | undefined)?.uid]).toEqual([200, 'zhang']);
    const li = await login('other', 'wechat', await deployment.code('wechat', 'li-wx', testAccounts.otherAppid));
    expect(li.body['code']).toBe('binding_required');
    expect(JSON.stringify(li.body)).not.toContain('unionid');
    const bound = (await deployment.platform.identity.identitiesOf('zhang')).filter((one) => one.channel === 'wechat');
    expect(bound.map((one) => one.boundBy).sort()).toEqual(['company_code', 'unionid']);
  });

  it('a double is merged with all that leads to it, and never two WeChat accounts into one', async () => {
    const merge = (from: string, into: string) =>
      browser.call(mergePeople, { params: { uid: into }, body: { from, reason: 'a double' } });
    expect((await merge('li', 'zhang')).body.code).toBe('conflict');
    await browser.call(putLocalPerson, { params: { uid: 'zhang.2' }, body: { name: '张三' } });
    expect((await merge('zhang.2', 'zhang')).status).toBe(200);
    expect(deployment.platform.directory.snapshot().person('zhang.2')?.status).toBe('left');
    expect((await merge('nobody', 'zhang')).body.code).toBe('not_found');
    expect((await merge('zhang', 'zhang')).body.code).toBe('conflict');
  });

  it('roles and delegations are given in the console', async () => {
    const role = await browser.call(assignRole, {
      body: { uid: 'boss', role: 'approver', scope: { kind: 'subtree', department: '2' } },
    });
    expect(role.status).toBe(201);
    const body = { from: 'boss', to: 'li', role: 'approver', ends: clock.now + day, reason: 'holiday' };
    expect((await browser.call(createDelegation, { body })).status).toBe(201);
    expect(deployment.platform.directory.snapshot().reachOf('li').get('approver')?.subtrees).toEqual(['2']);
    clock.advance(day);
    expect(deployment.platform.directory.snapshot().reachOf('li').has('approver')).toBe(false);
  });

  it('who has not come for long is listed', async () => {
    clock.advance(100 * day);
    const again = new ConsoleBrowser(deployment.platform.api.url);
    const { adminLogin } = await import('@menshen/contract');
    await again.call(adminLogin, { body: { username: 'root', password: testPassword } });
    const quiet = await again.call(listDormantPeople);
    expect(quiet.body.days).toBe(90);
    expect(quiet.body.dormant.map((one) => one.uid)).toEqual(expect.arrayContaining(['boss', 'zhang', 'li']));
    expect((await again.call(listDormantPeople, { query: { days: '200' } })).body.totals.dormant).toBe(0);
    browser = again;
  });

  it('an unattended console makes nobody another person and gives no rights', async () => {
    const at = { params: { uid: 'li' } };
    const role = { uid: 'li', role: 'approver', scope: { kind: 'self' } } as const;
    const acts = async () => [
      (await browser.call(createBindingCode, at)).body.code,
      (await browser.call(setPersonRoles, { ...at, body: { roles: ['admin'] } })).body.code,
      (await browser.call(assignRole, { body: role })).body.code,
      (
        await browser.call(createDelegation, {
          body: { from: 'boss', to: 'li', role: 'approver', ends: clock.now + day, reason: 'holiday' },
        })
      ).body.code,
    ];
    clock.advance(301_000);
    expect(await acts()).toEqual(Array.from({ length: 4 }, () => 'step_up_required'));
    expect(deployment.platform.directory.snapshot().rolesOf('li')).toEqual([]);
    await browser.call(stepUp, { body: { proof: { method: 'password', password: testPassword } } });
    expect(await acts()).not.toContain('step_up_required');
  });

  it('SCIM is open to a token of its scope and to no other', async () => {
    const token = await browser.call(createApiToken, { body: { name: 'Entra', scopes: ['people:read'], expiresInDays: 30 } });
    const ask = (authorization: string) => fetch(`${deployment.platform.api.url}/scim/v2/Users`, { headers: { authorization } });
    expect((await ask('')).status).toBe(401);
    expect((await ask(`Bearer ${token.body.token}`)).status).toBe(403);
  });
});
