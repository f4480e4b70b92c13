import { MenshenError } from '@menshen/contract';
import type { Challenge, SendLimit } from './challenge-store.ts';
import type { FactorContext, Origin, Subject } from './context.ts';
import { type BudgetKind, challengeMs, maskedPhone } from './model.ts';
import { SmsError } from './providers/sms-provider.ts';
import type { FactorCaller } from './service.ts';

/** Between two messages to one person, in ms. */
export const resendMs = 60_000;
const perPhone = 10;
/** Of them for devices that are not known: whoever stole a login cannot use up a day's messages. */
const perPhoneByStrangers = 5;
const perAddress = 50;

/** Sends codes by SMS, to the number that the directory holds and to no other. */
export function createSending(context: FactorContext) {
  const { challenges, metrics, clock } = context;

  const takeAll = async (limits: readonly SendLimit[]): Promise<void> => {
    for (const limit of limits) {
      if (await challenges.takeSend(limit, clock())) continue;
      const last = await challenges.lastSend(limit.subject);
      const gapMs = last === null ? 0 : last + limit.gapMs - clock();
      throw new MenshenError('rate_limited', { retryAfter: gapMs > 0 ? Math.ceil(gapMs / 1000) : 3_600 });
    }
  };

  return {
    /** Counts a message by another way than SMS. Throws `rate_limited`. */
    takeMessage: (way: string, uid: string, origin: Origin): Promise<void> =>
      takeAll([
        origin.deviceHash === null
          ? { subject: `${way}-stranger:${uid}`, gapMs: resendMs, perDay: perPhoneByStrangers }
          : { subject: `${way}:${uid}`, gapMs: resendMs, perDay: perPhone },
      ]),

    /**
     * Makes a challenge whose code goes to the person's phone. Throws `factor_unavailable` without a number, `rate_limited`, `sms_unavailable`.
     */
    async sendCode(
      subject: Subject,
      origin: Origin,
      caller: FactorCaller,
      wanted: { readonly kind: BudgetKind; readonly purpose: Challenge['purpose']; readonly subject: string | null },
    ): Promise<{ readonly challenge: Challenge; readonly phone: string }> {
      const phone = context.phoneOf(subject);
      const provider = context.sms();
      if (phone === null || provider === null) throw new MenshenError('factor_unavailable');
      const keyed = context.keyed(`phone ${phone}`);
      await takeAll([
        ...(origin.deviceHash === null
          ? [
              { subject: `address:${caller.address}`, gapMs: 0, perDay: perAddress },
              { subject: `phone-stranger:${keyed}`, gapMs: resendMs, perDay: perPhoneByStrangers },
            ]
          : []),
        { subject: `phone:${keyed}`, gapMs: resendMs, perDay: perPhone },
      ]);
      const id = context.handle();
      const code = context.randomCode();
      const now = clock();
      const challenge: Challenge = {
        id,
        sid: subject.session.sid,
        uid: subject.person.uid,
        ...wanted,
        codeHash: context.keyed(`${id}\n${code}`),
        // Of an enrolment: the number that the code proves.
        pending: wanted.purpose === 'enrolment' ? phone : null,
        created: now,
        expires: now + challengeMs,
      };
      await challenges.addChallenge(challenge);
      try {
        await provider.send({ phone, language: caller.language, code, minutes: challengeMs / 60_000 });
      } catch (error) {
        await challenges.consumeChallenge(id, challenge.sid);
        const reason = error instanceof SmsError ? error.reason : 'unreachable';
        metrics.add('menshen_sms_total', `provider="${provider.name}",outcome="${reason}"`);
        if (reason === 'limited') throw new MenshenError('rate_limited', { retryAfter: 3_600 }, { cause: error });
        throw new MenshenError('sms_unavailable', {}, { cause: error });
      }
      metrics.add('menshen_sms_total', `provider="${provider.name}",outcome="sent"`);
      return { challenge, phone: maskedPhone(phone) };
    },
  };
}

export type Sending = ReturnType<typeof createSending>;
