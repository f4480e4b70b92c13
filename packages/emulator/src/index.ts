export { type AdjustableClock, type Clock, createAdjustableClock, isAdjustable } from './clock.ts';
export {
  type CompanyDepartment,
  type CompanyFile,
  CompanyFileError,
  type CompanyUser,
  parseCompanyFile,
  type WechatPerson,
} from './company/model.ts';
export { createEmulator, type Emulator } from './emulator.ts';
export type { EmulatorRequest, EmulatorResponse } from './http/exchange.ts';
export { createEmulatorFetch } from './in-process-fetch.ts';
export * from './options.ts';
export type { RandomBytes } from './random.ts';
export { type EmulatorServer, type EmulatorServerOptions, startEmulator } from './server.ts';
export type { AliyunSmsOptions, SmsOptions, SmsTemplate, TencentSmsOptions } from './sms/accounts.ts';
export type { QuotaLimit } from './state/quotas.ts';
