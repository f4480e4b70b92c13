import type { Detector } from './model.ts';
import { sqlDetector } from './sql/detector.ts';

/** All detectors that the product runs, in the order of the reference page. */
export const detectors: readonly Detector[] = [sqlDetector];
