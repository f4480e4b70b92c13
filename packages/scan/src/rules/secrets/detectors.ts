import type { Detector } from '../../detector.ts';
import { keyFiles } from './key-files.ts';
import { literalSecrets } from './literals.ts';
import { seededAccounts } from './seeded-accounts.ts';
import { seededScripts } from './seeded-scripts.ts';

export const secretDetectors: readonly Detector[] = [literalSecrets, seededAccounts, seededScripts, keyFiles];
