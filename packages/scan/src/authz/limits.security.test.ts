import { describe, expect, it } from 'vitest';
import { filesOf } from '../project/files.ts';
import { scanProject } from '../scan.ts';
import { analyse } from './analysis.ts';
import { authorizationDetector } from './detector.ts';
import { defaultMachineLimits } from './machine/machine.ts';

const head = "const cloud = require('wx-server-sdk')\nconst db = cloud.database()\n";

function scan(files: Record<string, string>) {
  let steps = 0;
  const result = scanProject(filesOf(files), {
    detectors: [
      authorizationDetector,
      {
        id: 'count',
        rules: [],
        run: (context) => {
          steps = analyse(context).machine.steps;
        },
      },
    ],
  });
  return { findings: result.findings.map((one) => `${one.rule} ${one.file}:${one.line}`), steps };
}

describe('hostile sources', () => {
  it('bounds functions that call each other in every combination', () => {
    const names = Array.from({ length: 40 }, (_, i) => `f${i}`);
    const functions = names.map((name) => `function ${name}(x) { ${names.map((other) => `${other}(x)`).join('; ')} }`).join('\n');
    const { steps } = scan({ 'cloudfunctions/f/index.js': `${head}${functions}\nexports.main = async (event) => f0(event)` });
    expect(steps).toBeLessThan(defaultMachineLimits.entrySteps * 2);
  });

  it('bounds branches that double, and loads each module of a circle once', () => {
    const doubled = Array.from(
      { length: 30 },
      (_, i) => `const g${i} = (x) => ${i === 0 ? 'x' : `[g${i - 1}(x), g${i - 1}(x)]`}`,
    ).join('\n');
    const { steps } = scan({
      'cloudfunctions/f/index.js': `${head}require('./a')\n${doubled}\nexports.main = async (event) => g29(event)`,
      'cloudfunctions/f/a.js': "require('./b'); exports.a = 1",
      'cloudfunctions/f/b.js': "require('./a'); exports.b = 1",
    });
    expect(steps).toBeLessThan(defaultMachineLimits.entrySteps * 2);
  });

  it('still judges the other entry points when one spends its budget', () => {
    const doubled = Array.from(
      { length: 30 },
      (_, i) => `const g${i} = (x) => ${i === 0 ? 'x' : `[g${i - 1}(x), g${i - 1}(x)]`}`,
    ).join('\n');
    const { findings } = scan({
      'cloudfunctions/a/index.js': `${head}${doubled}\nexports.main = async (event) => g29(event)`,
      'cloudfunctions/b/index.js': `${head}exports.main = async (event) => db.collection('orders').doc(event.id).remove()`,
    });
    expect(findings).toEqual(['MP-CLD-003 cloudfunctions/b/index.js:3']);
  });

  it('is not confused by members of Object.prototype or by itself', () => {
    const { findings } = scan({
      'cloudfunctions/f/index.js': `${head}const self = {}
self.self = self
self.__proto__ = self
exports.main = async (event) => {
  const copy = { ...self, ...event, constructor: event.constructor, hasOwnProperty: 1 }
  copy.toString = copy
  return db.collection('orders').doc(copy.constructor.id).remove()
}`,
    });
    expect(findings).toEqual(['MP-CLD-003 cloudfunctions/f/index.js:9']);
  });

  it('ends a step whose code nests deeper than the stack, and judges the rest', () => {
    const deep = `${'['.repeat(900)}1${']'.repeat(900)}`;
    const calls = Array.from(
      { length: 13 },
      (_, i) => `function f${i}(x) { return ${'('.repeat(300)}f${i + 1}(x)${' + 1)'.repeat(300)} }`,
    ).join('\n');
    const { findings } = scan({
      'app/router.js': `const deep = ${deep}\nmodule.exports = app => { app.router.get('/x', ${deep}) }`,
      'cloudfunctions/a/index.js': `${head}${calls}\nfunction f13(x) { return x }\nexports.main = async (event) => f0(event)`,
      'cloudfunctions/b/index.js': `${head}exports.main = async (event) => db.collection('orders').doc(event.id).remove()`,
    });
    expect(findings).toEqual(['MP-CLD-003 cloudfunctions/b/index.js:3']);
  });

  it('walks structures that hold themselves or multiply only so far', () => {
    const wide = Array.from(
      { length: 12 },
      (_, i) =>
        `const w${i} = { ${Array.from({ length: 55 }, (_, n) => `p${n}: ${i === 0 ? 'event' : `w${i - 1}`}`).join(', ')} }`,
    ).join('\n');
    const { findings } = scan({
      'cloudfunctions/a/index.js': `${head}exports.main = async (event) => {
const a = {}; a.self = a
const b = { other: 1 }; b.self = b
let c = a
if (event.x) c = b
${wide}
for (const key of event.keys) { use(w11, c); await db.collection('logs').add({ data: w11 }); w0[key] = w11 }
return { w11, c, order: await db.collection('orders').doc(event.id).get() }
}`,
    });
    expect(findings.filter((one) => one.startsWith('MP-CLD-003'))).toEqual(['MP-CLD-003 cloudfunctions/a/index.js:21']);
  });

  it('reads what is broken, empty or odd without failing', () => {
    expect(
      scan({
        'cloudfunctions/a/index.js': 'exports.main = async (event) => {',
        'cloudfunctions/b/index.js': 'exports.main = 5',
        'cloudfunctions/c/index.js':
          'exports.main = async ({ ...[] }, ...rest) => { for (;;) { switch (1) {} } label: do {} while (0) }',
        'src/api/controller/x.js':
          'module.exports = class extends Missing { static async Action() {} get a() { return this.a } }',
        'app/router.js': 'module.exports = app => { app.router.get(); app.router.resources(); app.router.get("/x", null) }',
      }).findings,
    ).toEqual([]);
  });
});
