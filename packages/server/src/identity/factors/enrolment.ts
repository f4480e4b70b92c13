import {
  type FactorKind,
  MenshenError,
  type MfaCodeAnswer,
  type MfaCodeRequest,
  type MfaConfirmAnswer,
  type MfaConfirmRequest,
  type MfaEnrolAnswer,
  type MfaEnrolRequest,
} from '@menshen/contract';
import { factorChangeEvent } from '../../audit/factor-events.ts';
import type { Session } from '../model.ts';
import type { Answers } from './answers.ts';
import type { Challenge } from './challenge-store.ts';
import { type Checks, proofOf, type RightProof, soterDevice } from './checks.ts';
import type { FactorContext, Origin, Subject } from './context.ts';
import { enrolmentMs, isFresh, passwordMaxLength, passwordMinLength } from './model.ts';
import type { Notices } from './notices.ts';
import { isWeakFactorPassword } from './password-rules.ts';
import type { Recovery } from './recovery.ts';
import { resendMs, type Sending } from './sending.ts';
import type { FactorCaller } from './service.ts';
import type { FactorStepUp } from './step-up.ts';
import { base32, matchTotp, totpDigits, totpPeriodSeconds, totpSecretBytes, totpUri } from './totp.ts';

/** What an enrolment was allowed by, for the record. */
type Permission = 'factor' | 'company_code' | 'phone';

/** What a confirmed enrolment keeps. */
interface Kept {
  readonly secret: string;
  readonly counter: number;
}

export interface EnrolmentParts {
  readonly context: FactorContext;
  readonly answers: Answers;
  readonly checks: Checks;
  readonly sending: Sending;
  readonly notices: Notices;
  readonly recovery: Recovery;
  readonly stepUp: FactorStepUp;
}

const plainLabel = (label: string | undefined): string => (label ?? '').replace(/[\p{Cc}\p{Cf}]/gu, ' ').trim();

/**
 * Enrolling is the weakest moment: whoever holds a stolen WeChat login must not make a factor of their own. It takes a code from the company or a
 * factor that was just proved; the login and its phone number alone never do.
 */
