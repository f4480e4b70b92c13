import { privacyApi } from '@menshen/contract';
import type { Session } from '../identity/model.ts';
import type { ClientPrivacy } from '../privacy/client.ts';
import { writeJson } from './answer.ts';
import type { ClientCall } from './client-call.ts';
import { readJson } from './read-json.ts';

/**
 * `/_menshen/v1/privacy/...`: purposes, consent and requests of the session's own person. `certainOf` also throws for a session of which it is in doubt
 * whose it is.
 */
export function privacyOperations(
  privacy: ClientPrivacy,
  sessionOf: (call: ClientCall) => Promise<Session>,
  certainOf: (call: ClientCall) => Promise<Session>,
): Readonly<Record<string, (call: ClientCall) => Promise<void>>> {
  const answer = (call: ClientCall, value: unknown): void => void writeJson(call.response, 200, JSON.stringify(value), call.id);
  return {
    'GET v1/privacy/purposes': async (call) => {
      const session = await sessionOf(call);
      answer(call, privacyApi.purposesAnswer.parse({ purposes: privacy.purposes(session) }));
    },
    'POST v1/privacy/consents': async (call) => {
      const session = await sessionOf(call);
      const body = await readJson(call.request, privacyApi.consentRequest, call.received);
      answer(call, privacyApi.consentAnswer.parse(await privacy.consent(session, body)));
    },
    'GET v1/privacy/requests': async (call) => {
      const session = await certainOf(call);
      answer(call, privacyApi.requestsAnswer.parse({ requests: await privacy.requests(session) }));
    },
    'POST v1/privacy/requests': async (call) => {
      const session = await certainOf(call);
      const body = await readJson(call.request, privacyApi.subjectRequest, call.received);
      answer(call, privacyApi.requestView.parse(await privacy.request(session, body)));
    },
    'POST v1/privacy/export': async (call) => {
      const session = await certainOf(call);
      const { request } = await readJson(call.request, privacyApi.exportRequest, call.received);
      answer(call, privacyApi.exportAnswer.parse(await privacy.exported(session, request)));
    },
  };
}
