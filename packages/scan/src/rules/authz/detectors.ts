import type { Detector } from '../../detector.ts';

export const authzDetectors: readonly Detector[] = [];
