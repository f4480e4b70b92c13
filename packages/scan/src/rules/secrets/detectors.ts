import type { Detector } from '../../detector.ts';
import { keyFiles } from './key-files.ts';
import { literalSecrets } from './literals.ts';
import { seededAccounts } from './seeded-accounts.ts';

export const secretDetectors: readonly Detector[] = [literalSecrets, seededAccounts, keyFiles];
