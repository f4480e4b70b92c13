export * from './api/index.ts';
export type { BindRequest, Channel, LoginAnswer, LoginRequest, SealedRequest, TicketRequest } from './client.ts';
export * as clientApi from './client.ts';
export type * from './client-mfa.ts';
export * as mfaApi from './client-mfa.ts';
export * from './config.ts';
export * from './directory-config.ts';
export * from './endpoint.ts';
export * from './errors.ts';
