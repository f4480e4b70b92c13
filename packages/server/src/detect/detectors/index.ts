import type { Detector } from '../seen.ts';
import { campaigns } from './campaigns.ts';
import { enumeration } from './enumeration.ts';
import { failedLogins } from './failed-logins.ts';
import { hours } from './hours.ts';
import { ownership } from './ownership.ts';
import { privileges } from './privileges.ts';
import { rates } from './rates.ts';
import { replays } from './replays.ts';
import { scanners } from './scanners.ts';
import { serviceAccounts } from './service-accounts.ts';
import { sessions } from './sessions.ts';
import { signatures } from './signatures.ts';
import { suspicion } from './suspicion.ts';
import { travel } from './travel.ts';
import { volumes } from './volumes.ts';

/** Every detection of the baselines. The order matters only where several speak of one event: earlier ones raise the signals that `suspicion` adds up. */
export const baselineDetectors: readonly Detector[] = [
  failedLogins,
  rates,
  signatures,
  replays,
  scanners,
  sessions,
  travel,
  hours,
  ownership,
  enumeration,
  volumes,
  privileges,
  campaigns,
  serviceAccounts,
  suspicion,
];
