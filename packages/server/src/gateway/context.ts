import type { Readable } from 'node:stream';
import type { GatewayMode } from '@menshen/contract';
import type { EnvelopeContext } from '@menshen/wire';
import type { EventObject } from '../audit/event-object.ts';
import type { GatewayEvent } from '../audit/gateway-event.ts';
import type { StageTrace } from '../audit/stage-trace.ts';
import type { GuardHold } from '../guard/hold.ts';
import type { SessionBinding } from '../identity/binding/model.ts';
import type { Session } from '../identity/model.ts';
import type { Inspected } from '../inspection/model.ts';
import type { HeldReopening } from '../respond/containment/snapshot.ts';
import type { BackendAnswer } from './backend-answer.ts';
import type { ClientHeaders } from './headers.ts';
import type { ClientRequest } from './http1/client-request.ts';
import type { ClientResponse } from './http1/client-response.ts';
import type { PaymentHold } from './payment-ledger.ts';
import type { CompiledApp, CompiledRoute, Runtime } from './runtime.ts';

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
  /** What the stage that is under way wants told of its pass; null where a pass tells all. */
  told: string | null;
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

/** The encrypted channel of one request: its answer is sealed with the session's keys and bound to this request. */
export interface Channel {
  readonly binding: SessionBinding;
  readonly context: EnvelopeContext;
  /** Whether the request's body came sealed. */
  readonly opened: boolean;
}
