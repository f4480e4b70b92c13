import type { Detector } from '../../detector.ts';
import { cloudRules } from './cloud-rules.ts';
import { miniProgramSettings } from './mini-program.ts';
import { switches } from './switches.ts';

export const configDetectors: readonly Detector[] = [miniProgramSettings, cloudRules, switches];
