import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConfigResult, type ConfigSources, parseConfig } from './load.ts';

const sources = (env: Record<string, string> = {}): ConfigSources => ({
  env,
  readFile: () => {
    throw new Error('ENOENT');
  },
});
const parse = (text: string, env?: Record<string, string>): ConfigResult =>
  parseConfig(text, resolve('/etc/menshen/menshen.yaml'), sources(env));
const fields = (result: ConfigResult): string[] => (result.ok ? [] : result.problems.map((problem) => problem.field));

const canary = 'c4naryS3cret';
const app = (more: string): string =>
  `apps:\n  - id: portal\n    audience: [employee]\n    upstream: http://127.0.0.1:9000\n${more}`;
const wechat = (secret: string): string => app(`    wechat:\n      appid: wx0123456789abcdef\n      secret: ${secret}\n`);

describe('secrets in the file', () => {
  it.each([canary, `'${canary}\${}'`, `'${canary}\${1}'`, `'\${${canary}'`, `'$${canary}'`])(
    'refuses the literal %s in production',
    (secret) => {
      const result = parse(wechat(secret));
      expect(fields(result)).toEqual(['apps[0].wechat.secret']);
      expect(JSON.stringify(result.ok ? '' : result.problems)).not.toContain(canary);
    },
  );
  it('is for production when nothing else is said', () => {
    expect(parse(wechat(canary)).ok).toBe(false);
    expect(parse(`environment: development\n${wechat(canary)}`).ok).toBe(true);
    expect(parse(wechat('${S}'), { S: canary }).ok).toBe(true);
  });
  it('asks for second factors in production', () => {
    const lax = 'console: { secondFactor: optional }\napps: []\n';
    expect(fields(parse(lax))).toEqual(['console.secondFactor']);
    expect(parse(`environment: development\n${lax}`).ok).toBe(true);
    expect(parse('console: { secondFactor: required }\napps: []\n').ok).toBe(true);
  });
  it('knows every field that holds one', () => {
    const key = 'k'.repeat(43);
    const text = `keys: { master: ${canary} }\n${app(
      `    wechat: { appid: wx0123456789abcdef, secret: ${canary}, push: { token: ${canary}, aesKey: ${key} } }\n` +
        `    wecom: { corpid: ww01, agentid: 1, secret: ${canary}, contactsSecret: ${canary}, callback: { token: ${canary}, aesKey: ${key} } }\n`,
    )}`;
    expect(fields(parse(text)).sort()).toEqual([
      'apps[0].wechat.push.aesKey',
      'apps[0].wechat.push.token',
      'apps[0].wechat.secret',
      'apps[0].wecom.callback.aesKey',
      'apps[0].wecom.callback.token',
      'apps[0].wecom.contactsSecret',
      'apps[0].wecom.secret',
      'keys.master',
    ]);
  });
  it('an empty variable does not pass for a secret', () => {
    expect(fields(parse(wechat('${S}'), { S: '' }))).toEqual(['apps[0].wechat.secret']);
  });
});

describe('no value of the file is repeated', () => {
  it.each([
    `gateway: { mode: ${canary} }`,
    `store: ${canary}`,
    `coordination: ${canary}`,
    `gateway: { listen: ${canary} }`,
    `gateway: { trustedProxies: [${canary}] }`,
    `gateway: { limits: { bodyBytes: ${canary} } }`,
    `gateway: ${canary}`,
    canary,
    `- ${canary}`,
    `environment: ${canary}`,
    `console: { publicUrl: ${canary} }`,
    `keys: { master: [${canary}] }`,
    `unknown: ${canary}`,
    `data: file:${canary}`,
    `data: "${canary}`,
    `data: {${canary}`,
    `data: *${canary}`,
    `data: &a ${canary}\ndata: ${canary}`,
    `%${canary}\n---\nx: ]${canary}`,
    app(`    routes: [{ match: ${canary} }]\n`),
    app(`    upstream2: ${canary}\n`),
    app(`    routes: [{ match: GET /, auth: ${canary} }]\n`),
    app(`    routes: [{ match: GET /, resource: { type: ${canary}, id: ${canary} } }]\n`),
  ])('%s', (text) => {
    const result = parse(text);
    expect(result.ok).toBe(false);
    expect(JSON.stringify(result.ok ? '' : result.problems)).not.toContain(canary);
  });
  it('nor is a variable of the environment', () => {
    const result = parse('gateway: { mode: "${M}" }\nstore: "${M}"\n', { M: canary });
    expect(fields(result)).toEqual(['gateway.mode', 'store']);
    expect(JSON.stringify(result.ok ? '' : result.problems)).not.toContain(canary);
  });
});

describe('hostile YAML', () => {
  const level = (name: string, of: string): string => `${name}: &${name} [${Array.from({ length: 9 }, () => of).join(', ')}]\n`;
  it.each([
    [
      'an alias bomb',
      level('a', 'x') + level('b', '*a') + level('c', '*b') + level('d', '*c') + level('e', '*d') + level('f', '*e'),
    ],
    ['an anchor that holds itself', 'apps: &a [*a]\n'],
    ['an anchor that holds itself many times', `apps: &a [${Array.from({ length: 40 }, () => '*a').join(', ')}]\n`],
    ['a map that holds itself', 'gateway: &a\n  limits: *a\n'],
    ['an alias of nothing', 'apps: *nowhere\n'],
    ['brackets without end', '['.repeat(20_000)],
    ['deep brackets', `apps: ${'['.repeat(3_000)}${']'.repeat(3_000)}`],
    ['two documents', 'data: a\n---\ndata: b\n'],
    ['a prototype', '__proto__: { environment: development }\n'],
    ['a merge key', 'gateway:\n  <<: { mode: bypass }\n'],
  ])('refuses %s as a problem, not as an exception', (_name, text) => {
    const result = parse(text);
    expect(result.ok).toBe(false);
    expect(result.ok ? 0 : result.problems.length).toBeGreaterThan(0);
    expect(result.ok ? 99 : result.problems.length).toBeLessThanOrEqual(50);
  });
  it('refuses a file over the limit before it is parsed', () => {
    const comment = `#${'x'.repeat(1_999_998)}\n`;
    expect(comment).toHaveLength(2_000_000);
    expect(parse(comment).ok).toBe(true);
    expect(fields(parse(`${comment}\n`))).toEqual(['']);
  });
  it('never throws', () => {
    const piece = fc.constantFrom(
      'a',
      ':',
      ' ',
      '\n',
      '-',
      '[',
      ']',
      '{',
      '}',
      '&a',
      '*a',
      '"',
      "'",
      '${A}',
      'file:',
      '|',
      '>',
      '?',
      ',',
      '!!',
      '%',
      '#',
      '\t',
      'apps',
      '\0',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const result = parse(pieces.join(''));
        if (!result.ok) expect(result.problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});
