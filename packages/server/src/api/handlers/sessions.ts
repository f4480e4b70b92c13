import * as contract from '@menshen/contract';
import type { IdentityService } from '../../identity/service.ts';
import { type Bound, bind } from '../bind.ts';

/** People whose sessions are ended at the same time: each is a revocation that every node hears. */
const atOnce = 50;

/** Ending the sessions of everybody. */
export function sessionHandlers(identity: IdentityService): readonly Bound[] {
  return [
    bind(contract.revokeAllSessions, async (call) => {
      // What other nodes have opened meanwhile counts too.
      await identity.refresh();
      const people = [...new Set([...identity.sessions.all()].map((session) => session.person.uid))];
      let ended = 0;
      for (let at = 0; at < people.length; at += atOnce) {
        const group = people.slice(at, at + atOnce);
        const counts = await Promise.all(group.map((uid) => identity.endSessionsOf(uid, call.body.reason, call.by)));
        ended += counts.reduce((sum, count) => sum + count, 0);
      }
      return { people: people.length, ended };
    }),
  ];
}
