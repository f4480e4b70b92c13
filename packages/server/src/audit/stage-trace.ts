import type { StageName, StageVerdict } from '@menshen/contract';

/** What a stage decided, for the record. */
export interface StageTrace {
  readonly stage: StageName;
  readonly verdict: StageVerdict;
  readonly code: string | null;
  readonly where: string | null;
  readonly micros: number;
}
