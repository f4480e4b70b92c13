import { bearer } from '@menshen/wire';
import type { OutgoingRequest } from './outgoing.ts';
import type { StoredSession } from './session-store.ts';

/** Gives a request what proves the session to the gateway: headers over method, address and body as they will be sent. */
export type RequestAuthorizer = (request: OutgoingRequest, session: StoredSession) => Promise<Readonly<Record<string, string>>>;

/** Proof by possession of the session token (RFC 6750). */
export const bearerAuthorizer: RequestAuthorizer = (_request, session) =>
  Promise.resolve({ authorization: bearer(session.token) });
