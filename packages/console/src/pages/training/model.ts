import type { getTraining } from '@menshen/contract';
import type { Output } from '../../api/call.ts';

export type TrainingData = Output<typeof getTraining>;
