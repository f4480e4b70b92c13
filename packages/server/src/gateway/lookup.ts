import type { BackendAnswer } from './backend-answer.ts';
import { type BackendObject, readObject } from './resource-source.ts';
import type { Upstream } from './upstream/upstream.ts';
import { UpstreamError } from './upstream/upstream-error.ts';

const maxEntries = 10_000;

/** What a lookup found: the object, that there is none, or that the backend could not say. */
export type Found =
  | { readonly kind: 'object'; readonly object: BackendObject }
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly code: UpstreamError['code'] };

interface Entry {
  readonly found: Promise<Found>;
  readonly until: number;
}

export interface LookupLimits {
  readonly cacheMs: number;
  readonly timeoutMs: number;
}

export interface LookupOptions {
  readonly upstream: Pick<Upstream, 'exchange'>;
  /** Epoch ms. */
  readonly clock: () => number;
}

/**
 * The objects of one app's backend, shared by all of its routes: asked for before a request is decided upon. It is the gateway's own question, without the
 * caller's identity, so that one answer serves everybody: an answer is kept for a short time, and questions that come meanwhile share it. A failure is
 * never kept, and never taken for "allowed".
 */
export class Lookups {
  readonly #options: LookupOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: LookupOptions) {
    this.#options = options;
  }

  /** `cacheMs`: how long the object may be used again; `timeoutMs`: the backend's time to answer; both in milliseconds. */
  find(path: string, requestId: string, { cacheMs, timeoutMs }: LookupLimits): Promise<Found> {
    const now = this.#options.clock();
    const known = this.#entries.get(path);
    if (known !== undefined && now < known.until) return known.found;
    const found = this.#ask(path, requestId, timeoutMs);
    this.#entries.delete(path);
    this.#entries.set(path, { found, until: now + cacheMs });
    if (this.#entries.size > maxEntries) {
      const oldest = this.#entries.keys().next();
      if (!oldest.done) this.#entries.delete(oldest.value);
    }
    void found.then((settled) => {
      if (settled.kind === 'failed' || cacheMs === 0) this.forget(path);
    });
    return found;
  }

  /** A change of the object is under way or done: the next question is asked anew. */
  forget(path: string): void {
    this.#entries.delete(path);
  }

  async #ask(path: string, requestId: string, timeoutMs: number): Promise<Found> {
    let answer: BackendAnswer;
    try {
      answer = await this.#options.upstream.exchange({
        method: 'GET',
        path,
        headers: ['accept', 'application/json', 'x-menshen-request-id', requestId, 'x-menshen-lookup', '1'],
        body: null,
        timeoutMs,
      });
    } catch (error) {
      return { kind: 'failed', code: error instanceof UpstreamError ? error.code : 'backend_unreachable' };
    }
    if (answer.status === 404 || answer.status === 410) return { kind: 'missing' };
    const object = answer.status === 200 && answer.pump === null ? readObject(Buffer.concat(answer.chunks, answer.length)) : null;
    return object === null ? { kind: 'failed', code: 'backend_answer_invalid' } : { kind: 'object', object };
  }
}
