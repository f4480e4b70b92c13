import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildSdk, runTsc } from '../scripts/build.ts';
import { createChallenges, solvePuzzle } from '../src/challenge-entry.ts';
import { createMenshen } from '../src/index.ts';
import { createFakeWx } from '../src/testing/fake-wx.ts';
import { createScriptedGateway, json, refuse } from '../src/testing/scripted-gateway.ts';

const puzzle = `mc1.${'A'.repeat(22)}.${'B'.repeat(22)}`;
const bitsOf = (solution: string): number => Math.clz32(createHash('sha256').update(solution).digest().readUInt32BE(0));
const challenge = (bits = 8) => ({ challenge: { kind: 'pow', algorithm: 'sha256', puzzle, bits, expiresAt: 1 } });

/** An app whose backend asks for a puzzle until a solution comes. */
function setUp(bits = 8) {
  const gateway = createScriptedGateway();
  const solutions: (string | null)[] = [];
  /** Solutions that come too late. */
  const ended = { count: 0 };
  gateway.backend = (request) => {
    const solution = request.headers.get('x-menshen-challenge');
    solutions.push(solution);
    if (solution !== null) ended.count -= 1;
    return solution === null || ended.count >= 0 ? refuse(403, 'challenge_required', challenge(bits)) : json(200, { fine: true });
  };
  const challenges = createChallenges({ wx: createFakeWx({ fetch: gateway.fetch, loginCode: () => 'code' }) });
  const menshen = createMenshen({ baseUrl: 'https://api.example.com', app: 'portal', wx: challenges.wx });
  return { challenges, menshen, solutions, ended };
}

