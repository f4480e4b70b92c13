import type { Detector } from '../../detector.ts';

export const privacyDetectors: readonly Detector[] = [];
