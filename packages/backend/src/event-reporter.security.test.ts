import { describe, expect, it, vi } from 'vitest';
import { createEventReporter } from './event-reporter.ts';

/** An API that answers one call after the other as it is told, and keeps the events that it was sent. */
function api(...answers: readonly (readonly [status: number, body: string] | Error)[]) {
  const seen: { id: string; action: string; result?: string }[][] = [];
  const left = [...answers];
  const reporter = createEventReporter({
    ...{ url: 'https://menshen.test', token: 'mat1.x', app: 'portal' },
    fetch: async (_url, init) => {
      seen.push(JSON.parse(String(init?.body)).events);
      const next = left.shift();
      if (next === undefined || next instanceof Error) throw next ?? new Error('nothing left to say');
      return new Response(next[1], { status: next[0] });
    },
  });
  return { reporter, seen };
}

describe('reporting audit events', () => {
  it('sends the events of one moment together and gives each its own index', async () => {
    const { reporter, seen } = api([200, '{"indexes":[7,8]}']);
    const [one, other] = await Promise.all([
      reporter.logAuditEvent({ action: 'order.read' }),
      reporter.logAuditEvent({ action: 'order.export', id: 'mine', rows: 3 }),
    ]);
    expect([one, other]).toEqual([7, 8]);
    expect(seen).toHaveLength(1);
    expect(seen[0]?.[1]).toMatchObject({ id: 'mine', action: 'order.export', rows: 3 });
    expect(seen[0]?.[0]?.id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('sends again under the same id when there was no answer, and not when it was refused', async () => {
    const { reporter, seen } = api(new Error('reset'), [503, '{"code":"audit_unwritable"}'], [200, '{"indexes":[1]}']);
    expect(await reporter.logAuditEvent({ action: 'order.read' })).toBe(1);
    expect(new Set(seen.map(([event]) => event?.id)).size).toBe(1);
    const refused = api([403, '{"code":"token_scope"}']);
    await expect(refused.reporter.logAuditEvent({ action: 'x' })).rejects.toMatchObject({ code: 'token_scope' });
    expect(refused.seen).toHaveLength(1);
  });

  it('splits more than a call may hold', async () => {
    const indexes = (from: number, count: number) =>
      JSON.stringify({ indexes: Array.from({ length: count }, (_, at) => from + at) });
    const { reporter, seen } = api([200, indexes(0, 200)], [200, indexes(200, 50)]);
    const all = await Promise.all(Array.from({ length: 250 }, () => reporter.logAuditEvent({ action: 'order.read' })));
    expect(all).toEqual(Array.from({ length: 250 }, (_, at) => at));
    expect(seen.map((events) => events.length)).toEqual([200, 50]);
  });

  it('never takes an answer that is none for a record', async () => {
    for (const body of ['{}', '{"indexes":[]}', '{"indexes":["7"]}', 'ok', '[7]'])
      await expect(api([200, body]).reporter.logAuditEvent({ action: 'x' })).rejects.toMatchObject({ code: 'refused' });
  });
});

describe('an audited function', () => {
  it('gives its answer only when the record stands', async () => {
    const { reporter, seen } = api([200, '{"indexes":[0]}'], [403, '{"code":"token_scope"}']);
    const main = reporter.audited(
      'coupon.claim',
      (event: { openid: string }) => ({ user: event.openid }),
      async () => 'given',
    );
    expect(await main({ openid: 'o1' })).toBe('given');
    expect(seen[0]?.[0]).toMatchObject({ action: 'coupon.claim', user: 'o1', result: 'success' });
    await expect(main({ openid: 'o1' })).rejects.toMatchObject({ code: 'token_scope' });
  });

  it('reports a failure and throws on what the function threw, also when the log is away', async () => {
    const failing = vi.fn(() => {
      throw new Error('no stock');
    });
    const { reporter, seen } = api([200, '{"indexes":[0]}'], [403, '{"code":"token_scope"}']);
    const main = reporter.audited('coupon.claim', () => ({}), failing);
    await expect(main()).rejects.toThrow('no stock');
    expect(seen[0]?.[0]).toMatchObject({ result: 'failure' });
    await expect(main()).rejects.toThrow('no stock');
  });
});
