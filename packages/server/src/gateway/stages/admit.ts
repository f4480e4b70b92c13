import { hit } from '../../rates/lists/snapshot.ts';
import type { Rates } from '../../rates/service.ts';
import type { RequestContext } from '../context.ts';
import { type Refusal, refuse } from '../refusal.ts';
import type { Runtime } from '../runtime.ts';
import type { GatewayServices } from '../services.ts';
import { type ContainServices, containAddress } from './contain.ts';

/** The path with one reading: what this matches is decided upon as it stands; see `@menshen/inspect` for the rest. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** State of the process that admission looks at. */
export interface AdmissionState {
  /** Requests under way. */
  inFlight: number;
  closing: boolean;
}

/** First of all: is there room, is the address welcome, is it asking too fast, is the request of a size that we read? */
export function createAdmit(services: GatewayServices, state: AdmissionState): (context: RequestContext) => Refusal | undefined {
  const admitAddress = createAdmitAddress(services);
  return (context) => {
    const { runtime } = context;
    const { limits } = runtime.config.gateway;
    if (state.closing) return { ...refuse('shutting_down'), retryAfter: 1 };
    if (state.inFlight > limits.requestsInFlight) return { ...refuse('overloaded'), retryAfter: 1 };
    const admitted = admitAddress(runtime, context.address, context.arrived);
    if (admitted === 'allowed') context.exempt = exemptAddress;
    else if (admitted !== undefined) return admitted;
    if (!methods.has(context.method)) return refuse('method_not_allowed');
    if (context.path.length + context.query.length > limits.uriBytes) return refuse('uri_too_long');
    const length = context.request.headers['content-length'];
    if (length !== undefined && Number(length) > maxDeclared) return refuse('body_too_large');
    return undefined;
  };
}

/** Bits of a context's `exempt`. */
export const exemptAddress = 1;
export const exemptPerson = 2;

/** No route takes more than this; a route's own limit is checked when its body is read. */
const maxDeclared = 1_073_741_824;
/** Of the bucket that stands before everything, see {@link AdmitAddress}. */
const addressSpace = 1;

/** Whether requests of an address are taken at all; `allowed` when an allow entry says that it is not to be counted. */
export type AdmitAddress = (runtime: Runtime, address: string, now: number) => Refusal | 'allowed' | undefined;

/** The lists that hold for every app, and the bucket of the address: for apps and for the gateway's own endpoints alike. */
export function createAdmitAddress(services: { readonly rates: Rates } & ContainServices): AdmitAddress {
  const { rates } = services;
  return (runtime, address, now) => {
    const contained = containAddress(services, address, now);
    if (contained !== undefined) return contained;
    const entry = rates.lists.address(address, null, now);
    if (entry !== null) hit(entry, now);
    if (entry?.list === 'deny') return refuse('address_refused', 'deny list');
    // The configuration's own list is not lifted by an entry of the console.
    if (runtime.denied(address)) return refuse('address_refused', 'denyAddresses');
    if (entry !== null) return 'allowed';
    const { perAddressBurst: capacity, perAddressPerSecond } = runtime.config.gateway.limits;
    const who = rates.addressKey(address);
    const wait = rates.limiter.takeLocal(addressSpace, who, { capacity, msPerToken: 1_000 / perAddressPerSecond }, 1);
    if (wait === 0) return undefined;
    const limit = `address ${perAddressPerSecond}/1 s`;
    rates.ledger.note({ kind: 'address', who, app: null, route: null, limit }, now, wait);
    return { ...refuse('rate_limited', `limit per address: ${limit}`), retryAfter: Math.ceil(wait / 1_000) };
  };
}
