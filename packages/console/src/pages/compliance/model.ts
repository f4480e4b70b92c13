import type { getComplianceItem } from '@menshen/contract';
import type { Output } from '../../api/call.ts';

export type ComplianceItem = Output<typeof getComplianceItem>;
