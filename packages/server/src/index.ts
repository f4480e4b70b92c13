export { type ConfigProblem, type ConfigResult, loadConfig } from './config/load.ts';
export { type FieldSealing, startFieldSealing } from './platform/field-sealing.ts';
export { ConfigError, type Platform, type PlatformOptions, startPlatform } from './platform.ts';
