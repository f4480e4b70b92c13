import { describe, expect, test } from 'vitest';
import type { CompiledPolicies } from './compiled-policies.ts';
import { Random } from './differential/random.ts';
import type { Entity } from './entity.ts';
import { EntityRef } from './entity-ref.ts';
import { loadPolicies } from './load-policies.ts';
import type { CedarRecord } from './value.ts';
import { compareDecisions, type RecordedQuestion } from './what-if.ts';

function load(text: string): CompiledPolicies {
  const result = loadPolicies({ files: [{ name: 'policies.cedar', text }], schema: null });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.policies;
}

const hr = new EntityRef('Menshen::Role', 'hr');

function question(person: string, action: string, attrs: CedarRecord = {}, reference?: string): RecordedQuestion {
  const principal = new EntityRef('Menshen::User', person);
  const groups = person.startsWith('hr') ? [hr.key] : [];
  const known: Entity = { type: principal.type, id: principal.id, attrs, ancestors: new Set(groups) };
  const resource = new EntityRef('Menshen::App', 'portal');
  return {
    request: { principal, action: { type: 'Menshen::Action', id: action }, resource, context: {} },
    entities: { get: (type, id) => (type === known.type && id === known.id ? known : undefined) },
    ...(reference === undefined ? {} : { reference }),
  };
}

const READ = '@id("all-read") permit(principal, action == Menshen::Action::"read", resource);';
const HR_READ = '@id("hr-read") permit(principal in Menshen::Role::"hr", action == Menshen::Action::"read", resource);';
const HR_WRITE = '@id("hr-write") permit(principal in Menshen::Role::"hr", action == Menshen::Action::"write", resource);';
const LOCKED = '@id("locked") forbid(principal, action, resource) when { principal.locked };';

describe('what changes', () => {
  test('is told by policy, with examples', () => {
    const questions = [
      question('zhang', 'read', {}, 'audit-1'),
      question('li', 'read'),
      question('hr1', 'read'),
      question('hr1', 'write'),
      question('zhang', 'write'),
    ];
    const report = compareDecisions(load(READ), load(HR_READ + HR_WRITE), questions, { examples: 1 });
    expect(report).toMatchObject({
      questions: 5,
      allowedBefore: 3,
      allowedAfter: 2,
      allowedToRefused: 2,
      refusedToAllowed: 1,
      otherPolicies: 1,
      ungrouped: 0,
    });
    expect(report.groups).toEqual([
      {
        change: 'allowed_to_refused',
        cause: 'permit_lost',
        policy: 'all-read',
        count: 2,
        examples: [
          {
            principal: { type: 'Menshen::User', id: 'zhang' },
            action: { type: 'Menshen::Action', id: 'read' },
            resource: { type: 'Menshen::App', id: 'portal' },
            reference: 'audit-1',
            before: ['all-read'],
            after: [],
          },
        ],
      },
      {
        change: 'refused_to_allowed',
        cause: 'permit_added',
        policy: 'hr-write',
        count: 1,
        examples: [expect.objectContaining({ before: [], after: ['hr-write'], reference: null })],
      },
    ]);
  });

  test('names a forbid that is new or gone, and an error that is new or gone', () => {
    const questions = [question('a', 'read', { locked: true }), question('b', 'read', { locked: false }), question('c', 'read')];
    const forward = compareDecisions(load(READ), load(READ + LOCKED), questions);
    const causes = forward.groups.map(({ change, cause, policy, count }) => [change, cause, policy, count]);
    expect(causes).toEqual([
      ['allowed_to_refused', 'forbid_added', 'locked', 1],
      ['allowed_to_refused', 'error_added', 'locked', 1],
    ]);
    const backward = compareDecisions(load(READ + LOCKED), load(READ), questions);
    expect(backward.groups.map(({ change, cause }) => [change, cause])).toEqual([
      ['refused_to_allowed', 'forbid_removed'],
      ['refused_to_allowed', 'error_removed'],
    ]);
  });

  test('is nothing between equal policies, and nothing of an unreadable source', () => {
    const broken: RecordedQuestion = {
      ...question('a', 'read'),
      entities: {
        get: () => {
          throw new Error('no database');
        },
      },
    };
    const report = compareDecisions(load(READ), load(READ), [question('a', 'read'), broken]);
    expect(report).toMatchObject({ questions: 2, allowedBefore: 1, allowedAfter: 1, groups: [], otherPolicies: 0 });
  });
});

describe('bounds', () => {
  test('hold however many questions and policies there are', () => {
    const random = new Random(7);
    const many = Array.from(
      { length: 50 },
      (_, index) => `@id("p${index}") permit(principal == Menshen::User::"u${index}", action, resource);`,
    );
    function* questions(): Iterable<RecordedQuestion> {
      for (let index = 0; index < 20_000; index++) yield question(`u${random.below(50)}`, 'read');
    }
    const report = compareDecisions(load(many.join('\n')), load(''), questions(), { groups: 10, examples: 2 });
    expect(report.allowedToRefused).toBe(20_000);
    expect(report.groups).toHaveLength(10);
    expect(report.groups.every((group) => group.examples.length === 2)).toBe(true);
    expect(report.groups.reduce((sum, group) => sum + group.count, 0) + report.ungrouped).toBe(20_000);
  });
});
