import { describe, expect, it } from 'vitest';
import { head } from '../testing.ts';
import { linkPlaybook } from './link.ts';
import { maxPlaybookLength, parsePlaybook } from './parse.ts';

const n = 'name: { zh: 步, en: step }';

/** What is wrong, as `line field`, with the first words of why. */
const wrong = (steps: string, more = ''): string[] =>
  (parsePlaybook(`${head('trial', more)}steps:\n${steps}`).problems ?? []).map(
    ({ line, field, en }) => `${line} ${field}: ${en.split(/[.;:(]/)[0]}`,
  );

describe('what is wrong with a playbook is said with its line and field', () => {
  // The head takes five lines; `steps:` is the sixth, and the first step the seventh.
  it.each([
    ['an action that there is not', `  - { id: a, ${n}, do: run shell }`, ['7 steps[0].do: there is no such action']],
    [
      'a step of no kind',
      `  - { id: a, ${n} }`,
      ['7 steps[0]: a step has exactly one of do, playbook, parallel and if, or approval alone'],
    ],
    [
      'a step of two kinds',
      `  - { id: a, ${n}, do: deny address, playbook: b }`,
      ['7 steps[0]: a step has exactly one of do, playbook, parallel and if, or approval alone'],
    ],
    [
      'a field that belongs to another kind',
      `  - { id: a, ${n}, approval: { power: audit }, retry: { times: 1 } }`,
      ['7 steps[0].retry: a step of this kind '],
    ],
    [
      'a field that nobody knows',
      `  - { id: a, ${n}, do: stop app, with: { app: x }, shell: rm }`,
      ['7 steps[0].shell: Unknown field'],
    ],
    [
      'a parameter that there is not',
      `  - { id: a, ${n}, do: deny address, with: { address: 203.0.113.1, port: 3 } }`,
      ['7 steps[0].with.port: deny address has no parameter port'],
    ],
    [
      'a parameter that is missing',
      `  - { id: a, ${n}, do: deny address }`,
      ['7 steps[0].with: deny address needs the parameter address'],
    ],
    [
      'a literal of the wrong type',
      `  - { id: a, ${n}, do: deny address, with: { address: 203.0.113.1, for: soon } }`,
      ['7 steps[0].with.for: This must be a time such as 30m, 2h, 7d'],
    ],
    [
      'none of several',
      `  - { id: a, ${n}, do: set second factor, with: { for: 1h } }`,
      ['7 steps[0].with: set second factor takes exactly one of'],
    ],
    [
      'an expression that cannot be read',
      `  - { id: a, ${n}, do: stop app, with: { app: x }, when: alert.rule = 1 }`,
      ['7 steps[0].when: character 12 of the expression'],
    ],
    [
      'a name that can have no value',
      `  - { id: a, ${n}, do: stop app, with: { app: '\${alert.secret}' } }`,
      ['7 steps[0].with.app: there is nothing called alert'],
    ],
    [
      'an output before its step',
      `  - { id: a, ${n}, do: stop app, with: { app: '\${steps.b.incident}' } }\n  - { id: b, ${n}, do: create incident, with: { title: { zh: 甲, en: a } } }`,
      ['7 steps[0].with.app: no step b has run before this one'],
    ],
    [
      'an output of a branch beside it',
      `  - { id: p, ${n}, parallel: [[{ id: a, ${n}, do: query release }], [{ id: b, ${n}, do: query release, when: steps.a.changed > 0 }]] }`,
      ['7 steps[0].parallel[1][0].when: no step a has run before this one'],
    ],
    [
      'an output that a step has not',
      `  - { id: a, ${n}, do: query release }\n  - { id: b, ${n}, do: query release, when: steps.a.secret > 0 }`,
      ['8 steps[1].when: outputs of the step a are'],
    ],
    [
      'two steps of one id',
      `  - { id: a, ${n}, do: query release }\n  - { id: a, ${n}, do: query release }`,
      ['8 steps[1].id: two steps have this id'],
    ],
    [
      'a measure that cannot be lifted, to be lifted',
      `  - { id: a, ${n}, do: stop session, with: { person: x }, compensate: true }`,
      ['7 steps[0].compensate: this action applies nothing that could be lifted'],
    ],
    [
      'a power that there is not',
      `  - { id: a, ${n}, approval: { power: root } }`,
      ['7 steps[0].approval.power: Must be one of'],
    ],
    [
      'an input that is not declared',
      `  - { id: a, ${n}, do: stop app, with: { app: '\${input.app}' } }`,
      ['7 steps[0].with.app: there is nothing called input'],
    ],
  ])('%s', (_name, steps, expected) => expect(wrong(steps)).toEqual(expected));

  it('says it in both languages, without repeating what was written', () => {
    const secret = 'sk_live_51H';
    const { problems = [] } = parsePlaybook(`${head('trial')}steps:\n  - { id: a, ${n}, do: '${secret}', when: '${secret} ==' }`);
    expect(problems.length).toBeGreaterThan(0);
    for (const { zh, en } of problems) {
      expect(zh).toMatch(/[一-龥]/);
      expect(zh + en).not.toContain(secret);
    }
  });

  it('names one trigger at a time', () => {
    const text = head('trial').replace('[{ manual: true }]', '[{ manual: true, schedule: { every: 1h } }, {}]');
    const { problems = [] } = parsePlaybook(`${text}steps: [{ id: a, ${n}, do: query release }]`);
    expect(problems.map(({ field }) => field)).toEqual(['triggers[0]', 'triggers[1]']);
  });
});

