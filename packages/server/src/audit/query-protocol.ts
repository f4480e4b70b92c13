import type { RuleBook } from '../inspection/replay.ts';
import type { OutcomeName } from './log/index/row.ts';

/** Which events are meant; all fields must hold. Times in epoch ms. */
export interface QueryFilter {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly app?: string | undefined;
  readonly outcome?: OutcomeName | undefined;
  readonly code?: string | undefined;
  readonly uid?: string | undefined;
  readonly address?: string | undefined;
  readonly route?: string | undefined;
  readonly requestId?: string | undefined;
  readonly session?: string | undefined;
  readonly objectType?: string | undefined;
  /** Id of what the event is about. Of several, any. */
  readonly object?: string | readonly string[] | undefined;
  readonly method?: string | undefined;
  /** OCSF class. */
  readonly classUid?: number | undefined;
  /** Part of path, action or message. */
  readonly q?: string | undefined;
  /** Only requests through the gateway, or only everything else. */
  readonly requests?: boolean | undefined;
  /** Log indexes below, or above. */
  readonly before?: number | undefined;
  readonly after?: number | undefined;
}

/** A row of the index. */
export interface QueryRow {
  readonly index: number;
  readonly time: number;
  readonly classUid: number;
  readonly activityId: number;
  readonly severityId: number;
  readonly statusId: number;
  readonly outcome: OutcomeName;
  readonly app: string | null;
  readonly action: string | null;
  readonly route: string | null;
  readonly method: string | null;
  readonly path: string | null;
  readonly status: number | null;
  readonly code: string | null;
  readonly uid: string | null;
  readonly address: string | null;
  readonly requestId: string | null;
  readonly objectType: string | null;
  readonly object: string | null;
  readonly latencyMicros: number;
}

export type QueryCall = { readonly id: number } & (
  | { readonly op: 'rows'; readonly filter: QueryFilter; readonly limit: number; readonly ascending: boolean }
  | {
      readonly op: 'summary';
      readonly filter: QueryFilter & { readonly from: number; readonly to: number };
      readonly buckets: number;
    }
  | { readonly op: 'count'; readonly filter: QueryFilter }
  | { readonly op: 'logins'; readonly from: number }
  | { readonly op: 'inspection'; readonly filter: InspectedFilter; readonly buckets: number }
  | {
      readonly op: 'replay';
      readonly filter: InspectedFilter;
      readonly before: RuleBook;
      readonly after: RuleBook;
      readonly now: number;
    }
  | { readonly op: 'head' }
  | { readonly op: 'entry'; readonly index: number }
  | { readonly op: 'prove'; readonly index: number }
  | { readonly op: 'verify' }
);

export type QueryAnswer = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: string };

/** Which requests with findings are meant. Times in epoch ms. */
export interface InspectedFilter {
  readonly from: number;
  readonly to: number;
  readonly app?: string | undefined;
}
