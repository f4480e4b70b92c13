import type { Detector } from '../../detector.ts';
import { privacyDeclarations } from './declarations.ts';
import { revocation } from './revocation.ts';
import { screens } from './screens.ts';
import { thirdParties } from './third-parties.ts';

export const privacyDetectors: readonly Detector[] = [privacyDeclarations, screens, thirdParties, revocation];
