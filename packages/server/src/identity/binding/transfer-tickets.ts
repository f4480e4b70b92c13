import { hash } from 'node:crypto';
import { MenshenError, type TicketRequest } from '@menshen/contract';
import { formatTicket, parseTicket, type TicketGrant, type TicketUse, ticketLifetimeMs } from '@menshen/wire';
import type { Session } from '../model.ts';
import type { BindingStore } from './store.ts';

/** Uploads that a client may have prepared at once. */
const maxWaiting = 20;

/** Where the ticket is used. */
export interface TransferPlace {
  readonly use: TicketUse;
  /** Normalised. */
  readonly host: string;
  readonly app: string;
  /** Path and query as sent. */
  readonly target: string;
}

export interface TransferTickets {
  /** Throws MenshenError `rate_limited` when too many wait for their use. */
  issue(session: Session, host: string, request: TicketRequest): Promise<TicketGrant>;
  /** The SHA-256 that the one file must have, in lower-case hexadecimal; `null` when the ticket is not good for this use of this session, or was used. */
  consume(text: string, session: Session, place: TransferPlace): Promise<{ readonly sha256: string | null } | null>;
}

const boundTo = ({ use, host, app, target }: TransferPlace): string => JSON.stringify([use, host, app, target]);
const digest = (bytes: Uint8Array): string => hash('sha256', bytes, 'base64url');

/** Tickets that stand in for a signature where the platform builds the request itself. Only their hash is stored. */
export function createTransferTickets(parts: {
  readonly store: BindingStore;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}): TransferTickets {
  const { store, clock, random } = parts;
  return {
    async issue(session, host, request) {
      const now = clock();
      if ((await store.ticketsOf(session.sid, now)) >= maxWaiting) throw new MenshenError('rate_limited', { retryAfter: 10 });
      const bytes = random(32);
      const expiresAt = now + ticketLifetimeMs;
      await store.addTicket(digest(bytes), {
        sid: session.sid,
        boundTo: boundTo({ use: request.use, host, app: session.app, target: request.target }),
        sha256: request.use === 'upload' ? request.sha256 : null,
        expires: expiresAt,
      });
      return { ticket: formatTicket(bytes), expiresAt, serverTime: now };
    },
    async consume(text, session, place) {
      const bytes = parseTicket(text);
      const ticket = bytes === null ? null : await store.consumeTicket(digest(bytes), clock());
      if (ticket === null || ticket.sid !== session.sid || ticket.boundTo !== boundTo(place)) return null;
      return { sha256: ticket.sha256 };
    },
  };
}
