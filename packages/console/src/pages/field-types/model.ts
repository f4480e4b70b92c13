import type { getSchema } from '@menshen/contract';
import type { Output } from '../../api/call.ts';

export type RouteSchema = Output<typeof getSchema>;

export interface RouteKey {
  readonly app: string;
  readonly route: string;
}
