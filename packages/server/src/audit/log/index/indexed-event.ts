/** How a request or an act ended, as the index stores it. */
export const OUTCOME_IDS = { unknown: 0, passed: 1, refused: 2, failed: 3 } as const;
export type OutcomeName = keyof typeof OUTCOME_IDS;

/** The columns of the index that come from an event, in the order of the table. */
export interface IndexedEvent {
  readonly time: number;
  readonly class_uid: number;
  readonly activity_id: number;
  readonly severity_id: number;
  readonly status_id: number;
  readonly outcome: number;
  readonly app: string | null;
  readonly action: string | null;
  readonly route: string | null;
  readonly method: string | null;
  readonly path: string | null;
  readonly http_status: number | null;
  readonly code: string | null;
  readonly stage: string | null;
  readonly user: string | null;
  readonly dept: string | null;
  readonly address: string | null;
  readonly session: string | null;
  readonly device: string | null;
  readonly request_id: string | null;
  readonly latency_us: number | null;
  readonly bytes_out: number | null;
  readonly message: string | null;
  /** Type and id of what the event is about. */
  readonly object_type: string | null;
  readonly object: string | null;
}