describe('hostile files', () => {
  const refused = (text: string): boolean => parsePlaybook(text).problems !== undefined;
  it.each([
    ['aliases that multiply', `a: &a [x, x]\nb: [*a, *a, *a]\n${head('x')}steps: []`],
    ['too many characters', `${head('x')}# ${'x'.repeat(maxPlaybookLength)}`],
    ['brackets without end', '['.repeat(50_000)],
    ['keys that occur twice', `${head('x')}id: y\nsteps: []`],
    ['a key that everything inherits', `${head('x')}__proto__: { polluted: 1 }\nsteps: []`],
    ['a tag that makes objects', `!!js/function "function () {}"`],
    ['a list', '- a\n- b'],
    ['nothing', ''],
  ])('%s are refused', (_name, text) => expect(refused(text)).toBe(true));

  it('refuses steps that are nested too deeply, and too many', () => {
    const nest = (depth: number): string =>
      depth === 0 ? `{ id: z, ${n}, do: query release }` : `{ id: i${depth}, ${n}, if: 'true', onTrue: [${nest(depth - 1)}] }`;
    expect(wrong(`  - ${nest(8)}`)).toEqual([]);
    expect(wrong(`  - ${nest(9)}`).join()).toContain('nested more than 8 deep');
    const many = Array.from(
      { length: 6 },
      (_none, branch) =>
        `[${Array.from({ length: 40 }, (_other, at) => `{ id: s${branch}-${at}, ${n}, do: query release }`).join(', ')}]`,
    );
    expect(wrong(`  - { id: p, ${n}, parallel: [${many.join(', ')}] }`).join()).toContain('more than 200 steps');
  });

  it('lets playbooks run each other neither in a circle nor without end', () => {
    const of = (id: string, runs: string) => {
      const { playbook } = parsePlaybook(`${head(id)}steps: [{ id: s, ${n}, playbook: ${runs} }]`);
      if (playbook === undefined) throw new Error('unusable');
      return playbook;
    };
    const end = parsePlaybook(`${head('end')}steps: [{ id: s, ${n}, do: query release }]`).playbook;
    const chain = new Map(
      ['a b', 'b c', 'c d', 'd e', 'e end', 'round trip', 'trip round', 'lost nowhere'].map((pair) => {
        const [id = '', runs = ''] = pair.split(' ');
        return [id, of(id, runs)] as const;
      }),
    );
    const link = (id: string): string | undefined => {
      const from = chain.get(id);
      if (from === undefined) throw new Error('no such playbook');
      return linkPlaybook(from, (other) => (other === 'end' ? end : chain.get(other))).problems[0]?.en;
    };
    expect(link('d')).toBeUndefined();
    expect(link('c')).toBeUndefined();
    expect(link('a')).toContain('more than 3 deep');
    expect(link('round')).toContain('comes to run itself');
    expect(link('lost')).toContain('there is no playbook');
  });
});
