export { nodeSuiteAPrimitives } from './suite-a-primitives.ts';
