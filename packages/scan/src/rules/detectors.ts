import type { Detector } from '../detector.ts';
import { authzDetectors } from './authz/detectors.ts';
import { configDetectors } from './config/detectors.ts';
import { dependencyDetectors } from './dependencies/detectors.ts';
import { miniProgramDetectors } from './miniprogram/detectors.ts';
import { patternDetectors } from './patterns/detectors.ts';
import { privacyDetectors } from './privacy/detectors.ts';
import { secretDetectors } from './secrets/detectors.ts';
import { taintDetectors } from './taint/detectors.ts';

/** Every search, in the order in which it runs. */
export const detectors: readonly Detector[] = [
  ...secretDetectors,
  ...configDetectors,
  ...privacyDetectors,
  ...dependencyDetectors,
  ...patternDetectors,
  ...miniProgramDetectors,
  ...taintDetectors,
  ...authzDetectors,
];
