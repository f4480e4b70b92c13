import { describe, expect, it } from 'vitest';
import { createContext } from '../context.ts';
import type { ProbeRoute } from '../model.ts';
import { rateLimit } from './host.ts';

const route = (path: string): ProbeRoute =>
  ({ method: 'GET', path, parameters: [], admin: false, open: false }) as unknown as ProbeRoute;

/** A target that answers with data until a path was asked as often as its limit says. */
const target = (limits: Readonly<Record<string, number>>) => {
  const asked = new Map<string, number>();
  const context = createContext({
    send: async ({ path }) => {
      const count = (asked.get(path) ?? 0) + 1;
      asked.set(path, count);
      return count > (limits[path] ?? Number.POSITIVE_INFINITY)
        ? { status: 429, headers: {}, body: '{}' }
        : { status: 200, headers: {}, body: '{"code":0,"data":[1]}' };
    },
    origin: 'http://staging',
    routes: ['/a', '/b', '/sms/send', '/c'].map(route),
    accounts: { a: { authorization: 'x' }, b: null, admin: null },
    values: { a: {}, b: {} },
    allowWrites: false,
    burst: 10,
    random: () => 'r',
  });
  return { asked, context };
};

describe('MP-PRB-005', () => {
  it('is asked of several routes, those that cost most first: a limit before one says nothing of the others', async () => {
    const { context, asked } = target({ '/sms/send': 5, '/a': 3 });
    expect((await rateLimit(context)).map((one) => one.route)).toEqual(['GET /b']);
    expect([...asked.keys()]).toEqual(['/sms/send', '/a', '/b']);
    expect(asked.get('/sms/send')).toBe(6);
  });

  it('finds each route without a limit, and nothing where all have one', async () => {
    expect((await rateLimit(target({}).context)).map((one) => one.route)).toEqual(['GET /sms/send', 'GET /a', 'GET /b']);
    expect(await rateLimit(target({ '/a': 3, '/b': 3, '/sms/send': 3 }).context)).toEqual([]);
  });
});
