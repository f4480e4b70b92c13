import { describe, expect, it } from 'vitest';
import { createFakePlatform } from '../testing/fake-platform.ts';
import { type ApiRequest, createTransport } from './transport.ts';

const request: ApiRequest = { api: '/a', method: 'GET' };

function send(answer: () => unknown, options: { timeoutMs?: number; maxResponseBytes?: number } = {}, sent = request) {
  return createTransport('https://api.example', { ...createFakePlatform(answer), ...options })(sent);
}

function streamOf(chunk: Uint8Array, pulled: { count: number; cancelled: boolean }): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      pulled.count += 1;
      controller.enqueue(chunk);
    },
    cancel() {
      pulled.cancelled = true;
    },
  });
}

describe('transport', () => {
  it('sends query and body, follows no redirect and can be aborted', async () => {
    const platform = createFakePlatform(() => ({ ok: 1 }));
    const transport = createTransport('https://api.example', platform);
    await transport({
      api: '/a',
      method: 'POST',
      query: { x: 'a&b=ü', y: 1, z: undefined },
      body: { text: '中文', gone: undefined },
    });
    const [seen] = platform.seen;
    expect(seen).toMatchObject({ method: 'POST', path: '/a', query: { x: 'a&b=ü', y: '1' }, body: { text: '中文' } });
    expect(seen?.init.body).toBe('{"text":"中文"}');
    expect(seen?.init).toMatchObject({ redirect: 'error', headers: { 'content-type': 'application/json; charset=utf-8' } });
    expect(seen?.init.signal).toBeInstanceOf(AbortSignal);
  });

  it.each([
    [{ a: 1 }, { a: 1 }],
    [
      { errcode: 0, errmsg: 'ok' },
      { errcode: 0, errmsg: 'ok' },
    ],
    [{ errcode: '0' }, { errcode: '0' }],
    [new Response('\ufeff{"a":1}'), { a: 1 }],
    [new Response('{"a":1}', { headers: { 'content-type': 'text/plain' } }), { a: 1 }],
  ])('gives the object of a good answer', async (answer, expected) => {
    await expect(send(() => answer)).resolves.toEqual(expected);
  });

  it.each([
    [
      { errcode: 40029, errmsg: 'invalid code, rid: 1-2-3' },
      { errcode: 40029, errmsg: 'invalid code', rid: '1-2-3' },
    ],
    [{ errcode: '40029' }, { errcode: 40029, errmsg: '' }],
    [
      { errcode: -1, errmsg: 5 },
      { errcode: -1, errmsg: '' },
    ],
  ])('turns %j into an API error', async (answer, fields) => {
    await expect(send(() => answer)).rejects.toMatchObject({ code: 'wechat_api_error', api: '/a', ...fields });
  });

  it.each([
    ['an empty body', () => new Response(''), { reason: 'bad_json' }],
    ['no body', () => new Response(null), { reason: 'bad_json' }],
    ['a page', () => new Response('<html>'), { reason: 'bad_json' }],
    ['a list', () => [], { reason: 'bad_json' }],
    ['null', () => null, { reason: 'bad_json' }],
    ['broken UTF-8', () => new Response(Buffer.from([0x22, 0xc3, 0x28, 0x22])), { reason: 'bad_json' }],
    ['an errcode that is no number', () => ({ errcode: 'x' }), { reason: 'bad_answer', field: 'errcode' }],
    ['an errcode of null', () => ({ errcode: null }), { reason: 'bad_answer', field: 'errcode' }],
    ['a server error', () => new Response('{}', { status: 502 }), { reason: 'http_status', status: 502 }],
    ['a redirect that was not followed', () => new Response(null, { status: 302 }), { reason: 'http_status', status: 302 }],
    [
      'a refused connection',
      () => Promise.reject(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } })),
      { reason: 'network', networkCode: 'ECONNREFUSED' },
    ],
    ['an unknown failure', () => Promise.reject(new Error('boom')), { reason: 'network' }],
  ])('names the failure for %s', async (_name, answer, fields) => {
    await expect(send(answer)).rejects.toMatchObject({ code: 'wechat_transport_error', api: '/a', ...fields });
  });

  it('refuses a body that is declared too large without reading it', async () => {
    const pulled = { count: 0, cancelled: false };
    const answer = () => new Response(streamOf(new Uint8Array(10), pulled), { headers: { 'content-length': '1001' } });
    await expect(send(answer, { maxResponseBytes: 1000 })).rejects.toMatchObject({ reason: 'too_large' });
    expect(pulled.cancelled).toBe(true);
  });

  it('stops reading a body that turns out too large', async () => {
    const pulled = { count: 0, cancelled: false };
    const answer = () => new Response(streamOf(new Uint8Array(100), pulled));
    await expect(send(answer, { maxResponseBytes: 1000 })).rejects.toMatchObject({ reason: 'too_large' });
    expect(pulled.cancelled).toBe(true);
    expect(pulled.count).toBeLessThan(15);
  });

  it.each([
    ['a fetch that obeys its signal', (init: RequestInit) => abortedBy(init.signal)],
    ['a fetch that ignores its signal', () => new Promise<Response>(() => {})],
    ['a body that never ends', async () => new Response(new ReadableStream({ pull: () => new Promise(() => {}) }))],
  ])('gives up after the timeout: %s', async (_name, fetch) => {
    const transport = createTransport('https://api.example', { timeoutMs: 5, fetch: (_url, init) => fetch(init) });
    await expect(transport(request)).rejects.toMatchObject({ reason: 'timeout' });
  });
});

function abortedBy(signal: AbortSignal | null | undefined): Promise<Response> {
  return new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
}
