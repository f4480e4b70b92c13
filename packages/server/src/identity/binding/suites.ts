import { createSuiteA, createSuiteS, type ServerSuite, type SuiteName } from '@menshen/wire';
import { nodeSuiteAPrimitives, nodeSuiteSPrimitives } from '@menshen/wire/node';

/** The suites of client protocol 1 over `node:crypto`. */
export const serverSuites: Readonly<Record<SuiteName, ServerSuite>> = {
  A: createSuiteA(nodeSuiteAPrimitives),
  S: createSuiteS(nodeSuiteSPrimitives),
};
