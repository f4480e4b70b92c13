import type { InspectionLimits } from '../profile.ts';
import type { HeaderFacts } from './headers.ts';

/**
 * What was read of header lines that a connection sends again and again. Whoever reads heads makes one for a list that came twice, and hands it on with that very
 * list and no other; the inspector and the detection fill it.
 */
export interface HeaderMemo {
  checked: { readonly method: string; readonly limits: InspectionLimits; readonly facts: HeaderFacts } | null;
  /** Nothing was found, `by` an engine, in so many values for so many steps. */
  clean: { readonly by: object; readonly values: number; readonly steps: number } | null;
}

/** A memo of lines that nobody has read yet. */
export const createHeaderMemo = (): HeaderMemo => ({ checked: null, clean: null });
