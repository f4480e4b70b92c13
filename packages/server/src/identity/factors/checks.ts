import { timingSafeEqual } from 'node:crypto';
import { type FactorKind, MenshenError } from '@menshen/contract';
import { parseSoterResult, type SoterResult } from '@menshen/wechat';
import { hashPassword, verifyPassword } from '../password.ts';
import type { Challenge } from './challenge-store.ts';
import type { FactorContext, Subject } from './context.ts';
import { recoveryCodeHash } from './recovery-codes.ts';
import type { Factor } from './store.ts';
import { matchTotp, totpSecretBytes } from './totp.ts';

/** What a client offers as proof. What does not fit the kind of its challenge is judged as an empty one, in the same time. */
export interface Proof {
  readonly code: string;
  readonly password: string;
  readonly resultJson: string;
  readonly signature: string;
}

/** A proof that was right, but is not yet used up. */
export interface RightProof {
  /** Uses it up: true for exactly one of any number of callers. */
  readonly burn: () => Promise<boolean>;
}

/** The fields of a request that are proof. */
export function proofOf(request: { [K in keyof Proof]?: string | undefined }): Proof {
  const { code = '', password = '', resultJson = '', signature = '' } = request;
  return { code, password, resultJson, signature };
}

/** Whether both texts are the same, in a time that depends on the length of the first alone. */
export function sameText(expected: string, given: string): boolean {
  const right = Buffer.from(expected);
  const other = Buffer.from(given);
  return (
    timingSafeEqual(right, other.length === right.length ? other : Buffer.alloc(right.length)) && other.length === right.length
  );
}

/** The judges of each kind of proof. A factor that does not exist takes the same work and the same answer (ASVS 5.0 6.3.8). */
export function createChecks(context: FactorContext) {
  const { store, providers, clock, random } = context;
  const decoySecret = random(totpSecretBytes);

  /** The parsed and verified result of SOTER over our challenge, or null. Throws `login_unavailable` when WeChat cannot be asked. */
  const soterResult = async (subject: Subject, challenge: Challenge, proof: Proof): Promise<SoterResult | null> => {
    const client = providers.wechat(subject.app);
    const openid = await context.openidOf(subject);
    let result: SoterResult;
    try {
      result = parseSoterResult(proof.resultJson);
    } catch {
      return null;
    }
    // WeChat's word proves neither freshness nor whose question was answered: the challenge does.
    if (challenge.pending === null || !sameText(challenge.pending, result.challenge)) return null;
    if (client === null || openid === null) return null;
    const { resultJson, signature } = proof;
    const confirmed = await client.verifySoter({ openid, resultJson, signature }).catch((cause: unknown) => {
      throw new MenshenError('login_unavailable', {}, { cause });
    });
    return confirmed ? result : null;
  };

  const burnNothing = async (): Promise<boolean> => true;
  const burnCounter = (uid: string, kind: FactorKind, counter: number) => () => store.advanceCounter(uid, kind, counter, clock());

  return {
    soterResult,
    /** A code by SMS, of whatever purpose. */
    sentCode(challenge: Challenge, proof: Proof): boolean {
      return sameText(challenge.codeHash ?? context.keyed('no code'), context.keyed(`${challenge.id}\n${proof.code}`));
    },
    hashPassword: (password: string): Promise<string> => hashPassword(context.peppered(password)),

    /** Judges the answer to a challenge by the factor, which is null when the person has none of the kind. */
    async judge(
      kind: FactorKind,
      challenge: Challenge,
      factor: Factor | null,
      subject: Subject,
      proof: Proof,
    ): Promise<RightProof | null> {
      const { uid } = subject.person;
      switch (kind) {
        case 'totp': {
          const secret = factor === null ? decoySecret : Buffer.from(factor.secret, 'base64');
          const step = matchTotp(secret, proof.code, clock(), subject.app.factors.totpWindow);
          return step === null || factor === null ? null : { burn: burnCounter(uid, 'totp', step) };
        }
        case 'sms': {
          const right = this.sentCode(challenge, proof);
          return right && factor !== null ? { burn: burnNothing } : null;
        }
        case 'password': {
          const right = await verifyPassword(context.peppered(proof.password), factor?.secret ?? null);
          return right ? { burn: burnNothing } : null;
        }
        case 'recovery': {
          const hash = recoveryCodeHash(proof.code);
          const { hashes } = await store.recoveryCodes(uid);
          return hashes.includes(hash) ? { burn: () => store.useRecoveryCode(uid, hash) } : null;
        }
        case 'soter': {
          const result = await soterResult(subject, challenge, proof);
          if (result === null || factor === null) return null;
          // Any phone that is signed in to this WeChat account can sign; the factor is the one that was enrolled.
          if (!sameText(factor.secret, soterDevice(result))) return null;
          return { burn: burnCounter(uid, 'soter', result.counter) };
        }
      }
    },
  };
}

/** Names the trusted environment of one phone and its user. */
export function soterDevice(result: Pick<SoterResult, 'cpuId' | 'uid'>): string {
  return JSON.stringify([result.cpuId, result.uid]);
}

export type Checks = ReturnType<typeof createChecks>;
