import { type FactorKind, MenshenError } from '@menshen/contract';
import { factorChangeEvent, secondFactorEvent } from '../../audit/factor-events.ts';
import type { Challenge } from './challenge-store.ts';
import type { RightProof } from './checks.ts';
import type { FactorContext, Origin, Subject } from './context.ts';
import { type BudgetKind, budgetRule, budgetState } from './model.ts';
import type { Notices } from './notices.ts';
import type { FactorCaller } from './service.ts';

/** One answer to a challenge, and who gives it. */
export interface Attempt {
  readonly subject: Subject;
  readonly origin: Origin;
  readonly caller: FactorCaller;
  readonly challengeId: string;
  /** The purposes that this endpoint answers; a challenge of another one is none. */
  readonly purposes: readonly Challenge['purpose'][];
  readonly judge: (challenge: Challenge) => Promise<RightProof | null>;
}

/** `phone_proof` is an SMS code as far as the record goes. */
export const recordedKind = (kind: BudgetKind): FactorKind => (kind === 'phone_proof' ? 'sms' : kind);

/** Takes answers to challenges, each counted before anybody looks at it and used up before anything follows from it. */
export function createAnswers(context: FactorContext, notices: Notices) {
  const { store, challenges, audit, metrics, clock } = context;

  const record = (attempt: Pick<Attempt, 'subject' | 'origin' | 'caller'>, challenge: Challenge, code: string | null) => {
    const { session, person } = attempt.subject;
    metrics.add('menshen_second_factors_total', `outcome="${code === null ? 'passed' : 'refused'}"`);
    return audit.record(
      secondFactorEvent({
        time: clock(),
        uid: person.uid,
        app: session.app,
        channel: session.channel,
        session: session.sid,
        address: attempt.caller.address,
        userAgent: attempt.caller.userAgent,
        requestId: attempt.caller.requestId,
        kind: recordedKind(challenge.kind),
        purpose: challenge.purpose === 'enrolment_proof' ? 'enrolment' : challenge.purpose,
        code,
        device: attempt.origin.deviceHash === null ? 'stranger' : 'known',
        operation: challenge.purpose === 'approval' ? challenge.subject : null,
      }),
    );
  };

  const refuse = async (attempt: Attempt, challenge: Challenge, error: MenshenError): Promise<never> => {
    await record(attempt, challenge, error.code);
    throw error;
  };

  /** Why a try was not even counted. */
  const shut = async (uid: string, kind: BudgetKind, origin: Origin): Promise<MenshenError> => {
    const now = clock();
    const budgets = (await store.budgets(uid)).filter((budget) => budget.kind === kind);
    const state = budgetState(kind, budgets, origin.source, now);
    if (state.state === 'disabled') return new MenshenError('factor_disabled');
    const waitMs = state.state === 'locked' ? state.until - now : 1_000;
    return new MenshenError('factor_locked', { retryAfter: Math.max(1, Math.ceil(waitMs / 1000)) });
  };

  /** The lock ends what the session has under way, so that nobody waits it out with an old challenge (Keycloak issue 26180). */
  const locked = async (attempt: Attempt, challenge: Challenge, failures: number): Promise<void> => {
    const { session, person } = attempt.subject;
    await challenges.dropChallenges(session.sid, challenge.kind);
    await audit.record(
      factorChangeEvent({
        time: clock(),
        activity: 'locked',
        uid: person.uid,
        by: person.uid,
        kind: recordedKind(challenge.kind),
        app: session.app,
        session: session.sid,
        address: attempt.caller.address,
        requestId: attempt.caller.requestId,
        detail: `${failures} failures of ${attempt.origin.deviceHash === null ? 'unknown devices' : 'a known device'}`,
      }),
    );
    notices.tell(person.uid, session.app, 'locked', recordedKind(challenge.kind));
  };

  return {
    record,
    /**
     * Judges an answer. The order is the defence: the try is counted against the challenge and against the budget of its source, each by one
     * conditional update, and only then is the answer looked at; a right one consumes the challenge, then the proof, and only then does this resolve.
     * Throws `challenge_invalid`, `factor_locked`, `factor_disabled`, `factor_failed`.
     */
    async take(attempt: Attempt): Promise<Challenge> {
      const { sid } = attempt.subject.session;
      const { uid } = attempt.subject.person;
      const { source } = attempt.origin;
      await context.throttle('try', attempt.subject.session, attempt.origin, attempt.caller);
      const challenge = await challenges.challenge(attempt.challengeId, sid, clock());
      if (challenge === null || challenge.uid !== uid || !attempt.purposes.includes(challenge.purpose))
        throw new MenshenError('challenge_invalid');
      if (!(await challenges.tryChallenge(challenge.id, sid, clock())))
        return refuse(attempt, challenge, new MenshenError('challenge_invalid'));

      // Whoever enrols has shown a proof already, and there is no authenticator yet whose budget it could be.
      const budgeted = challenge.purpose !== 'enrolment';
      const charge = budgeted ? await store.charge(uid, challenge.kind, source, budgetRule(challenge.kind), clock()) : null;
      if (charge?.allowed === false) return refuse(attempt, challenge, await shut(uid, challenge.kind, attempt.origin));

      let proof: RightProof | null;
      try {
        proof = await attempt.judge(challenge);
      } catch (error) {
        if (budgeted) await store.refund(uid, challenge.kind, source);
        throw error;
      }
      if (proof !== null) {
        if (!(await challenges.consumeChallenge(challenge.id, sid)))
          return refuse(attempt, challenge, new MenshenError('challenge_invalid'));
        if (await proof.burn()) {
          if (budgeted) await store.clearBudget(uid, challenge.kind, source);
          return challenge;
        }
      }
      if (charge?.locks === true) await locked(attempt, challenge, charge.failures);
      context.failed?.(attempt.subject.person.uid);
      return refuse(attempt, challenge, new MenshenError('factor_failed'));
    },
  };
}

export type Answers = ReturnType<typeof createAnswers>;
