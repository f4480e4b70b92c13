import type { ClientRequest } from './http1/client-request.ts';
import type { ClientResponse } from './http1/client-response.ts';

/** A request for one of the gateway's own endpoints. */
export interface ClientCall {
  readonly id: string;
  readonly request: ClientRequest;
  readonly response: ClientResponse;
  readonly address: string;
  readonly path: string;
  readonly query: string;
  /** The body as received, once the session's proof has been held against it. */
  received: Buffer | null;
}
