import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ConfigProblem, type ConfigResult, type ConfigSources, loadConfig, locateProblems, parseConfig } from './load.ts';
import { inChinese } from './schema-words.ts';
import { schemaMessages } from './testing-schema.ts';

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
    expect(result).toMatchObject({ ok: true, file, folder, warnings: [], empty: true });
    expect(parse('console: {}')).toMatchObject({ empty: false });
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
  it.each([
    ['gateway:\n\tmode: enforce\n', 2, 'indent with spaces', '制表符'],
    ['data: "C:\\Menshen\\data"\n', 1, 'single quotes', '单引号'],
    ['gateway: {}\n---\ngateway: {}\n', 2, '---', '---'],
    ['gateway:\n  mode: *usual\n', 2, 'no anchor', '锚点'],
  ])('%j is one problem on line %d that says what to do', (text, line, en, zh) => {
    const problems = problemsOf(parse(text));
    expect(problems).toMatchObject([{ line }]);
    expect(problems[0]?.en).toContain(en);
    expect(problems[0]?.zh).toContain(zh);
  });
  it('says of a file in another encoding where it is not UTF-8', () => {
    const gbk = new TextDecoder().decode(Buffer.concat([Buffer.from('apps: []\n# '), Buffer.from([0xc3, 0xc5, 0xc9, 0xf1])]));
    const utf16 = new TextDecoder().decode(Buffer.from('apps: []\n', 'utf16le'));
    expect(problemsOf(parse(gbk))).toMatchObject([{ line: 2 }]);
    for (const text of [gbk, utf16]) expect(problemsOf(parse(text))[0]?.zh).toContain('UTF-8');
  });
  it('says why a file cannot be read, and where paths begin', () => {
    const missing: ConfigSources = {
      env: {},
      readFile: () => {
        throw Object.assign(new Error('no'), { code: 'EACCES' });
      },
    };
    const [problem] = problemsOf(parse(portal('file:密钥/wechat secret'), missing));
    expect(problem?.en).toContain(`permission denied (relative paths begin at ${folder})`);
    expect(problem?.zh).toContain('没有权限');
  });
  it('is found in the file for what only names a field', () => {
    const at = (field: string, text: string) => {
      const problem = { line: null, column: null, field, zh: '', en: '' };
      return locateProblems([problem], file, sources({}, { [file]: text }))[0];
    };
    const text = 'gateway:\n  listen: 127.0.0.1:1\napps:\n  - id: a\n    upstream: http://a\n';
    expect(at('gateway.listen', text)).toMatchObject({ line: 2, column: 3 });
    expect(at('apps[0].upstream', text)).toMatchObject({ line: 5, column: 5 });
    for (const field of ['policies', 'policies/a.cedar', '', 'apps['])
      expect(at(field, text), field).toMatchObject({ line: null });
  });
  it('a file that cannot be read has none', () => {
    expect(problemsOf(loadConfig(file, sources()))).toMatchObject([{ line: null, column: null, field: '' }]);
  });
  it('a root that is no map is refused', () => {
    for (const text of ['- a', 'text', '42']) expect(problemsOf(parse(text)), text).toHaveLength(1);
  });
});

describe('values that do not fit', () => {
  it('every message of the schema has its Chinese', () => {
    const messages = schemaMessages();
    expect(messages.length).toBeGreaterThan(50);
    expect(messages.filter((message) => inChinese(message) === null)).toEqual([]);
  });
  it.each([
    ['store: file:/var/lib/menshen.db', 'store', 'in the data folder'],
    ['store: "file:../menshen.db"', 'store', 'in the data folder'],
    ['store: C:\\Menshen\\menshen.db', 'store', 'in the data folder'],
    ['gateway: { listen: "0.0.0.0:99999" }', 'gateway.listen', 'at most 65535'],
    ['gateway: { listen: "::1:8443" }', 'gateway.listen', 'host:port'],
    ['apps:\n  - id: a\n    audience: [employee]\n    upstream: 127.0.0.1:8080', 'apps[0].upstream', 'http://127.0.0.1:8080'],
    ['apps:\n  - id: a\n    audience: [employee]\n    upstream: { url: 127.0.0.1 }', 'apps[0].upstream.url', 'Must be a whole'],
    ['apps:\n  - id: a\n    audience: [employee]\n    upstream: http://a\n    basePath: a', 'apps[0].basePath', 'must match /^'],
  ])('%j: %s', (text, field, en) => {
    const [problem] = problemsOf(parse(text));
    expect(problem).toMatchObject({ field });
    expect(problem?.en).toContain(en);
    expect(problem?.zh).not.toMatch(/[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}/);
  });
  it.each(['file:menshen.db', 'file:./menshen.db', 'file:db/a..b.db', 'postgres://u:p@h/d'])('takes store: %s', (store) => {
    expect(config(parse(`store: ${store}`)).store).toBe(store);
  });
});

describe('literal secrets', () => {
  it('are a warning in development', () => {
    const result = parse(portal('literal').replace('production', 'development'));
    expect(result).toMatchObject({ ok: true, warnings: [{ line: 8, column: 7, field: 'apps[0].wechat.secret' }] });
  });
});
