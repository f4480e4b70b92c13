import { challengeHeader } from '@menshen/wire';
import type { PuzzlePlace } from '../../rates/challenge/puzzle.ts';
import { phonePrefix } from '../../rates/phone/text.ts';
import type { Rates } from '../../rates/service.ts';
import type { RequestContext } from '../context.ts';
import { failed, type Refusal, refuse } from '../refusal.ts';

const challengeName = challengeHeader.toLowerCase();

/** The answer to a challenge that came with the request. */
export function solutionOf({ request }: RequestContext): string | undefined {
  const solution = request.headers[challengeName];
  return typeof solution === 'string' ? solution : undefined;
}

export const answersPhone = (context: RequestContext): boolean => solutionOf(context)?.startsWith(phonePrefix) === true;

/** What a puzzle that stands in for a phone check is bound to: one that was given out for less does not serve. */
const inPlaceOfPhone = (place: PuzzlePlace): PuzzlePlace => ({ ...place, route: `${place.route} phone` });

/** One request, and who it is to ask. */
export interface PhoneProofCall {
  readonly context: RequestContext;
  readonly place: PuzzlePlace;
  readonly botScore: () => number;
  /** The plain refusal that is due. */
  readonly refusal: Refusal;
}

/** Whether a request of a customer comes with a phone number that WeChat vouches for: undefined where it does, else the refusal. */
export function createPhoneProof(rates: Rates) {
  const { phones, challenges } = rates;

  const askPuzzle = ({ place, refusal, botScore }: PhoneProofCall): Refusal => ({
    ...refuse('challenge_required', refusal.where),
    extra: { challenge: challenges.issue(inPlaceOfPhone(place), botScore()) },
  });
  return async (call: PhoneProofCall): Promise<Refusal | undefined> => {
    const { context, place, refusal } = call;
    const { session, app } = context;
    // WeCom has no such button, and without a session there is nobody to ask.
    if (session === null || app === null || session.channel !== 'wechat') return refusal;
    const caller = { place, session, app: app.config };
    const puzzled = context.runtime.config.gateway.rates.challenge.phone.unavailable === 'challenge';
    if (await phones.remembered(caller)) {
      context.told = 'phone: passed before';
      return undefined;
    }
    const solution = solutionOf(context);
    if (solution !== undefined && !solution.startsWith(phonePrefix) && puzzled) {
      const state = await challenges.accept(solution, inPlaceOfPhone(place));
      if (state === 'solved') return undefined;
      if (state === 'unavailable') return failed('coordination_unavailable', 'challenge', 5);
    }
    if (solution?.startsWith(phonePrefix) === true) {
      const answer = await phones.accept(solution, caller);
      switch (answer.outcome) {
        case 'passed':
          context.told = 'phone: passed';
          return undefined;
        case 'refused': {
          const refused = refuse(answer.code, answer.where);
          return answer.retryAfter === undefined ? refused : { ...refused, retryAfter: answer.retryAfter };
        }
        case 'unavailable':
          return puzzled ? askPuzzle(call) : failed('phone_check_unavailable', answer.where, answer.retryAfter);
        case 'failed':
          return failed(answer.code, 'challenge', 5);
        case 'ask':
          break;
      }
    }
    if (puzzled && phones.paused(app.config)) return askPuzzle(call);
    return { ...refuse('challenge_required', refusal.where), extra: { challenge: phones.issue(place) } };
  };
}
