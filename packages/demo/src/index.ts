export { demoCast } from './company/cast.ts';
export { type DemoRole, demoCompany, demoRoles } from './company.ts';
export { type DemoConfigOptions, type DemoPorts, demoConfig, demoPolicies } from './config.ts';
export { demoAccounts } from './credentials.ts';
export { type DemoEmulatorOptions, demoEmulator } from './emulator.ts';
