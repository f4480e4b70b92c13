import { beforeEach, describe, expect, it } from 'vitest';
import { type Bench, createBench } from '../testing/emulated-company.ts';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

const authenticate = (more: Record<string, unknown> = {}) =>
  bench.admin('soter', { person: 'p-zhang', challenge: 'challenge-1', ...more });

async function verify(json_string: unknown, json_signature: unknown, person = 'p-zhang') {
  const { openid } = await bench.login(person);
  const body = { openid, json_string, json_signature };
  return (await bench.post('/cgi-bin/soter/verify_signature', body, { access_token: await bench.token() })).json;
}

describe('soter', () => {
  it('verifies what the phone of the person signed', async () => {
    const result = await authenticate();
    expect(result).toMatchObject({ errCode: 0, authMode: 'fingerPrint' });
    expect(JSON.parse(result.resultJSON)).toMatchObject({ raw: 'challenge-1', counter: 1 });
    expect(await verify(result.resultJSON, result.resultJSONSignature)).toEqual({ errcode: 0, errmsg: 'ok', is_ok: true });
    expect(JSON.parse((await authenticate()).resultJSON).counter).toBe(2);
  });

  it('says false for a changed result, a broken signature, and the phone of somebody else', async () => {
    const { resultJSON, resultJSONSignature } = await authenticate();
    await authenticate({ person: 'p-guest' });
    expect((await verify(resultJSON.replace('challenge-1', 'challenge-2'), resultJSONSignature)).is_ok).toBe(false);
    expect((await verify(resultJSON, 'AAAA')).is_ok).toBe(false);
    expect((await verify(resultJSON, resultJSONSignature, 'p-guest')).is_ok).toBe(false);
    expect((await verify(resultJSON, resultJSONSignature, 'p-abroad')).is_ok).toBe(false);
  });

  it('wants the result as the string that it was', async () => {
    const { resultJSON, resultJSONSignature } = await authenticate();
    expect((await verify(JSON.parse(resultJSON), resultJSONSignature)).errcode).toBe(47001);
  });

  it.each([
    [{ challenge: '' }, 90004],
    [{ challenge: 'c'.repeat(513) }, 90004],
    [{ authContent: 'a'.repeat(43) }, 90005],
    [{ authMode: 'speech' }, 90003],
    [{ outcome: 'cancelled' }, 90008],
    [{ outcome: 'frozen' }, 90010],
    [{ outcome: 'not-enrolled' }, 90011],
  ])('fails on the phone for %o with %i and signs nothing', async (more, errCode) => {
    expect(await authenticate(more)).toEqual({ errCode, errMsg: expect.stringMatching(/^startSoterAuthentication:fail /) });
  });
});
