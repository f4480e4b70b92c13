import { hash } from 'node:crypto';
import {
  type FactorKind,
  MenshenError,
  type MfaChallengeAnswer,
  type MfaChallengeRequest,
  type MfaGrant,
  type MfaVerifyAnswer,
  type MfaVerifyRequest,
} from '@menshen/contract';
import { operationDigestOf } from '@menshen/wire';
import type { Session } from '../model.ts';
import type { Answers } from './answers.ts';
import type { Approvals } from './approvals.ts';
import type { Challenge } from './challenge-store.ts';
import { type Checks, proofOf } from './checks.ts';
import type { FactorContext, Origin, Subject } from './context.ts';
import { challengeMs, methodsOf } from './model.ts';
import type { Notices } from './notices.ts';
import { resendMs, type Sending } from './sending.ts';
import type { FactorCaller } from './service.ts';

const sha256 = (data: Uint8Array): Uint8Array => hash('sha256', data, 'buffer');

export interface StepUpParts {
  readonly context: FactorContext;
  readonly answers: Answers;
  readonly checks: Checks;
  readonly sending: Sending;
  readonly approvals: Approvals;
  readonly notices: Notices;
}

/** Challenges and their answers: a fresher session, or the approval of one operation. */
export function createFactorStepUp({ context, answers, checks, sending, approvals, notices }: StepUpParts) {
  const { store, challenges, identity, clock, random } = context;

  /** Raises the session and gives its new token. The record of the proof is durable before. */
  const grant = async (subject: Subject, kind: FactorKind, origin: Origin): Promise<MfaGrant> => {
    const { sid } = subject.session;
    const raised = await identity.stepUp.raise(sid, methodsOf(kind), subject.app.factors.assuranceSeconds * 1_000);
    if (raised === null) throw new MenshenError('session_revoked');
    const device = await context.remember(subject.person.uid, origin);
    const { session, token } = raised;
    return {
      purpose: 'freshness',
      token,
      assurance: session.assurance,
      secondFactorAt: session.secondFactorAt ?? clock(),
      expiresAt: Math.min(session.idleExpires, session.absoluteExpires),
      idleSeconds: Math.round(session.idleMs / 1000),
      serverTime: clock(),
      ...(device === undefined ? {} : { device }),
    };
  };

  const operationOf = (request: MfaChallengeRequest): string | null => {
    if (request.purpose !== 'approval') return null;
    const { method, path, query, bodySha256 } = request.operation;
    return operationDigestOf(method, path, query, bodySha256, sha256);
  };

  return {
    grant,
    async challenge(session: Session, request: MfaChallengeRequest, caller: FactorCaller): Promise<MfaChallengeAnswer> {
      const subject = context.subject(session);
      const { kind, purpose } = request;
      const origin = await context.origin(subject.person.uid, request.device);
      await context.throttle('ask', session, origin, caller);
      if (!subject.app.factors.kinds.includes(kind)) throw new MenshenError('factor_unavailable');
      const operation = operationOf(request);
      if (kind === 'sms') {
        const factor = await context.factorOf(subject.person.uid, 'sms');
        if (factor === null || !context.isUsable(factor, subject)) throw new MenshenError('factor_unavailable');
        const sent = await sending.sendCode(subject, origin, caller, { kind, purpose, subject: operation });
        const sms = { phone: sent.phone, resendAfter: resendMs / 1000 };
        return { challenge: sent.challenge.id, kind, expiresAt: sent.challenge.expires, sms, serverTime: clock() };
      }
      if (kind === 'soter' && !context.hasSoter(subject)) throw new MenshenError('factor_unavailable');
      const text = kind === 'soter' ? Buffer.from(random(32)).toString('base64url') : null;
      const now = clock();
      const challenge: Challenge = {
        id: context.handle(),
        sid: session.sid,
        uid: subject.person.uid,
        ...{ kind, purpose, subject: operation, codeHash: null, pending: text },
        created: now,
        expires: now + challengeMs,
      };
      // Also for a factor that the person does not have: that there is none is not to be learnt here.
      await challenges.addChallenge(challenge);
      return {
        challenge: challenge.id,
        kind,
        expiresAt: challenge.expires,
        ...(text === null ? {} : { soter: { challenge: text } }),
        serverTime: now,
      };
    },

    async verify(session: Session, request: MfaVerifyRequest, caller: FactorCaller): Promise<MfaVerifyAnswer> {
      const subject = context.subject(session);
      const { uid } = subject.person;
      const origin = await context.origin(uid, request.device);
      const attempt = {
        ...{ subject, origin, caller, challengeId: request.challenge },
        purposes: ['freshness', 'approval'] as const,
        judge: async (challenge: Challenge) => {
          if (challenge.kind === 'phone_proof') return null;
          const factor = await context.factorOf(uid, challenge.kind);
          const usable = factor !== null && context.isUsable(factor, subject) ? factor : null;
          return checks.judge(challenge.kind, challenge, usable, subject, proofOf(request));
        },
      };
      const challenge = await answers.take(attempt);
      if (challenge.kind === 'phone_proof') throw new MenshenError('challenge_invalid');
      await answers.record(attempt, challenge, null);
      await store.touchFactor(uid, challenge.kind, clock());
      if (challenge.kind === 'recovery') notices.tell(uid, session.app, 'recovery_used', 'recovery');
      if (challenge.purpose !== 'approval') return grant(subject, challenge.kind, origin);
      if (challenge.subject === null) throw new MenshenError('challenge_invalid');
      const approval = await approvals.issue(session, challenge.subject);
      const device = await context.remember(uid, origin);
      return {
        purpose: 'approval',
        approval: approval.token,
        expiresAt: approval.expiresAt,
        serverTime: clock(),
        ...(device === undefined ? {} : { device }),
      };
    },
  };
}

export type FactorStepUp = ReturnType<typeof createFactorStepUp>;
