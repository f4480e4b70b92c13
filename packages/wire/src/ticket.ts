import { decodeBase64url, encodeBase64url } from './base64url.ts';

/**
 * From the client: stands in for the signature where the platform builds the request itself (`wx.uploadFile`, `wx.connectSocket`). Sent besides the
 * session token.
 */
export const ticketHeader = 'X-Menshen-Ticket';

/** How long a ticket waits for its use. */
export const ticketLifetimeMs = 60_000;

/** `upload` is a multipart `POST` with one file, `socket` a WebSocket handshake (`GET`). */
export type TicketUse = 'upload' | 'socket';

/** Body of the signed `POST ticket`. */
export interface TicketBody {
  readonly use: TicketUse;
  /** Path and query as they will be sent. */
  readonly target: string;
  /** SHA-256 of the file in lower-case hexadecimal, in either suite: the platform can compute it. For `upload` only, and always there. */
  readonly sha256?: string;
}

/** Answer of `POST ticket`. Times are in epoch milliseconds of the server. */
export interface TicketGrant {
  readonly ticket: string;
  readonly expiresAt: number;
  readonly serverTime: number;
}

const prefix = 'mtk1.';

/** `mtk1.` and base64url of 32 random bytes. The gateway keeps a hash of them with session, use, host, app, target and digest, and takes them once. */
export function formatTicket(bytes: Uint8Array): string {
  if (bytes.length !== 32) throw new TypeError('wire: a ticket has 32 bytes');
  return prefix + encodeBase64url(bytes);
}

/** The bytes of a ticket; `null` when it has not the exact form. */
export function parseTicket(text: string): Uint8Array | null {
  return text.length === 48 && text.slice(0, prefix.length) === prefix ? decodeBase64url(text.slice(prefix.length), 32) : null;
}
