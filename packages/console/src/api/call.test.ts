import { adminLogin, getPerson, listPeople, setPersonRoles, setupState } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { ApiError, apiErrorText, codeText } from './api-error.ts';
import { createCaller, fillPath, queryString } from './call.ts';

interface Seen {
  url: string;
  init: RequestInit;
}

function bench(answer: () => Response | Promise<Response>, csrf: string | null = 'c5rf') {
  const seen: Seen[] = [];
  const call = createCaller({
    fetch: async (input, init) => {
      seen.push({ url: String(input), init: init ?? {} });
      return answer();
    },
    csrf: () => csrf,
    language: () => 'zh-CN',
  });
  return { call, seen };
}

const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers });
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

describe('call', () => {
  it('fills path, query and body, and gives the parsed answer', async () => {
    const { call, seen } = bench(() => json({ roles: ['clerk'] }));
    expect(await call(setPersonRoles, { params: { uid: 'li wei/2' }, body: { roles: ['clerk'] } })).toEqual({ roles: ['clerk'] });
    expect(seen[0]?.url).toBe('/api/v1/people/li%20wei%2F2/roles');
    expect(seen[0]?.init.body).toBe('{"roles":["clerk"]}');
    expect(seen[0]?.init.credentials).toBe('same-origin');
  });

  it('shows what nobody sees, and marks that turn the direction of writing, as boxes, and sends them back as they came', async () => {
    const marks =
      '\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u00ad\u061c\u115f\u200b\u200e\u200f\u2060\u2064\u2800\u3164\ufeff\uffa0';
    const { call, seen } = bench(() => json({ roles: [`a${marks}b`] }));
    const { roles } = await call(setPersonRoles, { params: { uid: 'x' }, body: { roles: [] } });
    expect(roles[0]).toMatch(/^a[\ue000-\uf8ff]{21}b$/);
    expect(new Set(roles[0])).toHaveLength(23);
    await call(setPersonRoles, { params: { uid: roles[0] ?? '' }, body: { roles } });
    expect(decodeURIComponent(seen[1]?.url ?? '')).toBe(`/api/v1/people/a${marks}b/roles`);
    expect(seen[1]?.init.body).toBe(JSON.stringify({ roles: [`a${marks}b`] }));
  });

  it('leaves the joiners of faces and of Persian names as they are', async () => {
    const names = ['\u{1f468}\u200d\u{1f469}\u200d\u{1f467}', '\u0645\u06cc\u200c\u0631\u0648\u062f'];
    expect(await bench(() => json({ roles: names })).call(setPersonRoles, { params: { uid: 'x' }, body: { roles: [] } })).toEqual(
      { roles: names },
    );
  });

  it('leaves absent filters out', async () => {
    const { call, seen } = bench(() => json({ people: [], total: 0, next: null }));
    await call(listPeople, { query: { q: '', department: undefined, limit: 20 } });
    expect(seen[0]?.url).toBe('/api/v1/people?limit=20');
  });

  it('carries the CSRF token on writes only, and none before sign-in', async () => {
    const signedIn = bench(() => json({ people: [], total: 0, next: null }));
    await signedIn.call(listPeople, { query: {} });
    expect(signedIn.seen[0]?.init.headers).not.toHaveProperty('x-menshen-csrf');
    const write = bench(() => json({}, 500));
    await failureOf(write.call(adminLogin, { body: { username: 'a', password: 'b' } }));
    expect(write.seen[0]?.init.headers).toHaveProperty('x-menshen-csrf', 'c5rf');
    const anonymous = bench(() => json({}, 500), null);
    await failureOf(anonymous.call(adminLogin, { body: { username: 'a', password: 'b' } }));
    expect(anonymous.seen[0]?.init.headers).not.toHaveProperty('x-menshen-csrf');
  });

  it("throws the server's code, request id and wait", async () => {
    const { call } = bench(() => json({ code: 'admin_locked', message: 'x', requestId: 'r1' }, 429, { 'retry-after': '30' }));
    const error = await failureOf(call(setupState, {}));
    expect(error).toMatchObject({ code: 'admin_locked', status: 429, requestId: 'r1', retryAfter: 30 });
  });

  it('refuses an answer that the contract does not know', async () => {
    const { call } = bench(() => json({ needed: 'perhaps' }, 200, { 'x-menshen-request-id': 'r2' }));
    expect(await failureOf(call(setupState, {}))).toMatchObject({ code: 'answer_unreadable', requestId: 'r2' });
    const html = bench(() => new Response('<html>', { status: 502 }));
    expect(await failureOf(html.call(setupState, {}))).toMatchObject({ code: 'answer_unreadable', status: 502 });
  });

  it('tells a lost connection from a call that was called off', async () => {
    const lost = bench(() => Promise.reject(new TypeError('fetch failed')));
    expect(await failureOf(lost.call(setupState, {}))).toMatchObject({ code: 'unreachable', status: 0 });
    const controller = new AbortController();
    controller.abort();
    const off = await failureOf(lost.call(setupState, {}, controller.signal));
    expect(off).not.toBeInstanceOf(ApiError);
  });

  it('never reaches another endpoint by a path parameter', async () => {
    const { call, seen } = bench(() => json({}));
    expect(await failureOf(call(getPerson, { params: { uid: '..' } }))).toMatchObject({ code: 'not_found' });
    expect(seen).toHaveLength(0);
    expect(fillPath('/a/{b}', { b: '../c?d#e' })).toBe('/a/..%2Fc%3Fd%23e');
    expect(queryString({ a: 'x&y=1', b: undefined })).toBe('?a=x%26y%3D1');
  });
});

describe('texts of errors', () => {
  it('are plain words in both languages', () => {
    expect(codeText('not_permitted', 'zh')).toBe('没有权限执行此操作。');
    expect(apiErrorText(new ApiError('unreachable', 0), 'en')).toMatch(/cannot be reached/);
    expect(apiErrorText(new ApiError('answer_unreadable', 200), 'zh')).toMatch(/无法识别/);
    expect(apiErrorText(new Error('secret detail'), 'en')).not.toContain('secret');
  });

  it('leave a code that is not known as it is', () => {
    expect(codeText('guard_of_tomorrow', 'en')).toBe('guard_of_tomorrow');
  });
});
