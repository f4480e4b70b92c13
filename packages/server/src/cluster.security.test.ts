import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Measured, reopeningPlan } from '@menshen/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Cluster, startCluster } from './testing/cluster.ts';
import { describeShared } from './testing/engines.ts';
import type { TestNode } from './testing/node.ts';

describeShared('two processes behind one balancer', () => {
  let cluster: Cluster;
  let a: TestNode;
  let b: TestNode;
  /** Hears no broadcast and sends none. */
  let deaf: TestNode;
  beforeAll(async () => {
    cluster = await startCluster();
    a = await cluster.start('a');
    [b, deaf] = await Promise.all([cluster.start('b'), cluster.start('deaf', { deaf: true })]);
    await a.ask('directory', 'sync', 'test');
    await Promise.all([b, deaf].map((node) => node.ask('directory', 'fresh')));
  });
  afterAll(() => cluster.close());

  const me = async (node: TestNode, token: string) => {
    const { status, body } = await node.call('GET', '/portal/me', { token });
    return status === 200 ? 'in' : body['code'];
  };
  /** Milliseconds until a node no longer answers as it did; fails after three seconds. */
  const until = async (done: () => Promise<boolean>, seen: () => unknown = () => null): Promise<number> => {
    const began = performance.now();
    while (!(await done())) {
      if (performance.now() - began > 3_000) throw new Error(`nothing has changed: ${JSON.stringify(seen())}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return performance.now() - began;
  };
  const everywhere = (code: string, token: string) => (nodes: readonly TestNode[]) => {
    let answers: unknown[] = [];
    return until(
      async () => {
        answers = await Promise.all(nodes.map((node) => me(node, token)));
        return answers.every((answer) => answer === code);
      },
      () => answers,
    );
  };
  const login = async (node: TestNode, person: string) => {
    const { code } = await cluster.admin('code', { channel: 'wecom', person });
    const answer = await node.call('POST', '/_menshen/v1/login', { body: { app: 'portal', channel: 'wecom', code } });
    return answer.status === 200 ? 'in' : answer.body['code'];
  };

  it('accept a session that the other made, also at their own endpoints', async () => {
    const token = await cluster.token(a, 'zhang');
    expect([await me(a, token), await me(b, token), await me(deaf, token)]).toEqual(['in', 'in', 'in']);
    const fresh = await cluster.token(b, 'zhang');
    expect((await a.call('GET', '/_menshen/v1/session', { token: fresh })).body).toMatchObject({ user: { uid: 'zhang' } });
  });

  it.each([
    ['heard from the broadcast', () => [a, b] as const],
    ['found by looking when the broadcast does not reach the other', () => [a, deaf] as const],
    ['found by looking when the broadcast does not leave the first', () => [deaf, a] as const],
  ])('refuse within a second what was revoked on the other: %s', async (_how, nodes) => {
    const [here, there] = nodes();
    const token = await cluster.token(here, 'li');
    expect(await me(there, token)).toBe('in');
    expect(await here.ask('identity', 'endSessionsOf', 'li', 'test', 'test')).toBe(1);
    expect(await me(here, token)).toBe('session_revoked');
    expect(await everywhere('session_revoked', token)([there])).toBeLessThan(1_000);
  });

  it('end at one a session that only the other has seen, by its name and at a logout', async () => {
    const token = await cluster.token(a, 'li');
    const sid = String((await cluster.list(b, 'li')).at(-1));
    expect(await b.ask('identity', 'endSessions', [sid], 'test', 'test')).toBe(1);
    expect(await everywhere('session_revoked', token)([a, deaf])).toBeLessThan(1_000);
    const other = await cluster.token(b, 'li');
    expect((await a.call('POST', '/_menshen/v1/logout', { token: other })).status).toBe(204);
    expect(await everywhere('session_revoked', other)([b, deaf])).toBeLessThan(1_000);
    expect(await cluster.list(deaf, 'li')).toEqual([]);
  });

  it('put out within a second whom the other has blocked, and let nobody in until they are readmitted', async () => {
    const tokens = [await cluster.token(a, 'boss'), await cluster.token(b, 'boss'), await cluster.token(deaf, 'boss')];
    await a.ask('directory', 'setBlocked', 'boss', true, 'test', 'test');
    for (const token of tokens) expect(await everywhere('session_revoked', token)([a, b, deaf])).toBeLessThan(1_000);
    for (const node of [a, b, deaf]) expect(await login(node, 'boss')).toBe('account_disabled');
    await b.ask('directory', 'setBlocked', 'boss', false, 'test', 'test');
    for (const node of [a, b, deaf]) expect(await login(node, 'boss')).toBe('in');
  });

  it('put out within a second who has left, once one of them has read the directory', async () => {
    const tokens = [await cluster.token(a, 'li'), await cluster.token(deaf, 'li')];
    const { code } = await cluster.admin('code', { channel: 'wecom', person: 'li' });
    await cluster.admin('contacts', { change: 'update_user', user: { userid: 'li', enable: 0 } });
    await b.ask('directory', 'sync', 'test');
    for (const token of tokens) expect(await everywhere('session_revoked', token)([a, b, deaf])).toBeLessThan(1_000);
    const late = await deaf.call('POST', '/_menshen/v1/login', { body: { app: 'portal', channel: 'wecom', code } });
    expect([late.status, late.body['code']]).toEqual([403, 'account_disabled']);
  });

  it('give and take roles together', async () => {
    const token = await cluster.token(b, 'zhang');
    const may = (node: TestNode) => async () => (await node.call('GET', '/portal/admin', { token })).status === 200;
    expect(await may(b)()).toBe(false);
    await a.ask('directory', 'setRoles', 'zhang', ['admin'], 'test');
    for (const node of [b, deaf]) expect(await until(may(node))).toBeLessThan(1_000);
    await b.ask('directory', 'setRoles', 'zhang', [], 'test');
    for (const node of [a, deaf]) expect(await until(async () => !(await may(node)()))).toBeLessThan(1_000);
  });

  it.each([
    ['heard from the broadcast', () => [a, b] as const],
    ['found by looking when the broadcast does not reach the other', () => [a, deaf] as const],
    ['found by looking when the broadcast does not leave the first', () => [deaf, a] as const],
  ])('contain within a second what a measure on the other means, and let go of it: %s', async (how, nodes) => {
    const [here, there] = nodes();
    const tokens = [await cluster.token(here, 'zhang'), await cluster.token(there, 'zhang')] as const;
    const take = (measured: Measured) =>
      here.ask(
        ...(['containment', 'carryOut'] as const),
        {
          ...measured,
          ...{ until: Date.now() + 3_600_000, reason: 'a test of it', idempotencyKey: `cluster ${measured.kind} ${how}` },
        },
        'test',
        { approval: null, approvedBy: null, forced: false },
      );
    const stopped = await take({ kind: 'stop_app', target: { app: 'portal' } });
    expect(await everywhere('app_stopped', tokens[1])([there])).toBeLessThan(1_000);
    expect(await me(here, tokens[0])).toBe('app_stopped');
    // Opened again for everybody, closed by a person: each on all nodes within a second, and the same for one person wherever they ask.
    const plan = reopeningPlan.parse({ steps: [{ share: 100, seconds: 600 }], advance: 'manual' });
    await here.ask('reopenings', 'start', stopped.id, plan, 'a test of it', 'test');
    expect(await everywhere('in', tokens[1])([there])).toBeLessThan(1_000);
    await there.ask('reopenings', 'move', stopped.id, 'close', 'a test of it', 'test');
    expect(await everywhere('app_stopped', tokens[0])([here])).toBeLessThan(1_000);
    await there.ask('containment', 'lift', stopped.id, 'a test of it', 'test');
    expect(await everywhere('in', tokens[0])([here])).toBeLessThan(1_000);
    // Everybody at once, also who signed in at the node that has not heard of it.
    const ended = await take({ kind: 'end_sessions', target: { scope: 'everyone' } });
    for (const token of tokens) expect(await everywhere('session_revoked', token)([here, there])).toBeLessThan(1_000);
    const again = await cluster.token(there, 'zhang');
    expect([await me(here, again), await me(there, again)]).toEqual(['in', 'in']);
    await here.ask('containment', 'lift', ended.id, 'a test of it', 'test');
  });

  it.each([
    ['heard from the broadcast', () => [a, b] as const],
    ['found by looking', () => [a, deaf] as const],
    ['found by looking, from the one that nobody hears', () => [deaf, b] as const],
  ])('sign people in with the secret that was entered at the other within a second: %s', async (how, nodes) => {
    const [here, there] = nodes();
    const { secret: value } = await cluster.admin('secret/reset', { agentid: 1_000_002 });
    expect([await login(here, 'zhang'), await login(there, 'zhang')]).toEqual(['login_unavailable', 'login_unavailable']);
    const reason = 'it lay in a public repository';
    const entered = { app: 'portal', secret: 'wecom' as const, value: String(value), reason };
    const { id: staged } = await here.ask('appSecrets', 'stage', entered, 'test');
    const target = { app: 'portal', secret: 'wecom' as const, staged };
    const request = {
      kind: 'rotate_secret' as const,
      target,
      until: Date.now() + 3_600_000,
      reason,
      idempotencyKey: `secret ${how}`,
    };
    await here.ask('containment', 'carryOut', request, 'test', { approval: null, approvedBy: null, forced: false });
    expect(await login(here, 'zhang')).toBe('in');
    expect(await until(async () => (await login(there, 'zhang')) === 'in')).toBeLessThan(1_000);
  });

  it('hold the same mode', async () => {
    const token = await cluster.token(a, 'zhang');
    const passes = async (node: TestNode) => (await node.call('GET', '/portal/staff/boss', { token })).status === 200;
    expect(await passes(b)).toBe(false);
    await a.ask('switches', 'setMode', 'monitor', 'test', 'a test of the switch');
    for (const node of [b, deaf]) expect(await until(() => passes(node))).toBeLessThan(1_000);
    await deaf.ask('switches', 'setMode', 'enforce', 'test', 'a test of the switch');
    for (const node of [a, b]) expect(await until(async () => !(await passes(node)))).toBeLessThan(1_000);
  });

  it('write a log each, and say so', async () => {
    const token = await cluster.token(a, 'zhang');
    await b.call('GET', '/portal/public', { token });
    const logs = await a.ask('logs', 'list');
    expect(logs.map(({ origin, own, live }) => [origin, own, live])).toEqual([
      ['test/a', true, true],
      ['test/b', false, true],
      ['test/deaf', false, true],
    ]);
    await b.ask('audit', 'flush');
    const status = await b.ask('queries', 'status');
    expect(status.origin).toBe('test/b');
    for (const node of [a, b]) expect(await node.ask('queries', 'verify')).toMatchObject({ ok: true, problems: [] });
  });

  it('let no third begin a log under the name of another, or seal under another master key', async () => {
    await expect(cluster.start('c', { origin: 'test/a' })).rejects.toThrow(/audit\.origin/);
    await expect(cluster.start('d', { master: Buffer.alloc(32, 7).toString('base64') })).rejects.toThrow(/keys\.master/);
  });

  it('notice when a copy of their folder comes to life, and take no more traffic', async () => {
    const original = await cluster.start('original');
    cpSync(cluster.folder('original'), cluster.folder('copy'), { recursive: true });
    // On another machine the name of the first process in its lock means nothing.
    rmSync(join(cluster.folder('copy'), 'data', 'tlog', 'lock'));
    const copy = await cluster.start('copy', { origin: 'test/original' });
    await original.ask('logs', 'note');
    expect((await original.call('GET', '/_menshen/readyz')).status).toBe(503);
    expect((await copy.call('GET', '/_menshen/readyz')).status).toBe(200);
  });

  it('trust no session while they cannot hear of revocations, and go on when they can', async () => {
    const cut = await cluster.start('cut', { wired: true });
    const token = await cluster.token(cut, 'zhang');
    expect(await me(cut, token)).toBe('in');
    cluster.cut(true);
    await expect.poll(() => me(cut, token), { timeout: 15_000 }).toBe('store_unavailable');
    expect((await cut.call('GET', '/portal/public', { token })).status).toBe(200);
    cluster.cut(false);
    await expect.poll(() => me(cut, token), { timeout: 15_000 }).toBe('in');
  });

  it('serve on when one is killed, with its sessions, and take it back with its log whole', async () => {
    const token = await cluster.token(a, 'zhang');
    await a.kill();
    expect([await me(b, token), await me(deaf, token)]).toEqual(['in', 'in']);
    expect(await login(b, 'boss')).toBe('in');
    await b.ask('identity', 'endSessionsOf', 'zhang', 'test', 'test');
    const again = await cluster.start('a');
    expect(await me(again, token)).not.toBe('in');
    expect(await again.ask('queries', 'verify')).toMatchObject({ ok: true, problems: [] });
    expect(await login(again, 'zhang')).toBe('in');
  });
});
