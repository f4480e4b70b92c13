import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { exportCacao } from './cacao/export.ts';
import { uuidOf } from './cacao/ids.ts';
import { CacaoError, importCacao } from './cacao/import.ts';
import { cacaoPlaybook } from './cacao/model.ts';
import type { Expression } from './expression/model.ts';
import { parseExpression } from './expression/parse.ts';
import { expressionText } from './expression/print.ts';
import { readPlaybook } from './format/parse.ts';
import { readLibrary } from './library.ts';
import { head } from './testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'menshen-playbooks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const put = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const n = 'name: { zh: 步, en: step }';
const steps = `steps: [{ id: a, ${n}, do: query release }]`;

it('takes the files of the company beside those that ship, and in their place', () => {
  put('own.yaml', head('own') + steps);
  put('brute.yml', head('brute-force') + steps);
  put('notes.txt', 'no playbook');
  const library = readLibrary(folder);
  expect(library.broken).toEqual([]);
  expect(library.entries.get('own')).toMatchObject({ origin: 'own' });
  expect(library.entries.get('brute-force')).toMatchObject({ origin: 'own', playbook: { name: { en: 'Trial' } } });
  expect(library.entries.get('mass-export')).toMatchObject({ origin: 'shipped' });
});

it('goes on with what a file held before it was broken, and says what is wrong', () => {
  const before = readLibrary(folder);
  put('own.yaml', `${head('own')}steps: [{ id: a, ${n}, do: nothing }]`);
  put('twice.yaml', head('brute-force') + steps);
  put('lost.yaml', `${head('lost')}steps: [{ id: a, ${n}, playbook: nowhere }]`);
  const after = readLibrary(folder, before);
  expect(after.entries.get('own')?.playbook.steps[0]).toMatchObject({ action: 'query release' });
  expect(after.entries.has('lost')).toBe(false);
  expect(after.broken.map(({ file, problems }) => `${file} ${problems[0]?.field}`)).toEqual([
    'own.yaml steps[0].do',
    'twice.yaml id',
    'lost.yaml a',
  ]);
  // A node that starts anew has nothing to go on with.
  expect(readLibrary(folder).entries.has('own')).toBe(false);
  expect(readLibrary(join(folder, 'missing')).broken).toMatchObject([
    { problems: [{ en: 'there is no such folder of playbooks.' }] },
  ]);
});

it('exports every shipped playbook in CACAO, the same each time, and reads it back as what it was', () => {
  for (const entry of readLibrary(null).entries.values()) {
    const exported = JSON.parse(JSON.stringify(exportCacao(entry))) as ReturnType<typeof exportCacao>;
    expect(exported).toEqual(JSON.parse(JSON.stringify(exportCacao(entry))));
    expect(cacaoPlaybook.safeParse(exported).error).toBeUndefined();
    // Every id that a step names is there, and each is `TYPE--UUIDv5`.
    for (const [id, step] of Object.entries(exported.workflow)) {
      expect(id).toMatch(
        /^(start|end|action|parallel|if-condition|playbook-action)--[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
      expect(id.startsWith(`${step.type}--`)).toBe(true);
      const next = [
        step.on_completion,
        ...(step.type === 'parallel' ? step.next_steps : []),
        ...(step.type === 'if-condition' ? [step.on_true, step.on_false] : []),
      ];
      for (const other of next) if (other !== undefined) expect(Object.keys(exported.workflow)).toContain(other);
    }
    const source = importCacao(exported);
    expect(source).toEqual(entry.sources.main);
    expect(readPlaybook(source).problems).toBeUndefined();
  }
});

it('keeps conditions and branches that somebody changes in CACAO', () => {
  const entry = readLibrary(null).entries.get('coupon-tampering');
  if (entry === undefined) throw new Error('no playbook');
  const exported = JSON.parse(JSON.stringify(exportCacao(entry))) as ReturnType<typeof exportCacao>;
  const condition = Object.values(exported.workflow).find((step) => step.type === 'if-condition');
  if (condition?.type !== 'if-condition') throw new Error('no condition');
  expect(condition.condition).toContain('steps.release.changed');
  condition.condition = 'true';
  expect(JSON.stringify(importCacao(exported))).toContain('"if":"true"');
});

it('refuses playbooks of others, and workflows that lead nowhere or in a circle', () => {
  const entry = readLibrary(null).entries.get('brute-force');
  if (entry === undefined) throw new Error('no playbook');
  const exported = (): ReturnType<typeof exportCacao> => JSON.parse(JSON.stringify(exportCacao(entry))) as never;
  const bad = [
    null,
    { type: 'playbook', spec_version: 'cacao-2.0' },
    { ...exported(), playbook_extensions: {} },
    { ...exported(), workflow_start: 'start--nothing' },
    { ...exported(), workflow_start: 'constructor' },
    (() => {
      const one = exported();
      for (const step of Object.values(one.workflow)) if (step.type === 'action') step.on_completion = one.workflow_start;
      return one;
    })(),
  ];
  for (const one of bad) expect(() => importCacao(one)).toThrow(CacaoError);
});

it('makes UUIDs as RFC 9562 does', () => {
  // Appendix A.4: UUIDv5 of www.example.com in the namespace of DNS names.
  expect(uuidOf('www.example.com', '6ba7b810-9dad-11d1-80b4-00c04fd430c8')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
});

it('writes every expression so that reading it gives the same one', () => {
  const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 4 },
      fc.record({
        kind: fc.constant('literal' as const),
        value: fc.oneof(fc.constantFrom('a "b"', "c'd", ''), fc.integer({ min: -9, max: 99 }), fc.boolean(), fc.constant(null)),
      }),
      fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const, 'in' as const),
        left: tie('expression'),
        right: tie('expression'),
      }),
      fc.record({ kind: fc.constant('not' as const), of: tie('expression') }),
      fc.record({
        kind: fc.constant('compare' as const),
        by: fc.constantFrom('==' as const, '<' as const),
        left: tie('expression'),
        right: tie('expression'),
      }),
      fc.record({ kind: fc.constant('list' as const), items: fc.array(tie('expression'), { maxLength: 3 }) }),
      fc.record({ kind: fc.constant('call' as const), name: fc.constant('present' as const), args: fc.tuple(tie('expression')) }),
    ),
  }));
  fc.assert(
    fc.property(expression, (one) => {
      const text = expressionText(one);
      fc.pre(text.length <= 500);
      expect(parseExpression(text)).toEqual(one);
    }),
  );
});
