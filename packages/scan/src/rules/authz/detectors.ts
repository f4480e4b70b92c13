import { authorizationDetector } from '../../authz/detector.ts';
import { plainPasswordDetector } from '../../authz/password-detector.ts';
import type { Detector } from '../../detector.ts';

export const authzDetectors: readonly Detector[] = [authorizationDetector, plainPasswordDetector];
