import { describe, expect, it } from 'vitest';
import { filesOf, type ProjectFiles } from './project/files.ts';
import { scanProject } from './scan.ts';

const many = (text: string, count: number): string => text.repeat(count);
const eval1 = 'Page({\n onLoad(o) { eval(o.x) }\n})';
const app = { 'app.json': '{"pages":["pages/a/a"]}', 'pages/a/a.js': eval1 };
const rules = (files: Readonly<Record<string, string | Uint8Array>>): readonly string[] =>
  scanProject(filesOf(files)).findings.map(({ rule }) => rule);

/** Each hostile tree stands beside an honest file whose fault must still be found. */
const hostile: Readonly<Record<string, Readonly<Record<string, string | Uint8Array>>>> = {
  'deep brackets': {
    'x.js': many('(', 50_000),
    'x.ts': many('[', 50_000),
    'x.json': many('[', 50_000),
    'x.wxml': many('<view>', 50_000),
  },
  'chains of operators': { 'x.js': `a${many('+a', 50_000)}`, 'y.js': `${many('!', 50_000)}1`, 'z.js': `a${many('.b', 50_000)}` },
  'modules that import each other': {
    'x.js': "export * from './y'\nexport { z } from './y'",
    'y.js': "export * from './x'\nexport { z } from './x'\nimport { z } from './x'\nz(1)",
  },
  'variables that stand for each other': {
    'x.js':
      'var a = b, b = a; a.c = b.c; Page({ onLoad(o) { a = o; b = a; a = b; b.x = a; a.x.x = b; this.setData(a); getApp().g = a } })',
  },
  'functions that call each other': {
    'x.js':
      'const f = (x) => g(x), g = (x) => f([x, ...x]); class A extends A { m(x) { return this.m(super.m({ x })) } }; Page({ onLoad(o) { f(o); new A().m(o) } })',
  },
  'an unfinished file': { 'x.js': `${many('foo(\n', 3_000)}`, 'x.vue': '<template><div v-for="a in', 'x.wxml': '<view a="' },
  'text that is none': { 'x.js': new Uint8Array([0, 255, 254, 1]), 'x.json': '{"a":', 'x.wxml': '<<<>>{{{{}}' },
  'markup that includes itself': { 'pages/a/a.wxml': '<include src="a.wxml" /><include src="../a/a" />' },
  'components that use each other': {
    'pages/a/a.json': '{"usingComponents":{"c":"/c/c"}}',
    'pages/a/a.wxml': '<c v="{{v}}" />',
    'c/c.json': '{"usingComponents":{"c":"/c/c"}}',
    'c/c.js': 'Component({ properties: { v: String }, methods: { onLoad(o) { this.setData({ v: o.v }) } } })',
    'c/c.wxml': '<c v="{{v}}" /><web-view src="https://a.example/{{v}}" />',
  },
  'names of the prototype': {
    'x.js':
      'Page({ __proto__: null, constructor: 1, onLoad(o) { this.__proto__.toString = o; hasOwnProperty(o); o.constructor.prototype(o) } })',
    'x.json': '{"__proto__":{"pages":[1]},"constructor":2}',
    'app.json': '{"pages":["__proto__","../../etc/passwd"],"subPackages":[{"root":"../..","pages":["x"]}]}',
  },
  'paths that climb out': { 'y.js': "require('../../../../etc/passwd'); require('/etc/passwd'); import('..')" },
};

describe('hostile trees', () => {
  it.each(Object.entries(hostile))('%s: the run ends and the honest fault is found', (_name, files) => {
    expect(rules({ ...app, ...files })).toContain('MP-TNT-006');
  });

  it('bounds a tree of mutual calls by the budget of steps, and says so', () => {
    const functions = Array.from(
      { length: 60 },
      (_, index) => `function f${index}(a, b) { ${Array.from({ length: 60 }, (__, other) => `f${other}(a, b);`).join('\n')} }`,
    ).join('\n');
    const files = filesOf({ ...app, 'x.js': `${functions}\nPage({ onLoad(o) { f0(o, o.a) } })` });
    const { problems } = scanProject(files, { limits: { maxFlowSteps: 2_000 } });
    expect(problems.map(({ code }) => code)).toContain('out-of-time');
  });

  it('reports a file that cannot be read, files beyond the limits, and goes on', () => {
    const inner = filesOf({ ...app, 'b.js': '1', 'c.js': '1', 'pages/a/big.js': many('var a = 1\n', 2_000) });
    const source: ProjectFiles = {
      list: () => inner.list(),
      read(path) {
        if (path === 'b.js') throw new Error('EACCES');
        return inner.read(path);
      },
    };
    const { findings, problems } = scanProject(source, { limits: { maxFileBytes: 10_000 } });
    expect(findings.map(({ rule }) => rule)).toContain('MP-TNT-006');
    expect(problems.map(({ code, file }) => `${code} ${file}`)).toEqual(
      expect.arrayContaining(['unreadable b.js', 'too-large pages/a/big.js']),
    );
    expect(scanProject(inner, { limits: { maxFiles: 2 } }).problems.map(({ code }) => code)).toContain('too-many-files');
    expect(scanProject(inner, { limits: { maxTotalBytes: 100 } }).problems.map(({ code }) => code)).toContain('too-much-source');
  });

  it('ends at once when the caller says that time is up', () => {
    const { findings, problems } = scanProject(filesOf(app), { isOutOfTime: () => true });
    expect(findings).toEqual([]);
    expect(problems.map(({ code }) => code)).toContain('out-of-time');
  });
});
