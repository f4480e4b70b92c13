import type { Detector } from '../../detector.ts';

export const patternDetectors: readonly Detector[] = [];
