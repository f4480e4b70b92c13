import type { Detector } from '../../detector.ts';
import { cleartextEndpoints, queryCredentials } from './network/cleartext.ts';
import { tlsOff } from './network/tls.ts';
import { scriptPatterns } from './script/run.ts';
import { textPatterns } from './text/run.ts';

export const patternDetectors: readonly Detector[] = [cleartextEndpoints, queryCredentials, tlsOff, scriptPatterns, textPatterns];
