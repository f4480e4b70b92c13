import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../../testing/cluster.ts';
import { testAccounts } from '../../testing/company.ts';
import { describeShared } from '../../testing/engines.ts';
import type { TestNode } from '../../testing/node.ts';

const number = '13811112222';
const accounts = ['one', 'two', 'three', 'four'];

describeShared('phone checks of two processes', () => {
  let cluster: Cluster;
  let a: TestNode;
  let b: TestNode;
  beforeAll(async () => {
    cluster = await startCluster((config) => ({
      ...config,
      gateway: { ...config.gateway, rates: { challenge: { phone: { personsPerNumber: 2, triesPerPerson: 100 } } } },
      apps: (config.apps ?? []).map((app) => ({
        ...app,
        audience: ['customer'],
        routes: [
          {
            match: 'POST /notes',
            action: 'note.write',
            limit: { per: 'session', requests: 1, windowSeconds: 3_600, burst: 1, answer: 'phone' },
          },
        ],
        campaigns: [],
      })),
    }));
    for (const name of ['a', 'b']) {
      mkdirSync(join(cluster.folder(name), 'policies'), { recursive: true });
      const policy = '@id("customers") permit (principal, action == Menshen::Action::"note.write", resource);';
      writeFileSync(join(cluster.folder(name), 'policies', 'customers.cedar'), policy);
    }
    [a, b] = await Promise.all([cluster.start('a'), cluster.start('b')]);
    for (const id of accounts) await cluster.admin('people', { person: { id, phone: number } });
  });
  afterAll(() => cluster.close());

  const signIn = async (node: TestNode, person: string): Promise<string> => {
    const { code } = await cluster.admin('code', { channel: 'wechat', appid: testAccounts.appid, person });
    const answer = await node.call('POST', '/_menshen/v1/login', { body: { app: 'portal', channel: 'wechat', code } });
    return String(answer.body['token']);
  };
  const post = (node: TestNode, token: string, challenge?: string) =>
    node.call('POST', '/portal/notes', {
      token,
      body: { text: 'x' },
      ...(challenge === undefined ? {} : { headers: { 'x-menshen-challenge': challenge } }),
    });
  const code = async (person: string): Promise<string> =>
    String((await cluster.admin('phone-code', { appid: testAccounts.appid, person }))['code']);
  const asked = async (node: TestNode, token: string): Promise<string> => {
    await post(node, token);
    return ((await post(node, token)).body['challenge'] as { text: string }).text;
  };

  it('judge what the other has asked, an answer once among ten at both, and remember it', async () => {
    const token = await signIn(a, 'one');
    const text = await asked(a, token);
    await post(b, token);
    const answer = `${text}.${await code('one')}`;
    const answers = await Promise.all(Array.from({ length: 10 }, (_, at) => post(at % 2 === 0 ? a : b, token, answer)));
    // Whoever came after the one that was judged was remembered, asked again, or beyond as much again; the code was exchanged once.
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    const log = await fetch(`${cluster.emulator.url}/_emulator/log?limit=1000`);
    const { calls } = (await log.json()) as { calls: { path: string }[] };
    expect(calls.filter(({ path }) => path === '/wxa/business/getuserphonenumber')).toHaveLength(1);
    for (const node of [a, b])
      await expect.poll(async () => (await post(node, token)).body['code']).not.toBe('challenge_required');
  });

  it('let one number answer for two persons, however many come at both together', async () => {
    const callers = await Promise.all(
      accounts.slice(1).map(async (person, at) => {
        const node = at % 2 === 0 ? a : b;
        const token = await signIn(node, person);
        return { node, token, answer: `${await asked(node, token)}.${await code(person)}` };
      }),
    );
    const answers = await Promise.all(callers.map(({ node, token, answer }) => post(node, token, answer)));
    // The first test has taken one of the two places.
    expect(answers.map(({ status, body }) => (status === 200 ? 'passed' : body['code'])).sort()).toEqual([
      'passed',
      'phone_number_overused',
      'phone_number_overused',
    ]);
  });
});
