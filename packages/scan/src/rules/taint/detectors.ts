import type { Detector } from '../../detector.ts';

export const taintDetectors: readonly Detector[] = [];
