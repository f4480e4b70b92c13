import { describe, expect, it } from 'vitest';
import { labOf } from './cases/index.ts';
import { judge, type Sent } from './judge.ts';
import type { LogFact } from './model.ts';

const lab = labOf('tampered-coupon');
const fact = (requestId: string, index: number, more: Partial<LogFact> = {}): LogFact => ({
  ...{ requestId, index, outcome: 'passed', status: 201, code: null, stage: null, alarm: null },
  ...more,
});
const refused = (code: string): Partial<LogFact> => ({ outcome: 'refused', status: 422, code });
const send = (request: string, requestId: string, meant: boolean, harmed: boolean): Sent => ({
  ...{ request, requestId, meant, harmed },
});

/** A run that passes: both attacks before and after, and an honest claim. */
const sent: readonly Sent[] = [
  send('raise-amount', 'a1', true, true),
  send('tampered-code', 'b1', true, true),
  send('raise-amount', 'a2', true, false),
  send('tampered-code', 'b2', true, false),
  send('honest-claim', 'c2', true, false),
];
const requests: readonly LogFact[] = [
  fact('a1', 10),
  fact('b1', 11),
  fact('a2', 21, refused('guard_amount_out_of_bounds')),
  fact('b2', 22, { outcome: 'failed', status: 502, code: 'guard_answer_mismatch' }),
  fact('c2', 23),
];
const log = { switched: 20, requests };
const without = (id: string, ...instead: LogFact[]) => ({
  switched: 20,
  requests: [...requests.filter(({ requestId }) => requestId !== id), ...instead],
});
const changed = (id: string, change: Partial<Sent>): Sent[] =>
  sent.map((one) => (one.requestId === id ? { ...one, ...change } : one));

describe('the verdict on a lab', () => {
  it('passes what the log shows: harm before, blocked after, honest traffic passes', () => {
    expect(judge(lab, sent, log).passed).toBe(true);
    expect(judge(lab, sent, log).standings).toEqual([
      { request: 'raise-amount', role: 'attack', succeeded: true, held: true },
      { request: 'tampered-code', role: 'attack', succeeded: true, held: true },
      { request: 'honest-claim', role: 'honest', succeeded: null, held: true },
    ]);
  });

  it('believes no answer that the log does not know', () => {
    expect(judge(lab, sent, { switched: 20, requests: [] }).passed).toBe(false);
    for (const { requestId } of requests) expect(judge(lab, sent, without(requestId)).passed, requestId).toBe(false);
  });

  it('does not pass without the protection, or with everything on one side of it', () => {
    expect(judge(lab, sent, { switched: null, requests }).passed).toBe(false);
    expect(judge(lab, sent, { switched: 5, requests }).passed).toBe(false);
    expect(judge(lab, sent, { switched: 30, requests }).passed).toBe(false);
  });

  it('counts a refusal only for the reason that the lab is about', () => {
    for (const code of ['schema_mismatch', 'session_missing', 'rate_limited', 'guard_quota_exceeded'])
      expect(judge(lab, sent, without('a2', fact('a2', 21, refused(code)))).passed, code).toBe(false);
    // The answer of one request is none of another.
    expect(judge(lab, sent, without('a2', fact('a2', 21, refused('guard_answer_mismatch')))).passed).toBe(false);
    expect(judge(lab, sent, without('a2', fact('a2', 21))).passed).toBe(false);
  });

  it('takes no harmless request for an attack, and no attack for honest traffic', () => {
    expect(judge(lab, changed('a1', { harmed: false }), log).passed).toBe(false);
    expect(judge(lab, changed('a2', { meant: false }), log).passed).toBe(false);
    expect(judge(lab, changed('a2', { harmed: true }), log).passed).toBe(false);
    expect(judge(lab, changed('c2', { meant: false }), log).passed).toBe(false);
    expect(judge(lab, changed('c2', { harmed: true }), log).passed).toBe(false);
    expect(judge(lab, sent, without('c2', fact('c2', 23, refused('guard_quota_exceeded')))).passed).toBe(false);
  });

  it('takes a script that was cleaned away for stopped, and one in honest text for no pass', () => {
    const scripts = labOf('stored-script');
    const all: readonly Sent[] = [
      ...[send('publish', 'p1', true, true), send('old', 'o1', true, true)],
      ...[send('publish', 'p2', true, false), send('old', 'o2', true, false), send('honest-publish', 'h2', true, false)],
    ];
    const cleaned = { alarm: 'rich_text_script' };
    const facts = [fact('p1', 1), fact('o1', 2), fact('p2', 11, cleaned), fact('o2', 12, cleaned), fact('h2', 13)];
    expect(judge(scripts, all, { switched: 10, requests: facts }).passed).toBe(true);
    const blocked = facts.map((one) => (one.requestId === 'p2' ? fact('p2', 11, refused('request_blocked')) : one));
    expect(judge(scripts, all, { switched: 10, requests: blocked }).passed).toBe(true);
    const noted = facts.map((one) => (one.requestId === 'p2' ? fact('p2', 11) : one));
    expect(judge(scripts, all, { switched: 10, requests: noted }).passed).toBe(false);
    const harmedHonest = facts.map((one) => (one.requestId === 'h2' ? fact('h2', 13, cleaned) : one));
    expect(judge(scripts, all, { switched: 10, requests: harmedHonest }).passed).toBe(false);
  });
});

describe('what counts as an attack', () => {
  const meant = (id: 'stolen-login' | 'tampered-coupon' | 'stored-script', request: string, values: object): boolean =>
    labOf(id)
      .requests.find((one) => one.id === request)
      ?.meant(values as Record<string, string>) ?? false;

  it('is an amount above the campaign, a script in whatever writing, a phone number that the portal would take', () => {
    expect(meant('tampered-coupon', 'raise-amount', { amountCents: 2_001 })).toBe(true);
    expect(meant('tampered-coupon', 'raise-amount', { amountCents: 2_000 })).toBe(false);
    expect(meant('tampered-coupon', 'honest-claim', { amountCents: 2_001 })).toBe(false);
    for (const html of ['<script>alert(1)</script>', '<svg/onload=alert(1)>', '<IMG SRC=x oNeRrOr=alert(1)>'])
      expect(meant('stored-script', 'publish', { title: '通知', html }), html).toBe(true);
    expect(meant('stored-script', 'publish', { title: '通知', html: '<p><b>好</b></p>' })).toBe(false);
    expect(meant('stored-script', 'honest-publish', { title: '通知', html: '<p onclick="x()">好</p>' })).toBe(false);
    expect(meant('stolen-login', 'change', { phone: '19900009999' })).toBe(true);
    expect(meant('stolen-login', 'change', { phone: 'none' })).toBe(false);
  });
});
