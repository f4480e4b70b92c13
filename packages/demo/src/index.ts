export { releaseNumbers } from './actor/crowd.ts';
export { type Actor, type ActorEvent, type ActorOptions, startActor } from './actor.ts';
export { type DemoBackend, type DemoBackendOptions, startDemoBackend } from './backend/server.ts';
export { demoBusinesses } from './businesses.ts';
export { demoCast } from './company/cast.ts';
export { type DemoRole, demoCompany, demoRoles } from './company.ts';
export {
  type DemoConfigOptions,
  type DemoOperations,
  type DemoPorts,
  demoConfig,
  demoMiniprogram,
  demoPolicies,
  demoSources,
} from './config.ts';
export { demoAccounts } from './credentials.ts';
export { type CurlLine, type CurlTargets, curlLines } from './curl-lines.ts';
export { type DemoEmulatorOptions, demoEmulator } from './emulator.ts';
export { type StoryScript, storyScripts } from './story-scripts.ts';
export { type DemoAssignment, type DemoLearner, demoAssignments, demoLearners, demoTip } from './training.ts';
