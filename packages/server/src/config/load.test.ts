import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ConfigProblem, type ConfigResult, type ConfigSources, loadConfig, parseConfig } from './load.ts';

const folder = resolve('/etc/menshen');
const file = resolve(folder, 'menshen.yaml');

const sources = (env: Record<string, string> = {}, files: Record<string, string> = {}): ConfigSources => ({
  env,
  readFile: (path) => {
    const text = files[path];
    if (text === undefined) throw new Error('ENOENT');
    return text;
  },
});
const parse = (text: string, from: ConfigSources = sources()): ConfigResult => parseConfig(text, file, from);
const problemsOf = (result: ConfigResult): readonly ConfigProblem[] => (result.ok ? [] : result.problems);
const config = (result: ConfigResult) => {
  if (!result.ok) throw new Error(result.problems.map((problem) => `${problem.field}: ${problem.en}`).join('; '));
  return result.config;
};

const portal = (secret: string): string => `environment: production
apps:
  - id: portal
    audience: [employee]
    upstream: http://127.0.0.1:9000
    wechat:
      appid: wx0123456789abcdef
      secret: ${secret}
`;

describe('a good file', () => {
  it('an empty one gives the defaults, with the data folder beside it', () => {
    const result = parse('');
    expect(config(result).data).toBe(resolve(folder, '.menshen'));
    expect(result).toMatchObject({ ok: true, file, folder, warnings: [] });
  });
  it('is read through the sources', () => {
    expect(config(loadConfig(file, sources({}, { [file]: 'gateway: { mode: monitor }' }))).gateway.mode).toBe('monitor');
  });
  it('may use an alias', () => {
    const result = parse('gateway:\n  trustedProxies: &inner [10.0.0.0/8]\n  denyAddresses: *inner\n');
    expect(config(result).gateway.denyAddresses).toEqual(['10.0.0.0/8']);
  });
});

describe('references', () => {
  it('takes ${ENV} also inside a text', () => {
    const result = parse('store: postgres://menshen:${PG_PASSWORD}@db/menshen', sources({ PG_PASSWORD: 'pw' }));
    expect(config(result).store).toBe('postgres://menshen:pw@db/menshen');
  });
  it('takes file: relative to the configuration, without the white space at its ends', () => {
    const result = parse(portal('file:secrets/wechat'), sources({}, { [resolve(folder, 'secrets/wechat')]: ' from-file\n' }));
    expect(config(result).apps[0]?.wechat?.secret).toBe('from-file');
  });
  it('leaves file: of the store alone, for there it is an address', () => {
    expect(config(parse('store: file:other.db')).store).toBe('file:other.db');
  });
  it('does not resolve what a reference gave', () => {
    const result = parse(portal('${A}'), sources({ A: '${B} file:x', B: 'no' }));
    expect(config(result).apps[0]?.wechat?.secret).toBe('${B} file:x');
  });
  it('names a variable that is not set, at its place', () => {
    const [problem, ...more] = problemsOf(parse(portal('${WECHAT_SECRET}')));
    expect(more).toEqual([]);
    expect(problem).toMatchObject({ line: 8, column: 7, field: 'apps[0].wechat.secret' });
    expect(problem?.en).toContain('WECHAT_SECRET');
    expect(problem?.zh).toContain('WECHAT_SECRET');
  });
  it('refuses a file that is missing or too large', () => {
    const large = sources({}, { [resolve(folder, 'large')]: 'x'.repeat(65_537) });
    for (const result of [parse(portal('file:missing')), parse(portal('file:large'), large)]) {
      expect(problemsOf(result)).toMatchObject([{ line: 8, field: 'apps[0].wechat.secret' }]);
    }
  });
});

describe('where a problem stands', () => {
  it.each([
    ['gateway:\n  mode: off-duty\n', 2, 3, 'gateway.mode'],
    ['gateway:\n  limits:\n    bodyBytes: many\n', 3, 5, 'gateway.limits.bodyBytes'],
    ['apps:\n  - id: portal\n    audience: [employee, alien]\n    upstream: http://a\n', 3, 26, 'apps[0].audience[1]'],
    ['console: {}\ngatway: {}\n', 2, 1, 'gatway'],
    ['gateway:\n  mode: enforce\n  modus: x\n', 3, 3, 'gateway.modus'],
    ['apps:\n  - audience: [employee]\n    upstream: http://a\n', 2, 5, 'apps[0].id'],
  ])('%j: line %d, column %d, %s', (text, line, column, field) => {
    const [problem] = problemsOf(parse(text));
    expect(problem).toMatchObject({ line, column, field });
    expect(problem?.zh).toMatch(/。$/);
    expect(problem?.en).toMatch(/\.$/);
  });
  it('syntax errors have a line, too', () => {
    expect(problemsOf(parse('gateway:\n  mode: "open\n'))[0]).toMatchObject({ line: 3, field: '' });
  });
  it('a duplicate key is refused where it repeats', () => {
    const [problem] = problemsOf(parse('gateway:\n  mode: enforce\n  mode: bypass\n'));
    expect(problem).toMatchObject({ line: 3, column: 3 });
    expect(problem?.en).toContain('DUPLICATE_KEY');
  });
  it('a file that cannot be read has none', () => {
    expect(problemsOf(loadConfig(file, sources()))).toMatchObject([{ line: null, column: null, field: '' }]);
  });
  it('a root that is no map is refused', () => {
    for (const text of ['- a', 'text', '42']) expect(problemsOf(parse(text)), text).toHaveLength(1);
  });
});

describe('literal secrets', () => {
  it('are a warning in development', () => {
    const result = parse(portal('literal').replace('production', 'development'));
    expect(result).toMatchObject({ ok: true, warnings: [{ line: 8, column: 7, field: 'apps[0].wechat.secret' }] });
  });
});
