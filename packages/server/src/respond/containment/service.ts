import type { Measured, MeasurePreview } from '@menshen/contract';
import type { AccountRef } from '../../administrators/model.ts';
import type { Measure, Request } from './model.ts';

/** Where a request for approval has come to. `measure` once it was carried out. */
export type PendingMeasure =
  | { readonly state: 'pending' | 'refused' | 'expired' | 'cancelled' }
  | { readonly state: 'applied'; readonly measure: Measure };

export interface MeasureFilter {
  readonly show: 'active' | 'ended' | 'all';
  readonly incident?: string | undefined;
  /** Those that began before, epoch ms. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Measures of containment. What is asked for here is in force on every node within a second of the answer. */
export interface ContainmentService {
  /** What the measure would have stopped in the last hour. */
  preview(measured: Measured): Promise<MeasurePreview>;
  /**
   * Takes a measure, or asks for the second person that its risk class needs here: it is then carried out when they approve. The same idempotency key
   * gets the same measure, or the same request for approval. `by` of a playbook is an account of its own making: id and name `playbook:NAME`.
   * @throws MenshenError `validation_failed` with `field` and `problem`, `conflict` when the key was used for something else, `audit_unwritable`
   */
  apply(request: Request, by: AccountRef): Promise<{ readonly measure: Measure } | { readonly approvalId: string }>;
  /** Where a request for approval of {@link apply} has come to; null when there is none by that id. */
  pending(approvalId: string): Promise<PendingMeasure | null>;
  /** Ends a measure; what another measure holds stays held. @throws MenshenError `not_found`, `conflict` when it has ended, `audit_unwritable` */
  lift(id: string, reason: string, by: string): Promise<Measure>;
  list(filter: MeasureFilter): Promise<Measure[]>;
  find(id: string): Promise<Measure | null>;
}

/** Hears of what is done for an incident, to write it into its timeline. */
export interface IncidentTimeline {
  contained(
    incident: string,
    entry: {
      readonly at: number;
      readonly by: string;
      readonly measure: Measure;
      readonly step: 'applied' | 'lifted' | 'expired';
    },
  ): Promise<void>;
}
