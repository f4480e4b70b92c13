export * from './crypto-error.ts';
export * from './js-api.ts';
export * from './message-codec.ts';
export * from './message-xml.ts';
export * from './open-data.ts';
export * from './session-signature.ts';
export * from './soter.ts';
export * from './user-key.ts';