describe('puzzles', () => {
  it('are solved when they are asked for, and the request goes on', async () => {
    const { challenges, menshen, solutions } = setUp();
    const answer = await challenges.request(menshen, { url: '/notes?draft=1', method: 'POST', data: { a: 1 } });
    expect(answer.data).toEqual({ fine: true });
    expect(solutions).toEqual([null, expect.stringMatching(/^mc1\.A{22}\.B{22}\.\d+$/)]);
    expect(bitsOf(String(solutions[1]))).toBeGreaterThanOrEqual(8);
    // A solution is sent once, with the request that it was asked for.
    await expect(menshen.request({ url: '/notes?draft=1', method: 'POST', data: { a: 1 } })).rejects.toMatchObject({
      code: 'challenge_required',
    });
    expect(solutions.at(-1)).toBeNull();
  });

  it('are solved each for its own request, where several of one address are under way', async () => {
    const gateway = createScriptedGateway();
    const open = new Set<string>();
    gateway.backend = async ({ headers }) => {
      const solution = headers.get('x-menshen-challenge');
      // As the gateway does: each puzzle once.
      if (solution !== null && open.delete(solution.slice(0, solution.lastIndexOf('.')))) return json(200, { fine: true });
      const one = `mc1.${randomBytes(16).toString('base64url')}.${'B'.repeat(22)}`;
      open.add(one);
      return refuse(403, 'challenge_required', { challenge: { ...challenge().challenge, puzzle: one } });
    };
    const challenges = createChallenges({ wx: createFakeWx({ fetch: gateway.fetch, loginCode: () => 'code' }) });
    const menshen = createMenshen({ baseUrl: 'https://api.example.com', app: 'portal', wx: challenges.wx });
    const answers = await Promise.allSettled([
      ...Array.from({ length: 20 }, () => challenges.request(menshen, { url: '/claims', method: 'POST', data: {} })),
      menshen.request({ url: '/claims', method: 'POST', data: {} }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([...Array(20).fill('fulfilled'), 'rejected']);
    expect(gateway.forwarded).toHaveLength(41);
  });

  it('that the gateway no longer takes are followed by a new one, three times at most', async () => {
    const { challenges, menshen, solutions, ended } = setUp();
    ended.count = 2;
    expect((await challenges.request(menshen, { url: '/notes' })).data).toEqual({ fine: true });
    ended.count = 3;
    await expect(challenges.request(menshen, { url: '/notes' })).rejects.toMatchObject({ code: 'challenge_required' });
    expect(solutions).toHaveLength(8);
  });

  it('that are too hard, or no puzzles, are not tried', async () => {
    const { challenges, menshen, solutions } = setUp(25);
    await expect(challenges.request(menshen, { url: '/notes' })).rejects.toMatchObject({ code: 'challenge_required' });
    expect(solutions).toEqual([null]);
  });

  it('let the page be drawn in between', async () => {
    let drawn = 0;
    const timer = setInterval(() => {
      drawn += 1;
    }, 0);
    const solution = await solvePuzzle({ puzzle, bits: 12 }, 100);
    clearInterval(timer);
    expect(bitsOf(solution)).toBeGreaterThanOrEqual(12);
    expect(drawn).toBeGreaterThan(0);
  });
});

describe('phone numbers', () => {
  const text = `mp1.${'A'.repeat(22)}.${'B'.repeat(22)}`;
  const phone = { challenge: { kind: 'phone', text, button: 'getPhoneNumber', expiresAt: 5 } };

  /** A backend that asks for what `asks` says, in turn, and is content after that. */
  function setUpPhone(asks: readonly Record<string, unknown>[], onPhone?: () => Promise<string | null>) {
    const gateway = createScriptedGateway();
    const sent: (string | null)[] = [];
    gateway.backend = (request) => {
      sent.push(request.headers.get('x-menshen-challenge'));
      const ask = asks[sent.length - 1];
      return ask === undefined ? json(200, { fine: true }) : refuse(403, 'challenge_required', ask);
    };
    const shown: unknown[] = [];
    const challenges = createChallenges({
      wx: createFakeWx({ fetch: gateway.fetch, loginCode: () => 'code' }),
      ...(onPhone === undefined
        ? {}
        : {
            onPhone: (asked) => {
              shown.push(asked);
              return onPhone();
            },
          }),
    });
    const menshen = createMenshen({ baseUrl: 'https://api.example.com', app: 'portal', wx: challenges.wx });
    return { ask: () => challenges.request(menshen, { url: '/claims', method: 'POST', data: {} }), sent, shown };
  }

  it('are asked of the person by the button that is demanded, and the code goes along once', async () => {
    const { ask, sent, shown } = setUpPhone([phone], async () => 'a+b/c=');
    expect((await ask()).data).toEqual({ fine: true });
    expect(sent).toEqual([null, `${text}.a%2Bb%2Fc%3D`]);
    expect(shown).toEqual([{ button: 'getPhoneNumber', expiresAt: 5 }]);
  });

  it('are not asked twice, not where the person declines, and not without the hook', async () => {
    const twice = setUpPhone([phone, phone], async () => 'code');
    await expect(twice.ask()).rejects.toMatchObject({ code: 'challenge_required' });
    expect(twice.shown).toHaveLength(1);
    for (const hook of [async () => null, undefined]) {
      const { ask, sent } = setUpPhone([phone], hook);
      await expect(ask()).rejects.toMatchObject({ code: 'challenge_required' });
      expect(sent).toEqual([null]);
    }
  });

  it('are asked once for several requests that come together; where the person declines, none goes on', async () => {
    for (const [code, passed] of [
      ['code', true],
      [null, false],
    ] as const) {
      const gateway = createScriptedGateway();
      let proved = false;
      gateway.backend = (request) => {
        if (request.headers.get('x-menshen-challenge') !== null) proved = true;
        return proved ? json(200, { fine: true }) : refuse(403, 'challenge_required', phone);
      };
      let shown = 0;
      const challenges = createChallenges({
        wx: createFakeWx({ fetch: gateway.fetch, loginCode: () => 'code' }),
        onPhone: async () => {
          shown += 1;
          await new Promise((resolve) => setTimeout(resolve, 20));
          return code;
        },
      });
      const menshen = createMenshen({ baseUrl: 'https://api.example.com', app: 'portal', wx: challenges.wx });
      const answers = await Promise.allSettled(
        ['/claims', '/claims', '/notes'].map((url) => challenges.request(menshen, { url, method: 'POST', data: {} })),
      );
      expect(answers.map(({ status }) => status === 'fulfilled')).toEqual([passed, passed, passed]);
      expect(shown).toBe(1);
    }
  });

  it('may be followed by a puzzle, where WeChat does not answer', async () => {
    const { ask, sent } = setUpPhone([phone, challenge()], async () => 'code');
    expect((await ask()).data).toEqual({ fine: true });
    expect(sent).toEqual([null, `${text}.code`, expect.stringMatching(/^mc1\./)]);
  });
});

describe('the built module', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'menshen-challenge-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('stands alone, is small, solves, and is no part of the SDK', async () => {
    const built = await buildSdk(folder);
    expect((await stat(built.challenge.script)).size).toBeLessThan(6_000);
    expect(await readFile(built.script, 'utf8')).not.toContain('mc1');
    const module = createRequire(import.meta.url)(built.challenge.script) as typeof import('../src/challenge-entry.ts');
    expect(Object.keys(module).sort()).toEqual(['createChallenges', 'solvePuzzle']);
    expect(bitsOf(await module.solvePuzzle({ puzzle, bits: 8 }))).toBeGreaterThanOrEqual(8);
    await runTsc(['--noEmit', '--strict', '--lib', 'es2018', '--types', '', 'challenge.d.ts'], folder);
  });
});
