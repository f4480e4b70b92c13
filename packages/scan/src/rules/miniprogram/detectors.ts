import type { Detector } from '../../detector.ts';

export const miniProgramDetectors: readonly Detector[] = [];
