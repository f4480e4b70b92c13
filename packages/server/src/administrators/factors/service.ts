import { MenshenError, type SecondFactorProof } from '@menshen/contract';
import { detectionEvent } from '../../audit/events.ts';
import type { Audit } from '../../audit/service.ts';
import { makeRecoveryCode, recoveryCodeHash } from '../../identity/factors/recovery-codes.ts';
import { base32, matchTotp, totpSecretBytes, totpUri } from '../../identity/factors/totp.ts';
import type { Attempts } from '../attempts.ts';
import type { AccountRef } from '../model.ts';
import type { PasskeyService } from '../passkeys/service.ts';
import type { FactorState, FactorStore } from './store.ts';

const recoveryCodeCount = 10;
/** Wrong tries in a row after which a factor counts no more until another administrator resets it (NIST SP 800-63B-4 3.2.2 allows 100). */
const disabledAfter = 50;

export interface FactorParts {
  readonly store: FactorStore;
  readonly passkeys: PasskeyService;
  readonly attempts: Attempts;
  readonly audit: Audit;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

export interface FactorService {
  state(administrator: string): Promise<FactorState>;
  newTotp(account: AccountRef): { readonly secret: Uint8Array; readonly text: string; readonly uri: string };
  uriOf(account: AccountRef, secret: Uint8Array): { readonly text: string; readonly uri: string };
  /** Takes a TOTP secret into use with a code that it gives now. Throws `admin_factor_failed`, or `ticket_invalid` when the first is not the first. */
  enrolTotp(account: AccountRef, secret: Uint8Array, code: string, place: 'first' | 'replace'): Promise<void>;
  /** The account's first recovery codes; null when it has some. */
  firstRecoveryCodes(administrator: string): Promise<string[] | null>;
  renewRecoveryCodes(administrator: string): Promise<string[]>;
  /**
   * Checks a proof of the account and uses it up. Counted before it is looked at, by account: only who knows the password comes this far.
   * Throws `admin_factor_failed` or `admin_locked`.
   */
  prove(account: AccountRef, proof: SecondFactorProof, challenge: string | null): Promise<void>;
  /** An alarm: a passkey whose counter went back. */
  alarmCounter(account: AccountRef): Promise<void>;
  removeAll(administrator: string): Promise<void>;
  removeTotp(administrator: string): Promise<boolean>;
}

const attemptKey = (administrator: string): string => `factor:${administrator}`;

/** Second factors of administrators: TOTP (RFC 6238, window 0), recovery codes, passkeys. */
export function createFactorService(parts: FactorParts): FactorService {
  const { store, passkeys, attempts, audit, clock, random } = parts;

  const alarmCounter = async (account: AccountRef): Promise<void> => {
    await audit.record(
      detectionEvent({
        time: clock(),
        rule: 'passkey_counter',
        severity: 'critical',
        title: 'the signature counter of an administrator passkey did not grow: it may have been copied',
        detail: { administrator: account.username },
      }),
    );
  };

  const check = async (account: AccountRef, proof: SecondFactorProof, challenge: string | null): Promise<boolean> => {
    switch (proof.method) {
      case 'totp': {
        const secret = await store.totpSecret(account.id);
        const counter = matchTotp(secret ?? random(totpSecretBytes), proof.code, clock(), 0);
        return secret !== null && counter !== null && (await store.burnCounter(account.id, counter));
      }
      case 'recovery_code':
        return await store.burnRecoveryCode(account.id, recoveryCodeHash(proof.code));
      case 'passkey': {
        if (challenge === null) return false;
        const { outcome } = await passkeys.assert(account, proof.response, challenge);
        if (outcome === 'counter') await alarmCounter(account);
        return outcome === 'right';
      }
    }
  };

  const renewRecoveryCodes = async (administrator: string): Promise<string[]> => {
    const codes = Array.from({ length: recoveryCodeCount }, () => makeRecoveryCode(random));
    await store.setRecoveryCodes(administrator, codes.map(recoveryCodeHash));
    return codes;
  };

  return {
    state: (administrator) => store.state(administrator),
    newTotp(account) {
      const secret = random(totpSecretBytes);
      return { secret, text: base32(secret), uri: totpUri(secret, 'Menshen', account.username) };
    },
    uriOf: (account, secret) => ({ text: base32(secret), uri: totpUri(secret, 'Menshen', account.username) }),
    async enrolTotp(account, secret, code, place) {
      const counter = matchTotp(secret, code, clock(), 0);
      if (counter === null) throw new MenshenError('admin_factor_failed');
      // The code that confirmed the secret opens nothing again.
      if (place === 'replace') await store.setTotp(account.id, secret, counter, clock());
      else if (!(await store.addTotp(account.id, secret, counter, clock()))) throw new MenshenError('ticket_invalid');
    },
    async firstRecoveryCodes(administrator) {
      return (await store.state(administrator)).recoveryCodes > 0 ? null : await renewRecoveryCodes(administrator);
    },
    renewRecoveryCodes,
    async prove(account, proof, challenge) {
      const key = attemptKey(account.id);
      if ((await attempts.failures(key)) >= disabledAfter || !(await attempts.take(key, clock())))
        throw new MenshenError('admin_locked');
      if (!(await check(account, proof, challenge))) throw new MenshenError('admin_factor_failed');
      await attempts.clear(key);
    },
    alarmCounter,
    async removeAll(administrator) {
      await store.removeAll(administrator);
      await attempts.clear(attemptKey(administrator));
    },
    removeTotp: (administrator) => store.removeTotp(administrator),
  };
}
