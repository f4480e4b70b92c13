import { gzipSync } from 'node:zlib';
import { type ConfigInput, configSchema } from '@menshen/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Deployment, startDeployment } from '../testing/deployment.ts';

const injection = "x' OR '1'='1' UNION SELECT username, password FROM users -- ";
const day = (offset: number): string => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
const exception = { owner: 'li', reason: 'texts of the SQL course', class: 'sqli' as const };

/** The portal with routes that take free text, of which some watch, some look away, and some have exceptions. */
const withRoutes = (config: ConfigInput): ConfigInput => {
  const [portal] = config.apps ?? [];
  if (portal === undefined) throw new Error('no app');
  const free = { action: 'note.write' } as const;
  const post = (path: string, rest: object = {}) => ({ match: `POST /${path}`, ...free, ...rest });
  return {
    ...config,
    apps: [
      {
        ...portal,
        routes: [
          ...(portal.routes ?? []),
          post('free'),
          post('form', { body: { types: ['form'] } }),
          post('upload', { body: { types: ['multipart'] } }),
          post('watched', { inspect: { mode: 'monitor' } }),
          post('watched-typed', {
            inspect: { mode: 'monitor' },
            schema: { type: 'object', properties: { text: { type: 'string', maxLength: 20 } } },
          }),
          post('off', { inspect: { mode: 'off' } }),
          post('short', { inspect: { steps: 10_000 } }),
          post('course', {
            inspect: {
              exceptions: [
                { ...exception, where: { place: 'json', name: 'items[].sql' }, expires: day(30) },
                { ...exception, where: { place: 'json', name: 'old' }, expires: day(-2) },
              ],
            },
          }),
          { match: 'GET /search', action: 'secret.read' },
          { match: 'GET /index.php', action: 'secret.read' },
          post('declared', { schema: { type: 'object', properties: { _method: { type: 'string' } } } }),
          { match: 'GET /files/*', action: 'secret.read' },
        ],
      },
    ],
  };
};

