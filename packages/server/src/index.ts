export { type ConfigProblem, type ConfigResult, loadConfig } from './config/load.ts';
export { ConfigError, type Platform, type PlatformOptions, startPlatform } from './platform.ts';
