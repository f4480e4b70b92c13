import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  authorize,
  authorizeFilter,
  cancelApproval,
  checkPolicies,
  createApiToken,
  type Endpoint,
  explainDecision,
  getPolicyChange,
  listPolicies,
  publishPolicies,
  requestApproval,
  tryPolicies,
} from '@menshen/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approved, setUpThree, stepUpAgain, TestClock } from '../testing/administrators.ts';
import { type Deployment, startDeployment } from '../testing/deployment.ts';

describe('policies as people and backends ask about them', () => {
  const clock = new TestClock();
  let deployment: Deployment;
  let three: Awaited<ReturnType<typeof setUpThree>>;
  let zhang: string;
  let token: string;
  beforeAll(async () => {
    deployment = await startDeployment({
      clock: clock.read,
      change: (config) => ({ ...config, console: { listen: '127.0.0.1:0', operators: 'separated', secondFactor: 'required' } }),
    });
    three = await setUpThree(deployment, clock);
    zhang = await deployment.token('zhang');
    await stepUpAgain(three.security, clock);
    const made = await three.security.browser.call(createApiToken, {
      body: { name: 'backend', scopes: ['authorize'], expiresInDays: 30 },
    });
    token = made.body.token;
  });
  afterAll(() => deployment.close());

  const machine = async (endpoint: Endpoint, body: unknown, bearer = token) => {
    const answer = await fetch(deployment.platform.api.url + endpoint.path, {
      method: endpoint.method,
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body: endpoint.method === 'GET' ? null : JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const folder = (): string => join(deployment.folder, 'policies');
  const draftOf = (text: string) => [{ name: 'test.cedar', text }];
  const current = (): string => readFileSync(join(folder(), 'test.cedar'), 'utf8');

  it('shows files, policies, schema and the questions of the day', async () => {
    await deployment.call('GET', '/portal/me', { token: zhang });
    const { body } = await three.audit.browser.call(listPolicies);
    expect(body.files.map(({ name }) => name)).toEqual(['test.cedar']);
    expect(body.policies.map(({ id }) => id)).toEqual(['own', 'leader', 'notes', 'admin']);
    expect(body.schema).toMatchObject({ generated: false });
    expect(body.questions).toBeGreaterThan(0);
    expect((await three.system.browser.call(listPolicies)).body).toMatchObject({ code: 'power_not_held' });
  });

  it('says why a request was refused, and which part of which policy was not met', async () => {
    const refused = await deployment.call('GET', '/portal/staff/li', { token: zhang });
    const { body } = await three.audit.browser.call(explainDecision, { body: { requestId: refused.body['requestId'] } });
    expect(body).toMatchObject({
      allow: false,
      determining: [],
      question: { principal: { id: 'zhang' }, resource: { id: 'li' } },
    });
    expect(body.policies.find(({ id }) => id === 'own')).toMatchObject({
      matched: false,
      reason: { code: 'when_false', text: 'principal == resource' },
    });
    expect((await three.audit.browser.call(explainDecision, { body: { requestId: 'nobody' } })).status).toBe(404);
    const asked = { uid: 'boss', app: 'portal', action: 'staff.read', resource: { type: 'Menshen::User', id: 'zhang' } };
    expect((await three.security.browser.call(explainDecision, { body: asked })).body).toMatchObject({
      allow: true,
      determining: ['leader'],
    });
  });

  it('finds the mistakes of a draft by file and line', async () => {
    const { body } = await three.security.browser.call(checkPolicies, {
      body: { files: draftOf('permit (principal is Menshen::User, action == Menshen::Action::"me.reed", resource);') },
    });
    expect(body.ok).toBe(false);
    expect(body.problems[0]).toMatchObject({ file: 'test.cedar' });
    const broken = await three.security.browser.call(checkPolicies, { body: { files: draftOf('permit (principal') } });
    expect(broken.body.problems[0]?.line).toBe(1);
  });

  it('says what a draft would have changed, with the requests that asked', async () => {
    const files = draftOf(current().replace('@id("own") permit', '@id("own") forbid'));
    const { body } = await three.security.browser.call(tryPolicies, { body: { files } });
    expect(body.report).toMatchObject({ refusedToAllowed: 0 });
    expect(body.report?.allowedToRefused).toBeGreaterThan(0);
    expect(body.report?.groups[0]?.examples[0]).toMatchObject({ principal: { id: 'zhang' } });
  });

  it('shows each approver what a publication would add, remove and change', async () => {
    const { version, files } = (await three.security.browser.call(listPolicies)).body;
    const text = current();
    const changedText = text.replace('@id("own") permit', '@id("own") forbid').replace('@id("notes")', '@id("written")');
    const body = {
      files: [
        ...draftOf(changedText),
        { name: 'more.cedar', text: '@id("more") forbid (principal, action, resource) when { principal == resource };' },
      ],
      from: version,
      reason: 'shown to the approver',
    };
    expect(files).toHaveLength(1);
    await stepUpAgain(three.security, clock);
    const asked = await three.security.browser.call(requestApproval, {
      body: { endpoint: publishPolicies.id, body, reason: 'shown to the approver' },
    });
    for (const who of [three.system, three.audit, three.security]) {
      const change = (await who.browser.call(getPolicyChange, { params: { id: asked.body.id } })).body;
      expect(change).toMatchObject({ current: true, loads: true });
      expect(change.policies.added.map(({ id }) => id)).toEqual(['written', 'more']);
      expect(change.policies.removed.map(({ id }) => id)).toEqual(['notes']);
      expect(change.policies.changed.map(({ id }) => id)).toEqual(['own']);
      expect(change.files.map(({ name, before }) => [name, before === null])).toEqual([
        ['more.cedar', true],
        ['test.cedar', false],
      ]);
    }
    await three.security.browser.call(cancelApproval, { params: { id: asked.body.id } });
  });

  it('publishes only with another’s approval, only over the files that the draft started from, and puts it to work at once', async () => {
    const { version } = (await three.security.browser.call(listPolicies)).body;
    const before = current();
    const files = draftOf(`${before}\n@id("closed") forbid (principal, action == Menshen::Action::"note.write", resource);\n`);
    const body = { files, from: version, reason: 'notes are closed for the test' };
    await stepUpAgain(three.security, clock);
    expect((await three.security.browser.call(publishPolicies, { body })).body).toMatchObject({ code: 'approval_required' });
    expect(current()).toBe(before);
    const headers = await approved(publishPolicies, { body }, three.security, three.audit, clock);
    expect((await deployment.call('POST', '/portal/notes', { token: zhang, body: { text: 'a' } })).status).toBe(200);
    const done = await three.security.browser.call(publishPolicies, { body, headers });
    expect(done.status).toBe(200);
    expect(current()).toContain('closed');
    expect((await deployment.call('POST', '/portal/notes', { token: zhang, body: { text: 'a' } })).body['code']).toBe(
      'not_permitted',
    );
    const stale = { ...body, files: draftOf(before) };
    const again = await approved(publishPolicies, { body: stale }, three.security, three.audit, clock);
    expect((await three.security.browser.call(publishPolicies, { body: stale, headers: again })).body).toMatchObject({
      code: 'conflict',
    });
    expect(readdirSync(folder()).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('answers backends, who may not say more of people than the directory does', async () => {
    const ask = (uid: string, resource: object) => machine(authorize, { uid, app: 'portal', action: 'staff.read', resource });
    expect((await ask('zhang', { type: 'Menshen::User', id: 'zhang' })).body).toMatchObject({
      allow: true,
      determining: ['own'],
    });
    expect((await ask('zhang', { type: 'Menshen::User', id: 'li' })).body).toMatchObject({ allow: false });
    const claimed = { type: 'Menshen::User', id: 'li', parents: [{ type: 'Menshen::Department', id: '2' }] };
    expect((await ask('boss', claimed)).body).toMatchObject({ allow: false });
    expect((await ask('nobody', { type: 'Menshen::User', id: 'li' })).status).toBe(404);
    expect((await machine(authorize, {}, 'mat1.wrong')).status).toBe(401);
    expect((await machine(listPolicies, {})).status).toBe(403);
  });

  it('gives backends the condition of a list, with parameters only, and it selects what may be seen', async () => {
    const condition = async (uid: string) =>
      machine(authorizeFilter, {
        ...{ uid, app: 'portal', action: 'staff.read', dialect: 'sqlite', resourceType: 'Menshen::User' },
        table: {
          table: 'staff',
          id: { column: 'uid' },
          attributes: {},
          parents: [{ entityType: 'Menshen::Department', column: 'dept' }],
        },
      });
    const db = new DatabaseSync(':memory:');
    db.exec(
      `CREATE TABLE staff (uid TEXT PRIMARY KEY, dept TEXT); INSERT INTO staff VALUES ('boss','2'),('zhang','3'),('li','4'),('x''; --','3')`,
    );
    const visible = async (uid: string): Promise<unknown[]> => {
      const { body } = await condition(uid);
      const where = body['where'] as { text: string; parameters: (string | number)[] } | null;
      if (where === null) throw new Error(JSON.stringify(body));
      expect(where.text).not.toContain(uid);
      return db
        .prepare(`SELECT uid FROM staff WHERE ${where.text} ORDER BY uid`)
        .all(...where.parameters)
        .map((row) => row['uid']);
    };
    expect(await visible('zhang')).toEqual(['zhang']);
    expect(await visible('boss')).toEqual(['boss', "x'; --", 'zhang']);
    db.close();
  });
});
