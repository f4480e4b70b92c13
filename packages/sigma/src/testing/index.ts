export { correlationStateContract } from './correlation-state-contract.ts';
