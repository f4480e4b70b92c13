import type { HttpMethod } from './platform.ts';
import type { Refusal } from './refusal.ts';
import type { MenshenOptions } from './types.ts';

export interface StepUp {
  /** Counts the step-ups that succeeded. */
  readonly count: number;
  /**
   * Whether the request is worth sending again. `countWhenSent` is {@link StepUp.count} at the time it was sent: a step-up that another request brought
   * about since then serves this one too.
   */
  ask(refusal: Refusal, request: { readonly method: HttpMethod; readonly url: string }, countWhenSent: number): Promise<boolean>;
}

/** Ten requests that need a second factor at once ask the person once. A hook that fails counts as "no". */
export function createStepUp(hook: MenshenOptions['onStepUp']): StepUp {
  let count = 0;
  let pending: Promise<boolean> | null = null;

  return {
    get count() {
      return count;
    },
    ask(refusal, request, countWhenSent) {
      if (hook === undefined) return Promise.resolve(false);
      if (count !== countWhenSent) return Promise.resolve(true);
      if (pending === null) {
        const { reasons } = refusal.fields;
        const challenge = {
          reasons: Array.isArray(reasons) ? reasons.filter((reason): reason is string => typeof reason === 'string') : [],
          message: refusal.error.message,
          request: { method: request.method, url: request.url },
        };
        pending = Promise.resolve(challenge)
          .then(hook)
          .then(
            (passed) => passed === true,
            () => false,
          )
          .then((passed) => {
            if (passed) count += 1;
            pending = null;
            return passed;
          });
      }
      return pending;
    },
  };
}
