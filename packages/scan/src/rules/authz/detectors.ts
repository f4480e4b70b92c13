import { authorizationDetector } from '../../authz/detector.ts';
import type { Detector } from '../../detector.ts';

export const authzDetectors: readonly Detector[] = [authorizationDetector];
