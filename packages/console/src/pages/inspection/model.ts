import type { getInspection } from '@menshen/contract';
import type { Output } from '../../api/call.ts';

export type Inspection = Output<typeof getInspection>;
