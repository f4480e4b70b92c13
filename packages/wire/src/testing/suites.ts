import { createSuiteA, createSuiteS, type Suite, suiteAPrimitives } from '../index.ts';
import { nodeSuiteAPrimitives, nodeSuiteSPrimitives } from '../node/index.ts';

/** Every suite that there is, over every set of primitives. */
export const suites: readonly (readonly [name: string, suite: Suite])[] = [
  ['A, own primitives', createSuiteA(suiteAPrimitives)],
  ['A, node:crypto', createSuiteA(nodeSuiteAPrimitives)],
  ['S', createSuiteS(nodeSuiteSPrimitives)],
];
