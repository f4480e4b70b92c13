import type { Detector } from '../../detector.ts';
import { extraData } from './extra-data.ts';
import { reach } from './reach.ts';
import { leftAtSignOut } from './sign-out.ts';

export const miniProgramDetectors: readonly Detector[] = [extraData, leftAtSignOut, reach];
