import type { Detector } from '../../detector.ts';
import { clientPlatform } from './client-platform.ts';
import { loggedNames } from './logged-names.ts';
import { pageFlows } from './page-flows.ts';
import { secretFlows } from './secret-flows.ts';
import { serverFlows } from './server-flows.ts';
import { sessionKeys } from './session-keys.ts';
import { plainStorage } from './storage.ts';

export const taintDetectors: readonly Detector[] = [
  pageFlows,
  serverFlows,
  secretFlows,
  sessionKeys,
  clientPlatform,
  loggedNames,
  plainStorage,
];
