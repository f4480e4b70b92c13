import type { Detector } from '../../detector.ts';
import { pageFlows } from './page-flows.ts';
import { serverFlows } from './server-flows.ts';

export const taintDetectors: readonly Detector[] = [pageFlows, serverFlows];
