import { createApiToken, type TokenScope } from '@menshen/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approved, setUpThree, stepUpAgain, TestClock } from '../testing/administrators.ts';
import { type Deployment, startDeployment } from '../testing/deployment.ts';
import { main } from './main.ts';

const reason = 'version 2.4.1 is out';

describe('reopening from the command line', () => {
  const clock = new TestClock();
  let deployment: Deployment;
  let measure = '';
  const tokens = new Map<TokenScope, string>();
  beforeAll(async () => {
    deployment = await startDeployment({ clock: clock.read });
    const { security, system, audit } = await setUpThree(deployment, clock);
    for (const scope of ['reopen', 'audit:read'] as const) {
      const wish = { body: { name: `pipeline ${scope}`, scopes: [scope], grants: [], expiresInDays: 1 } };
      const headers = await approved(createApiToken, wish, security, scope === 'reopen' ? system : audit, clock);
      await stepUpAgain(security, clock);
      tokens.set(scope, String((await security.browser.call(createApiToken, { ...wish, headers })).body.token));
    }
    const stop = { kind: 'stop_route', target: { app: 'portal', route: 'GET /public' } } as const;
    const request = { ...stop, until: clock.now + 3_600_000, reason: 'a test', idempotencyKey: 'cli-reopening' };
    const alone = { approval: null, approvedBy: null, forced: false };
    measure = (await deployment.platform.containment.carryOut(request, 'test', alone)).id;
  });
  afterAll(() => deployment.close());

  const run = async (scope: TokenScope, ...args: string[]) => {
    const [out, err]: [string[], string[]] = [[], []];
    process.env['MENSHEN_TOKEN'] = tokens.get(scope) ?? '';
    const terminal = { out: (text: string) => void out.push(text), err: (text: string) => void err.push(text), ask: null };
    const language = args.includes('--lang') ? [] : ['--lang', 'en'];
    const code = await main(['containment', ...args, ...language, '--url', deployment.platform.api.url], terminal);
    delete process.env['MENSHEN_TOKEN'];
    return { code, out: out.join('\n'), err: err.join('\n') };
  };
  const asked = async () => (await deployment.call('GET', '/portal/public')).status;

  it('needs the scope for it: a token that may read sees, and changes nothing', async () => {
    expect(await run('audit:read', 'list')).toMatchObject({ code: 0, out: expect.stringContaining(measure) });
    expect(await run('audit:read', 'reopen', measure, '--reason', reason)).toMatchObject({ code: 1 });
    expect(await asked()).toBe(503);
  });

  it('refuses a plan that is none, without a call', async () => {
    for (const wrong of [
      ['--steps', '25,5,100'],
      ['--steps', '5,50'],
      ['--hold', '1s'],
      ['--errors', '0'],
      ['--refused', 'x'],
    ])
      expect((await run('reopen', 'reopen', measure, '--reason', reason, ...wrong)).code).toBe(2);
    expect((await run('reopen', 'reopen', 'm_1', '--reason', reason)).code).toBe(2);
    expect((await run('reopen', 'reopen', measure)).code).toBe(2);
    expect((await run('reopen', 'move', measure, 'open', '--reason', reason)).code).toBe(2);
    expect(await asked()).toBe(503);
  });

  it('lets a share in, pauses, closes and resumes by hand, and follows it to the end', async () => {
    const begun = await run('reopen', 'reopen', measure, '--steps', '1,100', '--manual', '--reason', reason, '--json');
    expect(begun.code).toBe(0);
    expect(JSON.parse(begun.out)).toMatchObject({ reopening: { state: 'open', share: 1, plan: { advance: 'manual' } } });
    expect((await run('reopen', 'move', measure, 'pause', '--reason', reason, '--lang', 'zh')).out).toContain('暂停于 1%');
    expect((await run('reopen', 'move', measure, 'resume', '--reason', reason)).out).toContain('lets through 1%');
    expect((await run('reopen', 'move', measure, 'close', '--reason', reason, '--wait')).code).toBe(1);
    expect(await asked()).toBe(503);
    await run('reopen', 'move', measure, 'resume', '--reason', reason);
    await run('reopen', 'move', measure, 'next', '--reason', reason);
    expect(await asked()).toBe(200);
    const done = await run('reopen', 'move', measure, 'next', '--reason', reason, '--wait');
    expect([done.code, done.out]).toEqual([0, expect.stringContaining('complete')]);
    expect((await run('reopen', 'list')).out).toBe('No measure is in force');
    // Who did it stands in the log and on the page: a machine, by the name of its token.
    const moves = JSON.parse((await run('reopen', 'list', '--all', '--json')).out).measures[0].reopening.moves;
    expect(moves.at(-1).by).toBe('token:pipeline reopen');
  });
});
