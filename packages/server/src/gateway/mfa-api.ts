import { languageOf, mfaApi } from '@menshen/contract';
import { deviceHeader } from '@menshen/wire';
import type * as z from 'zod';
import type { FactorCaller, FactorService } from '../identity/factors/service.ts';
import type { Session } from '../identity/model.ts';
import type { Caller } from '../identity/service.ts';
import { writeJson } from './answer.ts';
import type { ClientCall } from './client-call.ts';
import { readJson } from './read-json.ts';

type Operations = Readonly<Record<string, (call: ClientCall) => Promise<void>>>;

/** `/_menshen/v1/mfa/...`: second factors of the session's owner. What goes out is held to the contract as well as what comes in. */
export function mfaOperations(
  factors: FactorService,
  sessionOf: (call: ClientCall) => Promise<Session>,
  from: (call: ClientCall) => Caller,
): Operations {
  const callerOf = (call: ClientCall): FactorCaller => ({
    ...from(call),
    language: languageOf(call.request.headers['accept-language']),
  });

  const post =
    <In extends z.ZodType, Out extends z.ZodType>(
      request: In,
      answer: Out,
      work: (session: Session, body: z.output<In>, caller: FactorCaller) => Promise<z.input<Out>>,
    ) =>
    async (call: ClientCall): Promise<void> => {
      // The session first: a stranger learns nothing of the form of a body.
      const session = await sessionOf(call);
      const body = await readJson(call.request, request, call.received);
      const made = answer.parse(await work(session, body, callerOf(call)));
      writeJson(call.response, 200, JSON.stringify(made), call.id);
    };

  return {
    'GET v1/mfa': async (call) => {
      const session = await sessionOf(call);
      const device = call.request.headers[deviceHeader.toLowerCase()];
      const made = mfaApi.mfaAnswer.parse(await factors.state(session, typeof device === 'string' ? device : undefined));
      writeJson(call.response, 200, JSON.stringify(made), call.id);
    },
    'POST v1/mfa/challenge': post(mfaApi.mfaChallengeRequest, mfaApi.mfaChallengeAnswer, factors.challenge),
    'POST v1/mfa/verify': post(mfaApi.mfaVerifyRequest, mfaApi.mfaVerifyAnswer, factors.verify),
    'POST v1/mfa/code': post(mfaApi.mfaCodeRequest, mfaApi.mfaCodeAnswer, factors.sendCode),
    'POST v1/mfa/enrol': post(mfaApi.mfaEnrolRequest, mfaApi.mfaEnrolAnswer, factors.enrol),
    'POST v1/mfa/enrol/confirm': post(mfaApi.mfaConfirmRequest, mfaApi.mfaConfirmAnswer, factors.confirm),
    'POST v1/mfa/remove': post(mfaApi.mfaRemoveRequest, mfaApi.mfaRemoveAnswer, factors.remove),
    'POST v1/mfa/recovery': post(mfaApi.mfaRecoveryRequest, mfaApi.mfaRecoveryAnswer, factors.regenerate),
  };
}
