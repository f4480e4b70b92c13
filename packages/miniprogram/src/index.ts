export type { BindingProof, BindingWay, SessionUser } from '@menshen/wire';
export { createMenshen } from './create-menshen.ts';
export type { Envelope } from './envelope-types.ts';
export { type Language, type LocalErrorCode, MenshenError, type MenshenErrorCode } from './error.ts';
export type {
  EndOtherSessions,
  Enrolled,
  Enrolment,
  EnrolmentConfirmation,
  EnrolmentProof,
  EnrolmentRequest,
  Factor,
  FactorChallenge,
  FactorKind,
  FactorProof,
  Factors,
  SecondFactors,
  SentCode,
  SmsDelivery,
  SoterMode,
  SoterProof,
} from './factors/factor-types.ts';
export type { HttpMethod, WxPlatform, WxSocketTask } from './phone/platform.ts';
export type {
  Answer,
  BindingChallenge,
  Menshen,
  MenshenEvents,
  MenshenOptions,
  RequestHandle,
  RequestOptions,
  RetryPolicy,
  ServerKey,
  SessionEnded,
  SessionInfo,
  SocketOptions,
  StepUpChallenge,
  UploadOptions,
} from './types.ts';
