import type { MfaRecoveryAnswer, MfaRecoveryRequest, MfaRemoveAnswer, MfaRemoveRequest } from '@menshen/contract';
import { MenshenError } from '@menshen/contract';
import { factorChangeEvent } from '../../audit/factor-events.ts';
import type { Session } from '../model.ts';
import type { FactorContext, Subject } from './context.ts';
import { isFresh, recoveryCodeCount } from './model.ts';
import type { Notices } from './notices.ts';
import { makeRecoveryCode, recoveryCodeHash } from './recovery-codes.ts';
import type { FactorCaller } from './service.ts';

/** Recovery codes, and taking factors away: both ask for a factor that was just proved. */
export function createRecovery(context: FactorContext, notices: Notices) {
  const { store, audit, clock, random } = context;

  const renew = async (uid: string): Promise<string[]> => {
    const codes = Array.from({ length: recoveryCodeCount }, () => makeRecoveryCode(random));
    await store.putRecoveryCodes(uid, codes.map(recoveryCodeHash), clock());
    return codes;
  };

  return {
    /** Codes for who has none; null when the app has no such factor, or the person has some. */
    async first({ person, app }: Subject): Promise<string[] | null> {
      if (!app.factors.kinds.includes('recovery')) return null;
      return (await store.recoveryCodes(person.uid)).hashes.length > 0 ? null : renew(person.uid);
    },

    async regenerate(session: Session, request: MfaRecoveryRequest, caller: FactorCaller): Promise<MfaRecoveryAnswer> {
      const subject = context.subject(session);
      const { uid } = subject.person;
      if (!isFresh(session, clock())) throw new MenshenError('mfa_required');
      if (!subject.app.factors.kinds.includes('recovery')) throw new MenshenError('factor_unavailable');
      await context.throttle('ask', session, { source: 'stranger', deviceHash: null }, caller);
      await audit.record(
        factorChangeEvent({
          ...{ time: clock(), activity: 'replaced', uid, by: uid, kind: 'recovery', app: session.app, session: session.sid },
          ...{ address: caller.address, requestId: caller.requestId, detail: 'factor' },
        }),
      );
      const codes = await renew(uid);
      notices.tell(uid, session.app, 'replaced', 'recovery');
      return { codes, endedSessions: await context.endOthers(subject, request.endOtherSessions) };
    },

    async remove(session: Session, request: MfaRemoveRequest, caller: FactorCaller): Promise<MfaRemoveAnswer> {
      const subject = context.subject(session);
      const { uid } = subject.person;
      const { kind } = request;
      if (!isFresh(session, clock())) throw new MenshenError('mfa_required');
      await audit.record(
        factorChangeEvent({
          ...{ time: clock(), activity: 'removed', uid, by: uid, kind, app: session.app, session: session.sid },
          ...{ address: caller.address, requestId: caller.requestId, detail: 'factor' },
        }),
      );
      const removed = await store.removeFactor(uid, kind);
      // Codes for emergencies are no factor by themselves.
      if (kind !== 'recovery' && (await store.factors(uid)).length === 0) await store.removeFactor(uid, 'recovery');
      if (removed) notices.tell(uid, session.app, 'removed', kind);
      return { removed, endedSessions: await context.endOthers(subject, request.endOtherSessions) };
    },
  };
}

export type Recovery = ReturnType<typeof createRecovery>;
