import type { Detector } from '../../detector.ts';
import { knownVulnerabilities } from './known.ts';
import { unpinned } from './pinning.ts';

export const dependencyDetectors: readonly Detector[] = [knownVulnerabilities, unpinned];
