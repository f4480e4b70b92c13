import type { Readable } from 'node:stream';
import type { GatewayMode, StageName, StageVerdict } from '@menshen/contract';
import type { EventObject } from '../audit/event-object.ts';
import type { GatewayEvent } from '../audit/gateway-event.ts';
import type { Session } from '../identity/model.ts';
import type { Inspected } from '../inspection/live.ts';
import type { HeldReopening } from '../respond/containment/snapshot.ts';
import type { Channel } from './channel.ts';
import type { ClientHeaders } from './headers.ts';
import type { ClientRequest } from './http1/client-request.ts';
import type { ClientResponse } from './http1/client-response.ts';
import type { CompiledApp, CompiledRoute, Runtime } from './runtime.ts';
import type { GuardHold } from './stages/guard.ts';
import type { PaymentHold } from './stages/payment.ts';

/** What a stage decided, for the record. */
export interface StageTrace {
  readonly stage: StageName;
  readonly verdict: StageVerdict;
  readonly code: string | null;
  readonly where: string | null;
  readonly micros: number;
}

/** Where a streamed answer goes. */
export type AnswerSink = Pick<ClientResponse, 'begin' | 'write' | 'finish' | 'destroy'>;

/** The backend's answer: held whole when small, else its first bytes with the rest still to come. */
export interface BackendAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly chunks: Buffer[];
  readonly length: number;
  /** Set when the body did not end within the buffer: sends what has come and then the rest, after status and headers are settled. */
  readonly pump: ((response: AnswerSink) => Promise<number>) | null;
}

/** One request on its way through the pipeline. Stages read it and fill in what they find. */
export interface RequestContext {
  readonly id: string;
  readonly request: ClientRequest;
  readonly response: ClientResponse;
  /** The handshake of a socket. */
  readonly socket?: true;
  readonly runtime: Runtime;
  /** Mode in force for this request; a route may turn `enforce` into `monitor`. */
  mode: GatewayMode;
  /** Arrival, epoch ms. */
  readonly arrived: number;
  /** Arrival on the monotonic clock, ms with fraction. */
  readonly started: number;
  /** The client's address after trusted proxies. */
  readonly address: string;
  readonly method: string;
  /** Path as received, without query; canonical once the route stage has passed. */
  path: string;
  /** Query without the question mark; empty when there is none. As received, canonical once the route stage has passed. */
  query: string;
  app: CompiledApp | null;
  route: CompiledRoute | null;
  params: Readonly<Record<string, string>>;
  session: Session | null;
  parsedQuery: Readonly<Record<string, string | readonly string[]>> | null;
  body: Buffer | null;
  parsedBody: unknown;
  /** A body that is on disk: what goes on to the backend. */
  upload: { readonly size: number; stream(): Readable } | null;
  /** The body as received, once a stage has read it whole. */
  received: Buffer | null;
  /** What inspection found; null where it has not looked. */
  inspected: Inspected | null;
  /** What allow entries say is not to be counted: 1 its address, 2 its person, 3 both. It opens nothing. */
  exempt: number;
  /** Where the tightest limit stands, a flat list of names and values for the answer's head; null where it is not to be told. */
  rateHeaders: readonly string[] | null;
  /** What is left of it, 0 to 1. */
  rateLeft: number;
  /** What it is about, for the record, once it is known which. */
  object: EventObject | null;
  policies: readonly string[];
  /** Fields of the answer that the deciding policies mask (`@mask`). */
  masked: readonly string[];
  /** The encrypted channel, once it is open. */
  channel: Channel | null;
  /** Masked fields that this request is shown. */
  revealed: readonly string[];
  /** The campaign that it is about, once the guard knows which; null on all other routes. */
  campaign: string | null;
  /** What it holds of the campaigns' ledger; null on routes without guards. */
  guard: GuardHold | null;
  /** The notification of WeChat Pay that it is, once that is verified; null on all other routes. */
  payment: PaymentHold | null;
  /** Measures that are being taken back in steps and have let it through; null where there is none. */
  reopened: readonly HeldReopening[] | null;
  /** Whether its answer is one that was given before, so that the backend is not asked. */
  replayed: boolean;
  answer: BackendAnswer | null;
  /** The answer's headers for the client. */
  clientHeaders: ClientHeaders;
  /** Gives up what is under way for this request; called when the client has gone. */
  abandon: (() => void) | null;
  intent: number | null;
  backendMicros: number | null;
  bytesIn: number;
  readonly traces: StageTrace[];
  /** Its event in the log, once an intent was recorded. */
  event: GatewayEvent | null;
}
