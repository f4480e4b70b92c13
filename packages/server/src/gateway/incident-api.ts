import { incidentApi } from '@menshen/contract';
import type { Session } from '../identity/model.ts';
import type { ClientIncidents } from '../respond/incidents/client.ts';
import { writeJson } from './answer.ts';
import type { ClientCall } from './client-call.ts';
import { readJson } from './read-json.ts';

/** `/_menshen/v1/incidents`: what the session's own person noticed. Nothing of any incident comes back but the number. */
export function incidentOperations(
  incidents: ClientIncidents,
  sessionOf: (call: ClientCall) => Promise<Session>,
): Readonly<Record<string, (call: ClientCall) => Promise<void>>> {
  return {
    'POST v1/incidents': async (call) => {
      const session = await sessionOf(call);
      const body = await readJson(call.request, incidentApi.incidentReport, call.received);
      const answer = incidentApi.incidentReported.parse(await incidents.report(session, body));
      writeJson(call.response, 200, JSON.stringify(answer), call.id);
    },
  };
}
