import type { getCampaign } from '@menshen/contract';
import type { Output } from '../../api/call.ts';

export type CampaignDetail = Output<typeof getCampaign>;
