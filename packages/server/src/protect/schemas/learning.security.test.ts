import * as contract from '@menshen/contract';
import { fieldKinds } from '@menshen/inspect';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setUpThree, stepUpAgain, TestClock } from '../../testing/administrators.ts';
import { type Deployment, startDeployment } from '../../testing/deployment.ts';

const route = { app: 'portal', route: 'POST /orders' };

describe('learning through gateway and console', () => {
  const clock = new TestClock();
  let deployment: Deployment;
  let three: Awaited<ReturnType<typeof setUpThree>>;
  beforeAll(async () => {
    deployment = await startDeployment({
      clock: clock.read,
      change: (config) => {
        const [portal] = config.apps ?? [];
        if (portal === undefined) throw new Error('no app');
        return {
          ...config,
          console: { listen: '127.0.0.1:0', operators: 'separated', secondFactor: 'required' },
          gateway: { ...config.gateway, trustedProxies: ['127.0.0.1'] },
          apps: [
            {
              ...portal,
              routes: [
                ...(portal.routes ?? []),
                { match: 'POST /orders', auth: 'none' },
                { match: 'POST /signups', auth: 'none', body: { types: ['form'] } },
              ],
            },
          ],
        };
      },
    });
    three = await setUpThree(deployment, clock);
  });
  afterAll(() => deployment.close());

  /** Guests in six networks order tea. */
  const order = (at: number, more: object = {}) =>
    deployment.call('POST', '/portal/orders', {
      headers: { 'x-forwarded-for': `10.0.${at % 6}.1` },
      body: { sku: `TEA-${at % 9}`, count: (at % 5) + 1, ...more },
    });
  const known = async () => (await three.security.browser.call(contract.getSchema, { query: route })).body;

  it('proposes, is approved with a fresh second factor only, and refuses what does not fit', async () => {
    for (let at = 0; at < 40; at += 1) {
      clock.now += 100;
      expect((await order(at)).status).toBe(200);
    }
    const security = three.security.browser;
    expect((await security.call(contract.proposeSchemas, { body: route })).status).toBe(200);
    const { proposal, route: view } = await known();
    expect(proposal?.edited).toBe(false);
    expect(view).toMatchObject({ source: 'none', observed: { requests: 40 }, proposal: 1 });
    expect(proposal?.fields.map(({ path, kind }) => [path, kind])).toEqual([
      ['body', 'none'],
      ['body.count', 'none'],
      ['body.sku', 'id'],
    ]);
    // Tried on what comes, without effect.
    expect((await order(1, { isAdmin: true })).status).toBe(200);
    expect((await known()).wouldRefuse).toEqual([{ place: '/#2', keyword: 'additionalProperties', count: 1 }]);
    const today = await security.call(contract.getToday);
    expect(today.body.attention.some(({ id }) => id === 'field-types')).toBe(true);

    clock.now += 360_000;
    const body = { ...route, version: 1, reason: 'checked with the team' };
    expect((await security.call(contract.approveSchemas, { body })).body.code).toBe('step_up_required');
    await stepUpAgain(three.security, clock);
    expect((await security.call(contract.approveSchemas, { body })).status).toBe(200);
    expect(await order(2, { isAdmin: true })).toMatchObject({ status: 422, body: { code: 'schema_mismatch' } });
    // What is an attack besides is told as one.
    expect(await order(2, { sku: { $ne: '' } })).toMatchObject({ status: 403, body: { code: 'request_blocked' } });
    expect((await order(3)).status).toBe(200);
    const after = await known();
    expect(after.route).toMatchObject({ source: 'learned', inForce: 1, refused: 2 });
    expect(after.versions).toMatchObject([{ version: 1, state: 'approved', reason: 'checked with the team' }]);
  });

  it('is not withdrawn by one administrator alone, and not touched by others', async () => {
    const body = { ...route, version: 1, reason: 'for the test' };
    await stepUpAgain(three.security, clock);
    expect((await three.security.browser.call(contract.withdrawSchemas, { body })).body.code).toBe('approval_required');
    for (const who of ['system', 'audit'] as const) {
      const answer = await three[who].browser.call(contract.proposeSchemas, { body: route });
      expect([who, answer.status]).toEqual([who, 403]);
    }
    expect(await order(4, { isAdmin: true })).toMatchObject({ status: 422 });
  });

  it('reads forms and queries as well, and refuses in them what nobody sent before', async () => {
    const signups = { app: 'portal', route: 'POST /signups' };
    const signUp = async (at: number, form: Readonly<Record<string, string>> = {}) => {
      const answer = await fetch(`${deployment.gatewayUrl}/portal/signups?from=${at % 2 === 0 ? 'poster' : 'friend'}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-forwarded-for': `10.0.${at % 6}.1` },
        body: new URLSearchParams({ name: `MEM-${at % 9}`, seats: String((at % 5) + 1), ...form }),
      });
      await answer.arrayBuffer();
      return answer.status;
    };
    for (let at = 0; at < 40; at += 1) {
      clock.now += 100;
      expect(await signUp(at)).toBe(200);
    }
    const security = three.security.browser;
    expect((await security.call(contract.proposeSchemas, { body: signups })).status).toBe(200);
    const { proposal } = (await security.call(contract.getSchema, { query: signups })).body;
    expect(proposal?.fields.map(({ path }) => path)).toEqual(['body', 'body.name', 'body.seats', 'query.from']);
    await stepUpAgain(three.security, clock);
    const approved = await security.call(contract.approveSchemas, { body: { ...signups, version: 1, reason: 'checked' } });
    expect(approved.status).toBe(200);
    expect(await signUp(1)).toBe(200);
    expect(await signUp(2, { isAdmin: '1' })).toBe(422);
    expect(await signUp(3, { seats: 'many of them' })).toBe(422);
  });

  it('does not reach routes that are declared, or that nobody configured', async () => {
    const security = three.security.browser;
    for (const other of ['POST /notes', 'GET /nothing']) {
      const answer = await security.call(contract.editSchemas, {
        body: { app: 'portal', route: other, schemas: { body: true, query: null, path: null } },
      });
      expect([other, answer.body.code]).toEqual([other, 'not_found']);
    }
  });

  it('names the kinds of fields alike in engine and contract', () => {
    expect(contract.fieldKindNames).toEqual(fieldKinds);
  });
});
