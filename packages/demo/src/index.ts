export { type Actor, type ActorOptions, startActor } from './actor.ts';
export { type DemoBackend, startDemoBackend } from './backend/server.ts';
export { demoCast } from './company/cast.ts';
export { type DemoRole, demoCompany, demoRoles } from './company.ts';
export { type DemoConfigOptions, type DemoPorts, demoConfig, demoPolicies } from './config.ts';
export { demoAccounts } from './credentials.ts';
export { type CurlLine, curlLines } from './curl-lines.ts';
export { type DemoEmulatorOptions, demoEmulator } from './emulator.ts';
