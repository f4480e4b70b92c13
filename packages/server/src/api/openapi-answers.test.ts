import { type AdministratorPower, type Endpoint, endpoints } from '@menshen/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setUpThree, type TestAdministrator, TestClock } from '../testing/administrators.ts';
import { type Answer, ConsoleBrowser } from '../testing/console.ts';
import { controlPlaneCalls, endpointOf } from '../testing/control-plane-calls.ts';
import { type Deployment, startDeployment } from '../testing/deployment.ts';
import { OpenApiCheck } from '../testing/openapi-check.ts';

type Parts = Parameters<ConsoleBrowser['call']>[1] & {};

const writes = endpoints.filter((endpoint) => endpoint.method !== 'GET');
const dummy = 'A'.repeat(22);
const placeholders = (endpoint: Endpoint): Record<string, string> =>
  Object.fromEntries(
    [...endpoint.path.matchAll(/\{(\w+)\}/g)].map((match) => [match[1] ?? '', match[1] === 'kind' ? 'totp' : dummy]),
  );
const forMachines = (endpoint: Endpoint): boolean => endpoint.access === 'admin' && endpoint.powers.length === 0;

describe('the control plane answers as the OpenAPI document says', () => {
  const clock = new TestClock();
  let deployment: Deployment;
  let three: Record<AdministratorPower, TestAdministrator>;
  let check: OpenApiCheck;
  const nobody = (): ConsoleBrowser => new ConsoleBrowser(deployment.platform.api.url);
  /** The last answer of each operation to the call that was meant for it. */
  const answered = new Map<string, Answer>();

  beforeAll(async () => {
    deployment = await startDeployment({
      clock: clock.read,
      change: (config) => ({ ...config, console: { ...config.console, secondFactor: 'required' } }),
    });
    three = await setUpThree(deployment, clock);
    check = new OpenApiCheck(await (await fetch(`${deployment.platform.api.url}/api/openapi.json`)).json());
  });
  afterAll(() => deployment.close());

  const holderOf = (endpoint: Endpoint): ConsoleBrowser => {
    const power = endpoint.powers[0];
    return power === undefined ? nobody() : three[power].browser;
  };
  const ask = async (endpoint: Endpoint, browser: ConsoleBrowser, parts: Parts): Promise<Answer> => {
    const answer = (await browser.call(endpoint, parts)) as Answer;
    expect(check.problems(endpoint, answer.status, answer.body)).toEqual([]);
    return answer;
  };

  it.each(writes.map((endpoint) => [endpoint.id, endpoint] as const))(
    '%s, to a stranger, a forger and a fool',
    async (_id, endpoint) => {
      const params = placeholders(endpoint);
      if (endpoint.access === 'admin') {
        expect((await ask(endpoint, nobody(), { params, body: {} })).status).toBe(401);
      }
      if (endpoint.powers.length > 0) {
        const forger = nobody();
        for (const [name, value] of holderOf(endpoint).cookies) forger.cookies.set(name, value);
        expect((await ask(endpoint, forger, { params, body: {} })).body.code).toBe('csrf_refused');
      }
      if (endpoint.body !== undefined && !forMachines(endpoint)) {
        const answer = await ask(endpoint, holderOf(endpoint), { params, body: { unexpected: true } });
        expect(answer.body.code).toBe('validation_failed');
      }
    },
  );

  it.each(endpoints.filter((endpoint) => endpoint.method === 'GET').map((endpoint) => [endpoint.id, endpoint] as const))(
    '%s, a read, too',
    async (_id, endpoint) => {
      const params = { ...placeholders(endpoint), uid: 'zhang', index: '0', app: 'portal', campaign: 'tea' };
      await deployment.indexed();
      await ask(endpoint, holderOf(endpoint), { params });
      if (endpoint.access === 'admin') expect((await ask(endpoint, nobody(), { params })).status).toBe(401);
    },
  );

  it('with what they are for, or the refusal that is declared', async () => {
    for (const { id, who, parts, code } of controlPlaneCalls({ deployment, three, clock, answered })) {
      const endpoint = endpointOf(id);
      const answer = await ask(endpoint, who === 'nobody' ? nobody() : three[who].browser, await parts());
      expect([id, answer.status < 400 ? null : answer.body.code]).toEqual([id, code]);
      if (code === null) expect([id, answer.status]).toEqual([id, endpoint.status ?? 200]);
      answered.set(id, answer);
    }
  });

  it('and none is left out: a new operation needs a call in testing/control-plane-calls.ts', () => {
    expect([...answered.keys()].sort()).toEqual(writes.map((endpoint) => endpoint.id).sort());
  });
});
