import { describe, expect, it } from 'vitest';
import { resealColumn } from './reseal-column.ts';
import { createSealer, type SealedRow } from './sealer.ts';

const column = { table: 'people', column: 'phone', purpose: 'support' };

/** An API that answers as it is told, and keeps what it was asked. */
function api(answer: (items: readonly Record<string, string>[], path: string) => Response | Error) {
  const seen: { path: string; body: { items: Record<string, string>[] } & Record<string, unknown>; init: RequestInit }[] = [];
  const sealer = createSealer({
    url: 'https://menshen.test',
    token: 'mat1.x',
    app: 'portal',
    fetch: async (url, init) => {
      const path = new URL(String(url)).pathname;
      const body = JSON.parse(String(init?.body));
      seen.push({ path, body, init: init ?? {} });
      const answered = answer(body.items, path);
      if (answered instanceof Error) throw answered;
      return answered;
    },
  });
  return { phone: sealer.column(column), seen };
}
const items = (list: readonly unknown[]): Response => Response.json({ items: list });

describe('values', () => {
  it('travel in batches of 500, in their order, with the token and what they are for', async () => {
    const { phone, seen } = api((list) => items(list.map(({ key }) => ({ value: `of ${key}` }))));
    const rows = Array.from({ length: 1_200 }, (_, at) => ({ key: String(at), record: 'AAAA', person: 'u1' }));
    const opened = await phone.decrypt(rows);
    expect(opened[1_199]).toEqual({ value: 'of 1199' });
    expect(seen.map(({ body }) => body.items.length)).toEqual([500, 500, 200]);
    expect(seen[0]).toMatchObject({ path: '/api/v1/seal/decrypt', body: { app: 'portal', ...column } });
    expect(seen[0]?.body.items[0]).toEqual({ key: '0', record: 'AAAA' });
    expect(seen[0]?.init).toMatchObject({ redirect: 'error', headers: { authorization: 'Bearer mat1.x' } });
  });
  it('that cannot be had are told one by one', async () => {
    const { phone } = api(() => items([{ value: 'a' }, { error: 'seal_broken' }]));
    expect(
      await phone.decrypt([
        { key: '1', record: 'A' },
        { key: '2', record: 'B' },
      ]),
    ).toEqual([{ value: 'a' }, { error: 'seal_broken' }]);
  });
  it.each([
    ['a wrong token', new Response('{}', { status: 401 }), 'token_refused'],
    ['no grant', new Response('{"code":"seal_not_granted"}', { status: 403 }), 'token_refused'],
    ['no such field', new Response('{}', { status: 404 }), 'undeclared'],
    ['lost keys', new Response('{}', { status: 503 }), 'unavailable'],
    ['fewer answers than questions', items([]), 'refused'],
    ['an answer of another form', items([{ value: 1 }]), 'refused'],
    ['an unknown failure', items([{ error: 'whatever' }]), 'refused'],
    ['no JSON', new Response('<html>'), 'refused'],
    ['no answer', new Error('connect'), 'unreachable'],
  ])('with %s throw, and are never taken for others', async (_name, answer, code) => {
    await expect(api(() => answer).phone.decrypt([{ key: '1', record: 'A' }])).rejects.toMatchObject({
      name: 'SealerError',
      code,
    });
  });
  it('beyond the limit say when to come back', async () => {
    const { phone } = api(() => Response.json({ code: 'seal_limit', details: { retryAfter: 7 } }, { status: 429 }));
    await expect(phone.index(['13800138000'])).rejects.toMatchObject({ code: 'limit', retryAfter: 7 });
  });
});

describe('a column that is sealed again', () => {
  const table = (rows: number) => {
    const records = new Map<string, string>(Array.from({ length: rows }, (_, at) => [String(at).padStart(4, '0'), `old ${at}`]));
    const read = async (after: string | null, limit: number): Promise<SealedRow[]> =>
      [...records]
        .filter(([key]) => after === null || key > after)
        .slice(0, limit)
        .map(([key, record]) => ({ key, record }));
    const replace = async (changes: readonly { key: string; from: string; to: string }[]): Promise<number> =>
      changes.filter(({ key, from, to }) => records.get(key) === from && records.set(key, to) !== undefined).length;
    return { records, read, replace };
  };
  const reencrypt = async (rows: readonly SealedRow[]) =>
    rows.map(({ record }) =>
      record === 'broken'
        ? ({ error: 'seal_broken' } as const)
        : { record: record.replace('old', 'new'), changed: record.startsWith('old') },
    );

  it('keeps what is written meanwhile, names what does not open, and changes nothing the second time', async () => {
    const { records, read, replace } = table(25);
    records.set('0003', 'broken');
    const report = await resealColumn({
      column: {
        async reencrypt(rows) {
          const done = await reencrypt(rows);
          // The application writes between reading and replacing.
          records.set('0007', 'written meanwhile');
          return done;
        },
      },
      read,
      replace,
      pageSize: 10,
    });
    expect(report).toMatchObject({ after: '0024', read: 25, replaced: 23, failed: 1, failedKeys: ['0003'], done: true });
    expect([records.get('0007'), records.get('0008'), records.get('0003')]).toEqual(['written meanwhile', 'new 8', 'broken']);
    expect(await resealColumn({ column: { reencrypt }, read, replace })).toMatchObject({ replaced: 0, failed: 1 });
  });
  it('stops after a page and goes on from there', async () => {
    const { records, read, replace } = table(25);
    const stop = new AbortController();
    const first = await resealColumn({
      column: { reencrypt },
      read,
      replace,
      pageSize: 10,
      signal: stop.signal,
      onPage: () => stop.abort(),
    });
    expect(first).toMatchObject({ after: '0009', read: 10, done: false });
    const rest = await resealColumn({ column: { reencrypt }, read, replace, pageSize: 10, after: first.after });
    expect(rest).toMatchObject({ read: 15, replaced: 15, done: true });
    expect([...records.values()].every((record) => record.startsWith('new'))).toBe(true);
  });
});