export function createEnrolment(parts: EnrolmentParts) {
  const { context, answers, checks, sending, notices, recovery, stepUp } = parts;
  const { store, challenges, identity, audit, clock, random } = context;

  const refuse = async (subject: Subject, kind: FactorKind, caller: FactorCaller, detail: string): Promise<never> => {
    const { session, person } = subject;
    await audit.record(
      factorChangeEvent({
        ...{ time: clock(), activity: 'refused', uid: person.uid, by: person.uid, kind, app: session.app, session: session.sid },
        ...{ address: caller.address, requestId: caller.requestId, detail },
      }),
    );
    notices.tell(person.uid, session.app, 'refused', kind);
    throw new MenshenError('enrolment_proof_required');
  };

  const permit = async (
    subject: Subject,
    request: MfaEnrolRequest,
    origin: Origin,
    caller: FactorCaller,
  ): Promise<Permission> => {
    const { proof, kind } = request;
    if (isFresh(subject.session, clock())) return 'factor';
    if (proof === undefined) return refuse(subject, kind, caller, 'no proof');
    if ('companyCode' in proof) {
      await context.throttle('try', subject.session, origin, caller);
      if (await identity.companyCodes.useToEnrol(proof.companyCode, subject.person.uid)) return 'company_code';
      return refuse(subject, kind, caller, 'wrong company code');
    }
    if (!subject.app.factors.enrolmentCode.includes('phone')) return refuse(subject, kind, caller, 'no proof by phone here');
    await answers.take({
      ...{ subject, origin, caller, challengeId: proof.challenge },
      purposes: ['enrolment_proof'],
      judge: async (challenge) => (checks.sentCode(challenge, proofOf(proof)) ? { burn: async () => true } : null),
    });
    return 'phone';
  };

  /** A pending enrolment. `subject` carries what allowed it, then the label. */
  const begin = async (subject: Subject, kind: FactorKind, note: string, pending: string | null): Promise<Challenge> => {
    const now = clock();
    const challenge: Challenge = {
      id: context.handle(),
      sid: subject.session.sid,
      uid: subject.person.uid,
      ...{ kind, purpose: 'enrolment', subject: note, codeHash: null, pending },
      created: now,
      expires: now + enrolmentMs,
    };
    await challenges.addChallenge(challenge);
    return challenge;
  };

  const refuseWeak = ({ person, app }: Subject, password: string): void => {
    const words = [person.name, person.uid, app.id, app.name?.zh ?? '', app.name?.en ?? '', 'menshen', '门神'];
    if (isWeakFactorPassword(password, words)) throw new MenshenError('password_weak');
  };

  /** Whether the proof shows that the person holds what is to be enrolled. */
  const possession = async (subject: Subject, challenge: Challenge, request: MfaConfirmRequest): Promise<Kept | null> => {
    const proof = proofOf(request);
    const { pending, kind } = challenge;
    switch (kind) {
      case 'totp': {
        const secret = Buffer.from(pending ?? '', 'base64');
        const step = matchTotp(secret, proof.code, clock(), subject.app.factors.totpWindow);
        return step === null ? null : { secret: secret.toString('base64'), counter: step };
      }
      case 'sms':
        return checks.sentCode(challenge, proof) && pending !== null ? { secret: pending, counter: 0 } : null;
      case 'password':
        // An answer of another form has no password, and an empty one was never judged.
        if (proof.password === '') return null;
        return { secret: await checks.hashPassword(proof.password), counter: 0 };
      case 'soter': {
        const result = await checks.soterResult(subject, challenge, proof);
        return result === null ? null : { secret: soterDevice(result), counter: result.counter };
      }
      default:
        return null;
    }
  };

  return {
    async sendCode(session: Session, request: MfaCodeRequest, caller: FactorCaller): Promise<MfaCodeAnswer> {
      const subject = context.subject(session);
      const { uid } = subject.person;
      const origin = await context.origin(uid, request.device);
      await context.throttle('ask', session, origin, caller);
      if (!subject.app.factors.enrolmentCode.includes(request.by)) throw new MenshenError('factor_unavailable');
      const resendAfter = resendMs / 1000;
      if (request.by === 'phone') {
        const sent = await sending.sendCode(subject, origin, caller, {
          kind: 'phone_proof',
          purpose: 'enrolment_proof',
          subject: null,
        });
        const { id, expires } = sent.challenge;
        return { by: 'phone', expiresAt: expires, resendAfter, challenge: id, phone: sent.phone, serverTime: clock() };
      }
      const wecom = await notices.wecomOf(uid, session.app);
      if (wecom === null) throw new MenshenError('factor_unavailable');
      await sending.takeMessage('wecom', uid, origin);
      const { expiresAt } = await notices.sendEnrolmentCode(wecom, uid, uid);
      return { by: 'wecom', expiresAt, resendAfter, serverTime: clock() };
    },

    async enrol(session: Session, request: MfaEnrolRequest, caller: FactorCaller): Promise<MfaEnrolAnswer> {
      const subject = context.subject(session);
      const { kind } = request;
      const origin = await context.origin(subject.person.uid, request.device);
      await context.throttle('ask', session, origin, caller);
      if (!context.enrollable(subject).includes(kind)) throw new MenshenError('factor_unavailable');
      const permission = await permit(subject, request, origin, caller);
      const note = `${permission}\n${'label' in request ? plainLabel(request.label) : ''}`;
      const answerOf = ({ id, expires }: Challenge) => ({ enrolment: id, kind, expiresAt: expires, serverTime: clock() });
      switch (kind) {
        case 'totp': {
          const secret = random(totpSecretBytes);
          const challenge = await begin(subject, kind, note, Buffer.from(secret).toString('base64'));
          const uri = totpUri(secret, subject.app.name?.zh ?? subject.app.id, subject.person.name || subject.person.uid);
          const totp = { uri, secret: base32(secret), digits: totpDigits, periodSeconds: totpPeriodSeconds };
          return { ...answerOf(challenge), totp };
        }
        case 'sms': {
          const sent = await sending.sendCode(subject, origin, caller, { kind, purpose: 'enrolment', subject: note });
          return { ...answerOf(sent.challenge), sms: { phone: sent.phone, resendAfter: resendMs / 1000 } };
        }
        case 'password': {
          const password = { minLength: passwordMinLength, maxLength: passwordMaxLength };
          return { ...answerOf(await begin(subject, kind, note, null)), password };
        }
        case 'soter': {
          const text = Buffer.from(random(32)).toString('base64url');
          return { ...answerOf(await begin(subject, kind, note, text)), soter: { challenge: text } };
        }
      }
    },

    async confirm(session: Session, request: MfaConfirmRequest, caller: FactorCaller): Promise<MfaConfirmAnswer> {
      const subject = context.subject(session);
      const { uid } = subject.person;
      const origin = await context.origin(uid, request.device);
      // Not a try: who looks for a better password keeps the proof that let them enrol.
      if ('password' in request) refuseWeak(subject, request.password);
      let kept: Kept | null = null;
      const attempt = {
        ...{ subject, origin, caller, challengeId: request.enrolment },
        purposes: ['enrolment'] as const,
        judge: async (challenge: Challenge): Promise<RightProof | null> => {
          kept = await possession(subject, challenge, request);
          return kept === null ? null : { burn: async () => true };
        },
      };
      const challenge = await answers.take(attempt);
      const { secret, counter } = kept ?? { secret: '', counter: 0 };
      const kind = challenge.kind;
      if (secret === '' || kind === 'phone_proof' || kind === 'recovery') throw new MenshenError('challenge_invalid');
      const [permission = '', label = ''] = (challenge.subject ?? '').split('\n');
      const activity = (await context.factorOf(uid, kind)) === null ? 'added' : 'replaced';
      await answers.record(attempt, challenge, null);
      await audit.record(
        factorChangeEvent({
          ...{ time: clock(), activity, uid, by: uid, kind, app: session.app, session: session.sid },
          ...{ address: caller.address, requestId: caller.requestId, detail: permission },
        }),
      );
      const now = clock();
      const factor = { uid, kind, secret, counter, label, created: now, lastUsed: now };
      await store.putFactor(factor);
      notices.tell(uid, session.app, activity, kind);
      const recoveryCodes = await recovery.first(subject);
      const endedSessions = await context.endOthers(subject, request.endOtherSessions);
      const grant = await stepUp.grant(subject, kind, origin);
      const shown = { kind, label: context.labelOf(factor), created: now, lastUsed: now };
      return {
        factor: { ...shown, state: 'active', lockedUntil: null, remaining: null },
        recoveryCodes,
        endedSessions,
        grant,
      };
    },
  };
}
