import type {
  FactorKind,
  FactorView,
  Language,
  MfaAnswer,
  MfaChallengeAnswer,
  MfaChallengeRequest,
  MfaCodeAnswer,
  MfaCodeRequest,
  MfaConfirmAnswer,
  MfaConfirmRequest,
  MfaEnrolAnswer,
  MfaEnrolRequest,
  MfaRecoveryAnswer,
  MfaRecoveryRequest,
  MfaRemoveAnswer,
  MfaRemoveRequest,
  MfaVerifyAnswer,
  MfaVerifyRequest,
} from '@menshen/contract';
import type { Session } from '../model.ts';
import type { Caller } from '../service.ts';

/** A call of a session's owner, with the language that its answer is wanted in. */
export interface FactorCaller extends Caller {
  readonly language: Language;
}

/**
 * Second factors of the people in the directory. Every method that serves a session throws MenshenError: `factor_unavailable` for who has no such
 * factor to use here, `factor_failed`, `factor_locked`, `factor_disabled`, `challenge_invalid`, `enrolment_proof_required`, `mfa_required`,
 * `rate_limited`, `sms_unavailable`, `password_weak`; `retryAfter` (seconds) stands in the details where waiting helps.
 */
export interface FactorService {
  /** `device`: the known device that the client says it is. */
  state(session: Session, device: string | undefined): Promise<MfaAnswer>;
  challenge(session: Session, request: MfaChallengeRequest, caller: FactorCaller): Promise<MfaChallengeAnswer>;
  /** Counts the try before it looks at the proof, and burns the proof before it grants. */
  verify(session: Session, request: MfaVerifyRequest, caller: FactorCaller): Promise<MfaVerifyAnswer>;
  /** Sends the person the proof that enrolling asks for. */
  sendCode(session: Session, request: MfaCodeRequest, caller: FactorCaller): Promise<MfaCodeAnswer>;
  enrol(session: Session, request: MfaEnrolRequest, caller: FactorCaller): Promise<MfaEnrolAnswer>;
  confirm(session: Session, request: MfaConfirmRequest, caller: FactorCaller): Promise<MfaConfirmAnswer>;
  remove(session: Session, request: MfaRemoveRequest, caller: FactorCaller): Promise<MfaRemoveAnswer>;
  regenerate(session: Session, request: MfaRecoveryRequest, caller: FactorCaller): Promise<MfaRecoveryAnswer>;

  /** For the gateway: whether this call used up the approval of exactly this operation by this session; true at most once. */
  consumeApproval(token: string, sid: string, operationDigest: string): Promise<boolean>;

  /** For administrators. */
  factorsOf(uid: string): Promise<{ readonly factors: readonly FactorView[]; readonly knownDevices: number }>;
  removeFactor(uid: string, kind: FactorKind, reason: string, by: string): Promise<{ removed: boolean; ended: number }>;
  unlockFactor(uid: string, kind: FactorKind, reason: string, by: string): Promise<{ unlocked: boolean; ended: number }>;
  issueEnrolmentCode(
    uid: string,
    deliver: 'show' | 'wecom',
    by: string,
  ): Promise<{ readonly code: string | null; readonly expiresAt: number }>;
  /** Forgets what has expired; called on a schedule. */
  maintain(): Promise<void>;
  /** Resolves when no notice is on its way any more. */
  settled(): Promise<void>;
}
