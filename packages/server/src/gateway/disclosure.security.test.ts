import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Deployment, startDeployment } from '../testing/deployment.ts';

const idCard = '11010519491231002X';

describe('answers before they are disclosed', () => {
  let deployment: Deployment;
  let zhang: string;
  let boss: string;
  beforeAll(async () => {
    deployment = await startDeployment({
      change: (config) => {
        const [app] = config.apps ?? [];
        if (app === undefined) return config;
        const staff = { type: 'Menshen::User', id: 'path.uid', from: 'directory' as const };
        return {
          ...config,
          apps: [
            {
              ...app,
              disclosure: { bank_card: 'mask' },
              routes: [
                ...(app.routes ?? []),
                {
                  match: 'GET /cards/:uid',
                  action: 'staff.read',
                  resource: staff,
                  mask: [
                    { field: 'name', as: 'name' },
                    { field: 'mobile', as: 'phone', reveal: { action: 'staff.update', maxAgeSeconds: 300 } },
                    { field: 'contact.mail', as: 'mail' },
                  ],
                },
                { match: 'GET /open', auth: 'none', disclosure: { identity_card: 'withhold', most: 3, onMost: 'withhold' } },
                { match: 'GET /cash', auth: 'none' },
                {
                  match: 'GET /orders/:uid',
                  action: 'staff.read',
                  resource: staff,
                  disclosure: { bulk: { factor: 3, learningDays: 0, least: 5 } },
                },
              ],
            },
          ],
        };
      },
    });
    [zhang, boss] = [await deployment.token('zhang'), await deployment.token('boss')];
  });
  const plain = (): Deployment['backend']['answer'] => (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{}');
  };
  afterEach(() => {
    deployment.backend.answer = plain();
  });
  afterAll(() => deployment.close());

  const answers = (body: string, status = 200, type = 'application/json', headers: Record<string, string> = {}): void => {
    deployment.backend.answer = (_request, response) => {
      response.writeHead(status, { 'content-type': type, ...headers });
      response.end(body);
    };
  };
  const entryOf = async (index: number): Promise<string> =>
    Buffer.from((await deployment.platform.queries.entry(index))?.entry ?? '', 'base64').toString();
  const record = JSON.stringify({ uid: 'zhang', name: '欧阳娜娜', mobile: 13800138000, contact: { mail: 'ouyang@example.com' } });

  it('are masked by kind for everybody, whoever may read them', async () => {
    answers(record, 200, 'application/json', { etag: '"1"' });
    const answer = await deployment.call('GET', '/portal/cards/zhang', { token: zhang });
    expect(answer.body).toEqual({
      uid: 'zhang',
      name: '欧**娜',
      mobile: '138******00',
      contact: { mail: 'o*****@example.com' },
    });
    expect(answer.headers.get('etag')).toBeNull();
  });

  it('show a field to who asks, is permitted, and has just proved a second factor; nobody else', async () => {
    answers(record);
    const asked = (token: string) =>
      deployment.call('GET', '/portal/cards/zhang', { token, headers: { 'x-menshen-reveal': 'mobile' } });
    // The boss may read the record; the number itself is for whoever may change it.
    expect((await asked(boss)).body).toMatchObject({ code: 'not_permitted' });
    expect((await asked(zhang)).body).toMatchObject({ code: 'mfa_required', form: 'freshness', maxAgeSeconds: 300 });
    const session = deployment.platform.identity.sessions.ofPerson('zhang')[0];
    if (session === undefined) throw new Error('no session');
    Object.assign(session, { secondFactorAt: Date.now(), assurance: 2 });
    const shown = await asked(zhang);
    expect(shown.body).toMatchObject({ mobile: 13800138000, name: '欧**娜' });
    await deployment.indexed();
    const { rows } = await deployment.platform.queries.list({ kind: 'requests' }, 1, null);
    const entry = await entryOf(rows[0]?.index ?? 0);
    expect(entry).toContain('|field_revealed|mobile');
    expect(entry).not.toContain('13800138000');
    expect(deployment.backend.seen.at(-1)?.headers['x-menshen-reveal']).toBeUndefined();
  });

  it('that are no JSON where something is to be masked do not leave', async () => {
    answers(record, 200, 'text/html');
    expect((await deployment.call('GET', '/portal/cards/zhang', { token: zhang })).body).toMatchObject({
      code: 'backend_answer_invalid',
    });
  });

  it.each([
    ['a stack trace', '{"message":"TypeError: x\\n    at run (/srv/app.js:3:1)"}', 500],
    ['a SQL error', "You have an error in your SQL syntax; check the manual near 'x'", 500],
    ['a session key', '{"openid":"o1","session_key":"tiihtNczf5v6AKRyjwEUhQ=="}', 200],
    ['an identity card, where the route says so', `{"card":"${idCard}"}`, 200],
    ['more personal values than the route expects', JSON.stringify(Array.from({ length: 4 }, (_, at) => `1380013800${at}`)), 200],
  ])('with %s are withheld', async (_name, body, status) => {
    answers(body, status, body.startsWith('You') ? 'text/plain' : 'application/json');
    const answer = await deployment.call('GET', '/portal/open');
    expect([answer.status, answer.body]).toEqual([502, expect.objectContaining({ code: 'answer_withheld' })]);
    expect(answer.text).not.toContain(body.slice(0, 20));
  });

  it('have card numbers masked in text and as numbers, and stay JSON', async () => {
    answers('{"note":"卡 6222021234567890128 已绑定 \\" ok","card":6222021234567890128,"list":[4111111111111111,5]}');
    const answer = await deployment.call('GET', '/portal/cash');
    expect(answer.body).toEqual({
      note: '卡 ***************0128 已绑定 " ok',
      card: '***************0128',
      list: ['************1111', 5],
    });
  });

  it('with an identity card raise one alarm, however many there are, and pass where nothing else is said', async () => {
    answers(`{"card":"${idCard}"}`);
    for (let time = 0; time < 5; time += 1) expect((await deployment.call('GET', '/portal/cash')).body).toEqual({ card: idCard });
    await deployment.indexed();
    const { rows } = await deployment.platform.queries.list({ kind: 'all' }, 200, null);
    const entries = await Promise.all(rows.map(({ index }) => entryOf(index)));
    const alarms = entries.filter((entry) => entry.includes('alarm.answer_leak') && entry.includes('GET /cash'));
    expect(alarms.filter((entry) => entry.includes('identity_card'))).toHaveLength(1);
    expect(entries.some((entry) => entry.includes(idCard))).toBe(false);
  });

  it('with far more personal values than the route is used to raise an alarm that says who, what is usual and what was seen', async () => {
    const phones = (count: number): string => JSON.stringify(Array.from({ length: count }, (_, at) => `1380013${8000 + at}`));
    answers(phones(2));
    for (let time = 0; time < 100; time += 1) await deployment.call('GET', '/portal/orders/zhang', { token: boss });
    answers(phones(40));
    for (let time = 0; time < 3; time += 1) await deployment.call('GET', '/portal/orders/zhang', { token: zhang });
    await deployment.indexed();
    const { rows } = await deployment.platform.queries.list({ kind: 'all' }, 200, null);
    const entries = await Promise.all(rows.map(({ index }) => entryOf(index)));
    const alarms = entries.filter((entry) => entry.includes('alarm.bulk_read')).map((entry) => JSON.parse(entry));
    expect(alarms.map(({ unmapped }) => unmapped.menshen.detail)).toEqual([
      expect.objectContaining({ route: 'GET /orders/:uid', person: 'zhang', measure: 'answer', usual: 2, seen: 40, factor: 3 }),
    ]);
  });

  it('that are examined are asked for whole and plain, whatever the client asks for', async () => {
    answers('{}');
    const headers = { range: 'bytes=5-', 'if-range': '"1"', 'accept-encoding': 'gzip' };
    await deployment.call('GET', '/portal/open', { headers });
    const seen = deployment.backend.seen.at(-1)?.headers;
    expect([seen?.range, seen?.['if-range'], seen?.['accept-encoding']]).toEqual([undefined, undefined, undefined]);
    expect(seen?.host).toBeDefined();
  });

  it('that are honest are left byte for byte', async () => {
    const body = '{ "order": 202611261234567890, "time": 1790000000000, "text": "下单于 2026-11-26" }';
    answers(body);
    expect((await deployment.call('GET', '/portal/open')).text).toBe(body);
  });
});
