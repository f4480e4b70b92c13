import { describe, expect, it } from 'vitest';
import { createModel } from '../model/model.ts';
import { createTrees } from '../parse/cache.ts';
import { filesOf } from '../project/files.ts';
import { defaultScanLimits } from '../project/limits.ts';
import { openProject } from '../project/project.ts';
import type { FlowClient } from './client.ts';
import { createEngine } from './engine.ts';
import { flag } from './state.ts';

/** Runs `source()` to `sink(x)` over scripts and tells, for each arrival, the line, the fields and the flags. */
function arrivals(files: Readonly<Record<string, string>>): readonly string[] {
  const project = openProject(filesOf(files), defaultScanLimits);
  const trees = createTrees(defaultScanLimits, project.tell);
  const model = createModel(project, trees);
  const codebase = model.codebase();
  const engine = createEngine(codebase, { steps: 100_000 }, model.links);
  const sources = codebase
    .callsNamed('source')
    .map((node) => ({ label: 'test', node, origin: node, path: [], text: { zh: '', en: '' } }));
  const found = new Set<string>();
  const client: FlowClient = {
    policy: () => ({}),
    onArgument(call, _index, path, state) {
      if (call.callee.type !== 'Identifier' || call.callee.name !== 'sink') return;
      const names = Object.entries(flag).flatMap(([name, bit]) =>
        (state.flags & bit) !== 0 && name !== 'text' && name !== 'field' ? [name] : [],
      );
      const text =
        files[
          Object.keys(files).find((file) =>
            codebase.units.some((unit) => unit.file.path === file && unit.calls.includes(call)),
          ) ?? ''
        ] ?? '';
      found.add([text.slice(0, call.start).split('\n').length, path.join('.'), ...names].join(' ').trim());
    },
  };
  engine.run(sources, client);
  return [...found].sort();
}
const one = (text: string): readonly string[] => arrivals({ 'a.js': text });

describe('engine', () => {
  it('keeps fields apart, through objects, patterns, spreads and rests', () => {
    expect(one('const o = { a: source(), b: 1 }\nsink(o.a)\nsink(o.b)')).toEqual(['2']);
    expect(one('const { a: { x, ...r } } = { a: { x: 1, y: source() } }\nsink(x)\nsink(r)\nsink(r.y)')).toEqual(['3 y', '4']);
    expect(one('const o = {}\no.a = source()\nsink({ ...o, c: 1 }.a)\nsink(o.c)')).toEqual(['3']);
    expect(one('const list = []\nlist.push(source())\nfor (const x of list) sink(x)\nsink(list[0])\nsink(list.length)')).toEqual([
      '3',
      '4',
    ]);
  });

  it('returns to where a call came from, and to no other call', () => {
    expect(one('const id = (x) => x\nconst a = id(source()), b = id(1)\nsink(a)\nsink(b)')).toEqual(['3']);
    expect(
      one('function outer(x) { return inner(x) }\nfunction inner(y) { return { y } }\nsink(outer(source()).y)\nsink(outer(1).y)'),
    ).toEqual(['3']);
  });

  it('follows callbacks, promises and hand-made promises', () => {
    expect(one('function get(cb) { cb(null, source()) }\nget((error, value) => {\nsink(value)\nsink(error) })')).toEqual(['3']);
    expect(one('async function f() { return source() }\nf().then((v) => v).then((w) => {\nsink(w) })')).toEqual(['3']);
    expect(
      one(
        'const p = () => new Promise((resolve, reject) => { setTimeout(() => resolve({ data: source() })) })\nasync function g() { const { data } = await p()\nsink(data) }',
      ),
    ).toEqual(['3']);
    expect(one('[source()].map((v) => v + 1).forEach((w) =>\nsink(w))')).toEqual(['2']);
  });

  it('follows classes: fields, inheritance, instances', () => {
    expect(one('class A { set(v) { this.v = v }\nget() { sink(this.v)\nsink(this.w) } }\nnew A().set(source())')).toEqual(['2']);
    expect(one('class A { m(v) {\nsink(v) } }\nclass B extends A {}\nnew B().m(source())')).toEqual(['2']);
  });

  it('crosses modules of both kinds, with renames and forwards', () => {
    expect(
      arrivals({
        'a.js': "import run, { make as create } from './b'\nimport * as all from './b'\nrun(create())\nall.default(source())",
        'b.js': "export { make } from './c'\nexport default function (v) {\nsink(v) }",
        'c.js': 'exports.make = () => source()',
      }),
    ).toEqual(['3']);
    expect(
      arrivals({
        'a.js': "const { put } = require('./d')\nput(source())",
        'd.js': 'const put = (v) => {\nsink(v) }\nmodule.exports = { put }',
      }),
    ).toEqual(['2']);
  });

  it('knows what happened on the way', () => {
    expect(one('sink(encodeURIComponent(source()))')).toEqual(['1  encoded']);
    expect(one("sink('https://a.example/?q=' + source())")).toEqual(['1  fixedStart fixedHost inQuery']);
    expect(one("sink('https://' + source())")).toEqual(['1  fixedStart']);
    expect(one('const BASE = "https://a.example"\nsink(`${BASE}/${source()}`)')).toEqual(['2  fixedStart fixedHost']);
    expect(one('sink(parseInt(source()))\nsink(source().length)\nsink(!source())\nsink(T[source()])')).toEqual([]);
  });

  it('sees checks before the use, and is not taken in by weak ones', () => {
    const guarded = ['1  guarded'];
    expect(one("const v = source(); if (['a'].includes(v)) sink(v)")).toEqual(guarded);
    expect(one('const v = source(); if (!LIST.has(v)) throw 1; sink(v)')).toEqual(guarded);
    expect(one("const v = source(), h = new URL(v).host; if (h !== 'a.example') return; sink(v)")).toEqual(guarded);
    expect(one("const v = source(); switch (v) { case 'a': sink(v) }")).toEqual(guarded);
    expect(one("const v = source(); if (!v || v === '') return; sink(v)")).toEqual(['1']);
    expect(one("const v = source(); if (v.startsWith('http')) sink(v)")).toEqual(['1']);
    expect(one("const o = source(); switch (o.action) { case 'a': sink(o.url) }")).toEqual(['1']);
  });
});
