import { learnApi, MenshenError } from '@menshen/contract';
import type { Session } from '../identity/model.ts';
import { writeJson } from './answer.ts';
import type { ClientCall } from './client-call.ts';
import { readJson } from './read-json.ts';

/** Gives a ticket for the page of learners; null where none is served. */
export type LearnTicket = (uid: string) => Promise<{ readonly url: string; readonly expiresAt: number } | null>;

/** `POST /_menshen/v1/learn`: from a session of the gateway to the page for learners. */
export function learnOperations(
  ticket: LearnTicket,
  sessionOf: (call: ClientCall) => Promise<Session>,
  clock: () => number,
): Readonly<Record<string, (call: ClientCall) => Promise<void>>> {
  return {
    'POST v1/learn': async (call) => {
      const { person } = await sessionOf(call);
      await readJson(call.request, learnApi.learnRequest, call.received);
      if (person.kind !== 'employee') throw new MenshenError('audience_refused');
      const made = await ticket(person.uid);
      if (made === null) throw new MenshenError('route_undeclared');
      writeJson(call.response, 200, JSON.stringify(learnApi.learnAnswer.parse({ ...made, serverTime: clock() })), call.id);
    },
  };
}
