import type { Detector } from '../../detector.ts';

export const configDetectors: readonly Detector[] = [];
