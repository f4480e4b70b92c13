import type { Clock } from '../clock.ts';
import { createRing } from '../state/bounded.ts';

/** One HTTP request to a receiver of callbacks. */
export interface CallbackRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly contentType?: string;
  readonly body?: string;
  /** Further headers, names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Statuses that say it was received; 200 alone when absent. */
  readonly received?: readonly number[];
}

export interface DeliveryAttempt {
  readonly at: number;
  /** The HTTP status, or what went wrong instead. */
  readonly outcome: number | 'timeout' | 'connection';
}

export interface Delivery {
  readonly id: number;
  /** `app:` + appid, `wecom` or `pay`. */
  readonly target: string;
  readonly event: string;
  readonly createdAt: number;
  readonly state: 'pending' | 'delivered' | 'failed' | 'dropped';
  readonly attempts: readonly DeliveryAttempt[];
}

export interface Deliveries {
  /**
   * Sends a message when those before it to the same target are done. `build` makes the request anew for each attempt: the
   * message stays the same, timestamp, nonce and ciphertext do not, so a receiver must recognise repeats by the message.
   * Throws what `build` throws for a message that cannot be written.
   */
  enqueue(target: string, event: string, build: () => CallbackRequest): Delivery;
  /** Sends the message of a past delivery once more, as the platforms sometimes do. Undefined when it is forgotten. */
  repeat(id: number): Delivery | undefined;
  list(): readonly Delivery[];
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
  /** Cuts what is under way and sends nothing any more. */
  stop(): Promise<void>;
}

export interface DeliveryOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

interface StoredDelivery extends Delivery {
  state: Delivery['state'];
  readonly attempts: DeliveryAttempt[];
  readonly build: () => CallbackRequest;
}

const maxAttempts = 3;
const maxPending = 1000;

/**
 * Callbacks as WeCom delivers them: five seconds for an answer, up to three attempts, only HTTP 200 counts as received (WeChat Pay takes 204 as well).
 * One at a time per target, in order; beyond a thousand waiting ones they are dropped and listed as such.
 */
export function createDeliveries(options: DeliveryOptions): Deliveries {
  const ring = createRing<StoredDelivery>(500);
  const queues = new Map<string, Promise<void>>();
  const stopped = new AbortController();
  let pending = 0;
  let lastId = 0;

  async function attempt(request: CallbackRequest): Promise<DeliveryAttempt> {
    const at = options.clock();
    try {
      const response = await options.fetch(request.url, {
        method: request.method,
        redirect: 'manual',
        signal: AbortSignal.any([stopped.signal, AbortSignal.timeout(options.timeoutMs)]),
        headers: { ...request.headers, ...(request.contentType === undefined ? {} : { 'content-type': request.contentType }) },
        ...(request.body === undefined ? {} : { body: request.body }),
      });
      await response.body?.cancel();
      return { at, outcome: response.status };
    } catch (error) {
      return { at, outcome: error instanceof Error && error.name === 'TimeoutError' ? 'timeout' : 'connection' };
    }
  }

  async function deliver(delivery: StoredDelivery): Promise<void> {
    for (let count = 0; count < maxAttempts && !stopped.signal.aborted; count++) {
      const request = delivery.build();
      const result = await attempt(request);
      delivery.attempts.push(result);
      if ((request.received ?? [200]).some((status) => status === result.outcome)) {
        delivery.state = 'delivered';
        return;
      }
    }
    delivery.state = 'failed';
  }

  function enqueue(target: string, event: string, build: () => CallbackRequest): Delivery {
    // What cannot be built is the caller's error, now: in the queue nobody would hear of it.
    build();
    lastId += 1;
    const delivery: StoredDelivery = {
      id: lastId,
      target,
      event,
      createdAt: options.clock(),
      state: 'pending',
      attempts: [],
      build,
    };
    ring.push(delivery);
    if (pending >= maxPending || stopped.signal.aborted) {
      delivery.state = 'dropped';
      return delivery;
    }
    pending += 1;
    const done = (queues.get(target) ?? Promise.resolve())
      .then(() => deliver(delivery))
      .finally(() => {
        pending -= 1;
        if (queues.get(target) === done) queues.delete(target);
      });
    queues.set(target, done);
    return delivery;
  }

  async function idle(): Promise<void> {
    while (queues.size > 0) await Promise.all(queues.values());
  }

  return {
    enqueue,
    repeat(id) {
      const found = ring.list().find((delivery) => delivery.id === id);
      return found && enqueue(found.target, found.event, found.build);
    },
    list: () => ring.list().map(({ build: _, ...delivery }) => ({ ...delivery, attempts: [...delivery.attempts] })),
    idle,
    stop() {
      stopped.abort();
      return idle();
    },
  };
}
