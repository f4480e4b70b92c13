import { createMenshen, type Menshen, MenshenError } from '@menshen/miniprogram';
import { createEnvelope } from '@menshen/miniprogram/envelope';
import { createFakeWx } from '@menshen/miniprogram/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Deployment, startDeployment } from '../testing/deployment.ts';

const note = { url: '/portal/notes', method: 'POST', data: { text: '工资单里的数字', amount: 5 } } as const;

describe('the client SDK in the encrypted channel', () => {
  let deployment: Deployment;
  let menshen: Menshen;
  /** Bodies and answers below the app as the network sees them. */
  const wire: { sent: string; accept: string | null; answer: string }[] = [];
  let onAnswer: (answer: Response) => Promise<Response> | Response;

  beforeAll(async () => {
    deployment = await startDeployment({
      change: (config) => ({
        ...config,
        apps: (config.apps ?? []).map((app) => ({
          ...app,
          routes: (app.routes ?? []).map((route) => {
            if (route.match === 'POST /notes') return { ...route, seal: 'required' as const };
            return route.match === 'GET /me' ? { ...route, seal: 'optional' as const } : route;
          }),
        })),
      }),
    });
    const { keys } = (await deployment.call('GET', '/_menshen/v1/hello')).body as {
      keys: { kid: string; suite: string; publicKey: string }[];
    };
    const code = () => deployment.code('wecom', 'zhang');
    const fetched = async (url: string, init: RequestInit): Promise<Response> => {
      const answer = await fetch(url, init);
      if (!url.includes('/portal/')) return answer;
      const text = async (body: RequestInit['body'] | undefined) =>
        Buffer.from(await new Response(body ?? '').arrayBuffer()).toString();
      wire.push({
        sent: await text(init.body),
        accept: new Headers(init.headers).get('accept'),
        answer: await text(await answer.clone().arrayBuffer()),
      });
      return onAnswer(answer);
    };
    menshen = createMenshen({
      baseUrl: deployment.gatewayUrl,
      app: 'portal',
      wx: createFakeWx({ fetch: fetched, loginCode: code, wecomLoginCode: code }),
      serverKeys: keys.filter(({ suite }) => suite === 'A').map(({ kid, publicKey }) => ({ kid, publicKey })),
      envelope: createEnvelope(),
      retry: false,
    });
    deployment.backend.answer = (request, response, body) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ got: body, type: request.headers['content-type'] ?? null }));
    };
  });
  beforeEach(() => {
    wire.length = 0;
    onAnswer = (answer) => answer;
  });
  afterAll(() => deployment.close());

  const codeOf = (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => 'none',
      (error: unknown) => {
        expect(error).toBeInstanceOf(MenshenError);
        return (error as MenshenError).code;
      },
    );

  it('sends and gets what nobody between can read, and the backend sees plain JSON', async () => {
    const { data } = await menshen.request<{ got: string; type: string }>({ ...note, seal: true });
    expect([JSON.parse(data.got), data.type]).toEqual([note.data, 'application/json']);
    expect(wire).toHaveLength(1);
    expect(`${wire[0]?.sent}${wire[0]?.answer}`).not.toMatch(/工资|amount|got/);
  });

  it('reads in the channel where a route offers it, and in clear where the app does not ask', async () => {
    const sealed = await menshen.request({ url: '/portal/me?a=%E9%97%A8', seal: true });
    const clear = await menshen.request({ url: '/portal/me' });
    expect([sealed.data, clear.data]).toEqual(Array(2).fill({ got: '', type: 'application/json' }));
    expect(wire.map(({ answer }) => answer.includes('got'))).toEqual([false, true]);
  });

  it('is told in clear that a route demands the channel, and that a route of no channel takes no envelope', async () => {
    expect(await codeOf(menshen.request(note))).toBe('envelope_required');
    const seen = deployment.backend.seen.length;
    expect(await codeOf(menshen.request({ url: '/portal/staff/zhang', method: 'PUT', data: { a: 1 }, seal: true }))).toMatch(
      /content_type_unsupported/,
    );
    expect(deployment.backend.seen.length).toBe(seen);
  });

  it('takes no answer in clear from a route of no channel for a sealed one', async () => {
    expect(await codeOf(menshen.request({ url: '/portal/staff/zhang', seal: true }))).toBe('server_not_authentic');
  });

  it('takes neither a tampered answer nor that of another request', async () => {
    onAnswer = async (answer) => {
      const bytes = new Uint8Array(await answer.arrayBuffer());
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      return new Response(bytes, { status: 200, headers: answer.headers });
    };
    expect(await codeOf(menshen.request({ ...note, seal: true }))).toBe('server_not_authentic');
    let first: Response | null = null;
    onAnswer = (answer) => {
      first ??= answer.clone();
      return first.clone();
    };
    expect(await codeOf(menshen.request({ ...note, seal: true }))).toBe('none');
    expect(await codeOf(menshen.request({ ...note, seal: true }))).toBe('server_not_authentic');
  });
});
