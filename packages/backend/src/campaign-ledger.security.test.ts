import { describe, expect, it } from 'vitest';
import { createCampaignLedger } from './campaign-ledger.ts';

/** An API that answers one step after the other as it is told, and keeps what it was asked. */
function api(...answers: readonly (readonly [status: number, body: string] | Error)[]) {
  const seen: { url: string; body: unknown }[] = [];
  const left = [...answers];
  const answer = async (url: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> => {
    seen.push({ url: new URL(String(url)).pathname, body: JSON.parse(String(init?.body)) });
    const next = left.shift();
    if (next === undefined || next instanceof Error) throw next ?? new Error('nothing left to say');
    return new Response(next[1], { status: next[0] });
  };
  const ledger = createCampaignLedger({
    ...{ url: 'https://menshen.test', token: 'mat1.x', fetch: answer },
    ...{ app: 'coupon', campaign: 'tea' },
  });
  return { ledger, seen };
}

const reserved = [200, '{"reservation":"g_1","amountCents":800,"place":null,"expires":5}'] as const;

describe('a campaign from a cloud function', () => {
  it('is reserved, given and committed in this order', async () => {
    const { ledger, seen } = api(reserved, [200, '{"ok":true}']);
    const made = await ledger.claim({ uid: 'li', amountCents: 800 }, async ({ amountCents }) => ({
      coupon: 'C1',
      amountCents,
      more: 1,
    }));
    expect(made).toEqual({ coupon: 'C1', amountCents: 800, more: 1 });
    expect(seen).toEqual([
      { url: '/api/v1/guard/reserve', body: { app: 'coupon', campaign: 'tea', uid: 'li', amountCents: 800 } },
      {
        url: '/api/v1/guard/commit',
        body: { app: 'coupon', campaign: 'tea', reservation: 'g_1', coupon: 'C1', amountCents: 800 },
      },
    ]);
  });

  it('gives nothing where nothing could be reserved, and shows nothing that could not be committed', async () => {
    let given = 0;
    const give = async () => {
      given += 1;
      return { coupon: 'C1', amountCents: 800 };
    };
    for (const answer of [
      [422, '{"code":"guard_budget_exhausted"}'],
      [200, '{"reservation":1}'],
      [200, '<html>'],
      [200, '{}'],
      new Error('connect'),
    ] as const) {
      await expect(api(answer).ledger.claim({ uid: 'li' }, give)).rejects.toMatchObject({ name: 'CampaignError' });
    }
    expect(given).toBe(0);
    const late = api(reserved, [404, '{"code":"guard_reservation_unknown"}']);
    await expect(late.ledger.claim({ uid: 'li' }, give)).rejects.toMatchObject({ code: 'guard_reservation_unknown' });
    const odd = api(reserved, [200, '{"ok":"yes"}']);
    await expect(odd.ledger.claim({ uid: 'li' }, give)).rejects.toMatchObject({ code: 'refused' });
  });

  it('gives the reservation back when the coupon could not be made', async () => {
    const { ledger, seen } = api(reserved, [200, '{"ok":true}']);
    const fails = async (): Promise<never> => {
      throw new RangeError('out of paper');
    };
    await expect(ledger.claim({ uid: 'li' }, fails)).rejects.toThrow('out of paper');
    expect(seen.map(({ url }) => url)).toEqual(['/api/v1/guard/reserve', '/api/v1/guard/release']);
  });

  it('takes no failure for a redemption', async () => {
    expect(await api([200, '{"amountCents":800}']).ledger.redeem({ uid: 'li', coupon: 'C1' })).toBe(800);
    for (const [answer, code] of [
      [[422, '{"code":"guard_not_granted"}'], 'guard_not_granted'],
      [[200, '{"amountCents":"800"}'], 'refused'],
      [[302, '{"amountCents":800}'], 'refused'],
      [new Error('connect'), 'unreachable'],
    ] as const)
      await expect(api(answer).ledger.redeem({ uid: 'li', coupon: 'C1' })).rejects.toMatchObject({ code });
  });
});