describe('an attack', () => {
  let deployment: Deployment;
  let token: string;
  beforeAll(async () => {
    deployment = await startDeployment({ change: withRoutes });
    token = await deployment.token('zhang');
  });
  afterAll(() => deployment.close());

  const send: Deployment['call'] = (method, path, options = {}) => deployment.call(method, path, { token, ...options });
  const post = (path: string, body: unknown) => send('POST', `/portal/${path}`, { body });
  const forwarded = async (act: () => Promise<{ status: number; body: Record<string, unknown>; text: string }>) => {
    const before = deployment.backend.seen.length;
    const answer = await act();
    return { ...answer, passed: deployment.backend.seen.length > before };
  };
  const recordOf = async (requestId: string) => {
    await deployment.indexed();
    const found = await deployment.platform.queries.request(requestId);
    if (found === null) throw new Error('not recorded');
    const own = (found.event['unmapped'] as { menshen: Record<string, unknown> }).menshen;
    return { row: found.row, own, threats: own['threats'] as { class: string; place: string; name: string; evidence: string }[] };
  };
  const multipart = (filename: string, field: string) => {
    const text = `--XyZ\r\nContent-Disposition: form-data; name="note"\r\n\r\n${field}\r\n--XyZ\r\nContent-Disposition: form-data; name="avatar"; filename="${filename}"\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n--XyZ--\r\n`;
    return send('POST', '/portal/upload', {
      raw: Buffer.from(text, 'latin1'),
      headers: { 'content-type': 'multipart/form-data; boundary=XyZ' },
    });
  };
  const gzipped = (body: unknown) =>
    send('POST', '/portal/free', {
      raw: gzipSync(JSON.stringify(body)),
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    });
  const base64 = (text: string) => Buffer.from(text).toString('base64');

  it.each([
    ['GET', '/portal/search?_method=DELETE', null, 'query_ambiguous'],
    ['GET', '/portal/search?.method=DELETE', null, 'query_ambiguous'],
    ['GET', '/portal/search?_method[]=DELETE', null, 'query_ambiguous'],
    // ThinkPHP takes the path from `s`, Phalcon from `_url`, Yii from `r`.
    ['GET', '/portal/search?s=/admin/user/delete', null, 'query_ambiguous'],
    ['GET', '/portal/search?s=admin/user', null, 'query_ambiguous'],
    ['GET', '/portal/search?s=index%2F%5Cthink%5Capp%2Finvoke', null, 'query_ambiguous'],
    ['GET', '/portal/search?_url=/admin', null, 'query_ambiguous'],
    ['GET', '/portal/index.php?r=admin/user/delete', null, 'query_ambiguous'],
    ['POST', '/portal/free', { _method: 'DELETE' }, 'body_ambiguous'],
    ['POST', '/portal/free', { '.method': 'DELETE' }, 'body_ambiguous'],
    ['GET', '/portal/search?s=shoes&r=/pages/home', null, null],
    ['GET', '/portal/search?s=3/4', null, null],
    ['POST', '/portal/free', { s: 'pages/home', method: 'cash' }, null],
    ['POST', '/portal/declared', { _method: 'cash' }, null],
  ] as const)('steers the backend elsewhere than was decided: %s %s %j', async (method, path, body, code) => {
    const { passed, ...answer } = await forwarded(() => send(method, path, body === null ? {} : { body }));
    expect([answer.body['code'] ?? null, passed]).toEqual([code, code === null]);
  });

  it.each<[string, string, string, () => ReturnType<Deployment['call']>]>([
    ['in a query parameter', 'query', 'q', () => send('GET', `/portal/search?q=${encodeURIComponent(injection)}`)],
    [
      'encoded twice in a query parameter',
      'query',
      'q',
      () => send('GET', `/portal/search?q=${encodeURIComponent(encodeURIComponent(injection))}`),
    ],
    ['in the path', 'path', '', () => send('GET', `/portal/files/${encodeURIComponent(injection)}`)],
    ['in a header', 'header', 'x-note', () => send('GET', '/portal/search', { headers: { 'x-note': injection } })],
    [
      'in a cookie',
      'cookie',
      'theme',
      () => send('GET', '/portal/search', { headers: { cookie: `a=1; theme=${encodeURIComponent(injection)}` } }),
    ],
    ['in a JSON value', 'json', 'items[].text', () => post('free', { items: [{ text: 'fine' }, { text: injection }] })],
    ['in a JSON key', 'key', 'body.filter', () => post('free', { filter: { [injection]: 1 } })],
    ['in JSON within JSON', 'json', 'payload', () => post('free', { payload: JSON.stringify({ deep: [{ text: injection }] }) })],
    ['in base64', 'json', 'payload', () => post('free', { payload: base64(injection) })],
    ['in a gzip body', 'json', 'text', () => gzipped({ text: injection })],
    [
      'in a form field',
      'form',
      'text',
      () =>
        send('POST', '/portal/form', {
          raw: Buffer.from(new URLSearchParams({ text: injection }).toString()),
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
        }),
    ],
    ['in a multipart field', 'multipart', 'note', () => multipart('a.png', injection)],
    ['in the name of an uploaded file', 'file', 'avatar', () => multipart("x' OR '1'='1' UNION SELECT 1 -- .png", 'fine')],
    [
      'behind 900 KB of padding',
      'json',
      'z',
      () => post('free', { pad: Array.from({ length: 9 }, () => 'a '.repeat(50_000)), z: injection }),
    ],
  ])('%s is refused before the backend sees it', async (_how, place, name, act) => {
    const { status, body, text, passed } = await forwarded(act);
    expect([status, body['code']]).toEqual([403, 'request_blocked']);
    expect(passed).toBe(false);
    // Nothing of it is echoed.
    expect(Object.keys(body).sort()).toEqual(['code', 'message', 'requestId']);
    expect(text).not.toMatch(/UNION|SELECT|users/i);
    const { row, threats } = await recordOf(String(body['requestId']));
    expect(row).toMatchObject({ outcome: 'refused', code: 'request_blocked' });
    expect(threats[0]).toMatchObject({ class: 'sqli', place, name });
  });

  it.each([
    ['Chinese text', { text: '请问这个订单什么时候到？谢谢！（尽快）' }],
    ['a name with a quote', { text: "O'Brien 的报销 & 差旅" }],
    ['SQL words in a sentence', { text: 'Please select the best from our union of stores where it rains' }],
    ['numbers and nothing', { a: 1, b: null, c: [true, 0.5] }],
  ])('is not what %s is taken for', async (_what, body) => {
    const answer = await post('free', body);
    expect(answer.status).toBe(200);
  });

  it('leaves its form in the record and not the data around it', async () => {
    const { body } = await post('free', { text: `李雷 13800001234 Hunter2Secret' OR 1=1 UNION SELECT 1 -- ` });
    const { own } = await recordOf(String(body['requestId']));
    const recorded = JSON.stringify(own);
    expect(recorded).toContain('UNION');
    expect(recorded).not.toMatch(/李雷|13800001234|Hunter|Secret/);
    expect(recorded.length).toBeLessThan(8_000);
  });

  describe('where the route only watches', () => {
    it('passes, and is recorded as one that would have been refused', async () => {
      const { status, passed } = await forwarded(() => post('watched', { text: injection }));
      expect([status, passed]).toEqual([200, true]);
      await deployment.indexed();
      const { rows } = await deployment.platform.queries.traffic({ route: 'POST /watched' }, 1, null);
      const { own, row } = await recordOf(rows[0]?.requestId ?? '');
      expect(row).toMatchObject({ outcome: 'passed', code: null });
      expect(own['stages']).toContainEqual(expect.stringMatching(/^inspect\|would_refuse\|\d+\|request_blocked\|json$/));
    });
    it('does not take the schema with it', async () => {
      const { status, body, passed } = await forwarded(() => post('watched-typed', { text: injection }));
      expect([status, body['code'], passed]).toEqual([422, 'schema_mismatch', false]);
    });
    it('and where it does not look, nothing is recorded', async () => {
      expect((await post('off', { text: injection })).status).toBe(200);
      await deployment.indexed();
      const { rows } = await deployment.platform.queries.traffic({ route: 'POST /off' }, 1, null);
      expect((await recordOf(rows[0]?.requestId ?? '')).threats).toBeUndefined();
    });
  });

  describe('in a field with an exception', () => {
    it('passes', async () => {
      expect((await post('course', { items: [{ sql: injection }] })).status).toBe(200);
    });
    it.each<[string, unknown]>([
      ['another field', { items: [{ text: injection }] }],
      ['the field elsewhere', { sql: injection }],
      [
        'another field beside a heavier one that is excepted',
        { items: [{ sql: `${injection}; DROP TABLE users; ${injection}` }], note: injection },
      ],
      [
        'another field behind many heavier ones that are excepted',
        { items: Array.from({ length: 40 }, () => ({ sql: `${injection}; DROP TABLE users; ${injection}` })), note: injection },
      ],
      ['a field whose exception has ended', { old: injection }],
    ])('is still refused in %s', async (_where, body) => {
      expect((await post('course', body)).body['code']).toBe('request_blocked');
    });
    it('is still refused on another route', async () => {
      expect((await post('free', { items: [{ sql: injection }] })).body['code']).toBe('request_blocked');
    });
  });

  it('cannot hide in more than the budget allows: what was not read is not harmless', async () => {
    const { status, body, passed } = await forwarded(() => post('short', { text: `${'a b '.repeat(5_000)}` }));
    expect([status, body['code'], passed]).toEqual([403, 'inspection_budget', false]);
  });

  it('is stopped, watched or let pass as the file says, from the moment it is read again', async () => {
    const { platform, folder, config } = deployment;
    const reload = (inspect: object) =>
      platform.reload(configSchema.parse({ ...config, gateway: { ...config.gateway, inspect } }), folder);
    await reload({ mode: 'monitor' });
    expect((await post('free', { text: injection })).status).toBe(200);
    await reload({ threshold: 50 });
    expect((await post('free', { text: injection })).status).toBe(200);
    const where = { place: 'json', name: 'text' };
    await reload({ exceptions: [{ ...exception, where, expires: day(1) }] });
    expect((await post('free', { text: injection })).status).toBe(200);
    expect((await post('free', { note: injection })).status).toBe(403);
    await reload({});
    expect((await post('free', { text: injection })).body['code']).toBe('request_blocked');
  });

  it('is counted', async () => {
    const metrics = await (await fetch(`${deployment.platform.api.url}/metrics`)).text();
    const value = (line: string): number =>
      Number(
        metrics
          .split('\n')
          .find((one) => one.startsWith(`${line} `))
          ?.split(' ')[1],
      );
    expect(value('menshen_inspection_blocked_total{class="sqli"}')).toBeGreaterThan(10);
    expect(value('menshen_inspection_would_block_total{class="sqli"}')).toBeGreaterThan(0);
    expect(value('menshen_inspection_excepted_total')).toBeGreaterThan(0);
    expect(value('menshen_inspection_budget_total')).toBe(1);
    expect(value('menshen_inspection_microseconds_total')).toBeGreaterThan(0);
  });
});
