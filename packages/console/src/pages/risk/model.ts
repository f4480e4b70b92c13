import type { getRisk } from '@menshen/contract';
import type { Output } from '../../api/call.ts';

export type RiskDetail = Output<typeof getRisk>;
