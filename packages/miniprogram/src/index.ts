export type { BindingProof, BindingWay, SessionUser } from '@menshen/wire';
export { createMenshen } from './create-menshen.ts';
export { type Language, type LocalErrorCode, MenshenError, type MenshenErrorCode } from './error.ts';
export type { HttpMethod, WxPlatform } from './platform.ts';
export type {
  Answer,
  BindingChallenge,
  Menshen,
  MenshenEvents,
  MenshenOptions,
  RequestHandle,
  RequestOptions,
  RetryPolicy,
  SessionEnded,
  SessionInfo,
  StepUpChallenge,
} from './types.ts';
