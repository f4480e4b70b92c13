import type { Detector } from '../../detector.ts';

export const dependencyDetectors: readonly Detector[] = [];
