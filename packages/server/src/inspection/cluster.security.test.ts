import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../testing/cluster.ts';
import { describeShared } from '../testing/engines.ts';
import type { TestNode } from '../testing/node.ts';

const injection = "x' OR '1'='1' UNION SELECT username, password FROM users -- ";

describeShared('inspection on two nodes', () => {
  let cluster: Cluster;
  let a: TestNode;
  /** Hears no broadcast and sends none. */
  let deaf: TestNode;
  let token: string;
  beforeAll(async () => {
    cluster = await startCluster();
    a = await cluster.start('a');
    deaf = await cluster.start('deaf', { deaf: true });
    await a.ask('directory', 'sync', 'test');
    await deaf.ask('directory', 'fresh');
    token = await cluster.token(a, 'zhang');
  });
  afterAll(() => cluster.close());

  const ask = async (node: TestNode): Promise<string> => {
    const answer = await node.call('GET', `/portal/public?q=${encodeURIComponent(injection)}`, { token });
    return answer.status === 200 ? 'passed' : String(answer.body['code']);
  };
  const until = async (node: TestNode, wanted: string): Promise<string> => {
    const began = performance.now();
    let seen = '';
    while (performance.now() - began < 3_000) {
      seen = await ask(node);
      if (seen === wanted) return seen;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return seen;
  };

  it('an exception made on one lets pass on the other, and its revocation stops there too', async () => {
    expect([await ask(a), await ask(deaf)]).toEqual(['request_blocked', 'request_blocked']);
    const made = await a.ask(
      'inspection',
      'createException',
      {
        app: 'portal',
        route: 'GET /public',
        class: 'sqli',
        where: { place: 'query', name: 'q' },
        reason: 'a search for SQL',
        expiresAt: Date.now() + 3_600_000,
      },
      'li',
    );
    expect(await ask(a)).toBe('passed');
    expect(await until(deaf, 'passed')).toBe('passed');
    await deaf.ask('inspection', 'revokeException', made.id, 'no longer needed', 'li');
    expect(await until(a, 'request_blocked')).toBe('request_blocked');
  });

  it('so does a mode that was set on one', async () => {
    const { settings } = await a.ask('inspection', 'managed');
    const change = (mode: 'monitor' | 'enforce') => ({ routes: [{ app: 'portal', route: 'GET /public', mode }], rules: [] });
    const version = await a.ask('inspection', 'change', change('monitor'), settings.version, 'a look first', 'li');
    expect(await until(deaf, 'passed')).toBe('passed');
    await deaf.ask('inspection', 'change', change('enforce'), version, 'looked at', 'li');
    expect(await until(a, 'request_blocked')).toBe('request_blocked');
  });
});
