export { nodeSm2Encryption } from './sm2-encryption.ts';
export { nodeSuiteAPrimitives } from './suite-a-primitives.ts';
export { nodeSuiteSPrimitives } from './suite-s-primitives.ts';
