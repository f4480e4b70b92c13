export { createEnvelope, type EnvelopeOptions } from './envelope.ts';
export type { Envelope } from './envelope-types.ts';
