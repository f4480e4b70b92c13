export { gatewayEvent } from './audit/gateway-event.ts';
export { RECORD } from './audit/log/record.ts';
export { openAuditRoom } from './audit/log/room.ts';
export { RecordBatch } from './audit/record-batch.ts';
export { type ConfigProblem, type ConfigResult, loadConfig } from './config/load.ts';
export { type FieldSealing, startFieldSealing } from './platform/field-sealing.ts';
export { ConfigError, type Platform, type PlatformOptions, startPlatform } from './platform.ts';
