import { encodeHex, type SuiteBase } from '@menshen/wire';
import type { Abort } from '../abort.ts';
import { answerInvalid, mistake } from '../error.ts';
import type { Runtime } from '../phone/runtime.ts';
import type { OutgoingRequest } from '../requests/outgoing.ts';
import type { Refusal } from '../requests/refusal.ts';
import { bodyBytes, targetOf } from '../requests/sent-form.ts';
import type { Settings } from '../settings.ts';
import type { MenshenOptions, StepUpChallenge } from '../types.ts';
import type { FactorClient } from './factor-client.ts';
import type { FactorChallenge } from './factor-types.ts';
import { proveBySoter } from './soter.ts';

/** What a question is about; `body` counts for approvals. */
export type AskedRequest = Pick<OutgoingRequest, 'method' | 'url' | 'body'>;

export interface StepUp {
  /** Counts the step-ups of the session that succeeded. */
  readonly count: number;
  /**
   * `false`: the refusal stands. `true`: the request is worth sending again. A text is the approval to send it with. `countWhenSent` is {@link StepUp.count} at
   * the time it was sent: a step-up of the session that another request brought about since then serves this one too.
   */
  ask(refusal: Refusal, request: AskedRequest, countWhenSent: number, abort: Abort): Promise<boolean | string>;
}

export interface StepUpParts {
  readonly settings: Settings;
  readonly runtime: Runtime;
  readonly suite: Pick<SuiteBase, 'hash'>;
  readonly client: FactorClient;
  readonly hook: MenshenOptions['onStepUp'];
}

/** What the gateway wants: a factor proved lately, or one for this very request. */
export function formOf(refusal: Refusal): StepUpChallenge['form'] {
  return refusal.fields.form === 'approval' ? 'approval' : 'freshness';
}

/**
 * Asks the person for a second factor: one question at a time, and one for all requests that want the session to be fresh. A hook that fails counts as "no".
 */
export function createStepUp({ settings, runtime, suite, client, hook }: StepUpParts): StepUp {
  let count = 0;
  let fresh: Promise<boolean | string> | null = null;
  let last: Promise<unknown> = Promise.resolve();

  const run = async (refusal: Refusal, request: AskedRequest): Promise<boolean | string> => {
    const { error, fields } = refusal;
    const { method, url } = request;
    const form = formOf(refusal);
    let begun: FactorChallenge | null = null;
    let granted: boolean | string = false;
    const begin: StepUpChallenge['begin'] = async (kind) => {
      const operation =
        form === 'approval'
          ? { operation: { method, ...targetOf(url, settings.origin), bodySha256: encodeHex(suite.hash(bodyBytes(request))) } }
          : {};
      begun = (await client.post('challenge', { purpose: form, kind, ...operation })) as unknown as FactorChallenge;
      return begun;
    };
    const answer: StepUpChallenge['answer'] = async (proof) => {
      if (begun === null) throw mistake('begin before answer');
      const { approval } = await client.post('verify', { ...proof, challenge: begun.challenge });
      if (form === 'approval' && !/^map1\.[\w-]+$/.test(String(approval))) throw answerInvalid(settings.locale);
      granted = form === 'approval' ? String(approval) : true;
    };
    try {
      const said =
        hook !== undefined &&
        (await hook({
          form,
          reasons: texts(fields.reasons),
          explanations: texts(fields.explanations),
          maxAgeSeconds: typeof fields.maxAgeSeconds === 'number' ? fields.maxAgeSeconds : undefined,
          message: error.message,
          request: { method, url },
          factors: client.factors.list,
          begin,
          answer,
          async soter(mode) {
            const { soter } = await begin('soter');
            await answer(await proveBySoter(settings, runtime, String(soter?.challenge), mode));
          },
        }));
      return said !== false && (granted || (said === true && form === 'freshness'));
    } catch {
      return false;
    }
  };

  const inTurn = (work: () => Promise<boolean | string>): Promise<boolean | string> => {
    const mine = last.then(work);
    last = mine;
    return mine;
  };

  return {
    get count() {
      return count;
    },
    ask(refusal, request, countWhenSent, abort) {
      if (hook === undefined) return Promise.resolve(false);
      if (formOf(refusal) === 'approval') return inTurn(async () => !abort.aborted && run(refusal, request));
      if (count !== countWhenSent) return Promise.resolve(true);
      if (fresh === null) {
        fresh = inTurn(async () => {
          const passed = await run(refusal, request);
          if (passed) count += 1;
          fresh = null;
          return passed;
        });
      }
      return fresh;
    },
  };
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((text): text is string => typeof text === 'string') : [];
}
