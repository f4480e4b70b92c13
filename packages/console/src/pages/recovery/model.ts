import type { getRecovery } from '@menshen/contract';
import type { Output } from '../../api/call.ts';

export type RecoveryData = Output<typeof getRecovery>;
