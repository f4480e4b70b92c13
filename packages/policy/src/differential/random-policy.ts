import { formatEntityUid } from '../entity-uid-text.ts';
import type { Random } from './random.ts';
import { ExpressionGenerator } from './random-expression.ts';
import { ACTIONS, anyUid, ENTITY_TYPES } from './vocabulary.ts';

function entityScope(random: Random, variable: 'principal' | 'resource'): string {
  const uid = formatEntityUid(anyUid(random));
  return random.pick([
    variable,
    variable,
    variable,
    variable,
    `${variable} == ${uid}`,
    `${variable} in ${uid}`,
    `${variable} in ${uid}`,
    `${variable} is ${random.pick(ENTITY_TYPES)}`,
    `${variable} is ${random.pick(ENTITY_TYPES)} in ${uid}`,
  ]);
}

function actionScope(random: Random): string {
  const action = (): string => formatEntityUid({ type: 'Menshen::Action', id: random.pick(ACTIONS) });
  return random.pick([
    () => 'action',
    () => 'action',
    () => 'action',
    () => `action == ${action()}`,
    () => `action in ${action()}`,
    () => `action in [${random.list(0, 3, action).join(', ')}]`,
  ])();
}

/** A policy as text, without `@id`. */
export function randomPolicy(random: Random, mistakes: number): string {
  const expressions = new ExpressionGenerator(random, mistakes);
  const scope = [entityScope(random, 'principal'), actionScope(random), entityScope(random, 'resource')].join(', ');
  const clauses = random.list(0, 2, () => {
    const depth = 1 + random.below(4);
    return `${random.pick(['when', 'when', 'unless'])} { ${expressions.expression('bool', depth)} }`;
  });
  return `${random.chance(0.7) ? 'permit' : 'forbid'}(${scope}) ${clauses.join(' ')};`;
}
