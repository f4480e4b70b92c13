/** How fast a token bucket fills and what a call takes from it. */
export interface BucketRate {
  /** Most tokens that it holds; a new bucket is full. */
  readonly capacity: number;
  readonly refillPerSecond: number;
  /** Tokens that this call takes, at most `capacity`. */
  readonly cost: number;
}

export interface BucketAnswer {
  readonly allowed: boolean;
  /** Whole tokens left. */
  readonly remaining: number;
  /** Milliseconds until the same call would be allowed; 0 when it was. */
  readonly retryAfterMs: number;
}

/** One bucket of a call that takes from several. */
export interface BucketTake {
  readonly key: string;
  readonly rate: BucketRate;
}

export interface TakeAllAnswer {
  /** Whether every bucket had enough; else nothing was taken from any. */
  readonly allowed: boolean;
  /** How each stands after the call; `allowed` of one says whether it alone had enough. */
  readonly buckets: readonly BucketAnswer[];
}

/** Token buckets of this process, synchronous, for the request path. */
export interface LocalTokenBucket {
  take(key: string, rate: BucketRate): BucketAnswer;
}

export interface CounterAnswer {
  /** The count including this call. */
  readonly count: number;
  /** Epoch milliseconds at which the count begins anew. */
  readonly resetAt: number;
}

/** A lock held for a time. */
export interface Lease {
  readonly name: string;
  /**
   * Fencing token: grows with every holder of this name. A lease can end unnoticed (a long pause, a lost network), so
   * whatever the lock protects must refuse a token smaller than the largest it has seen.
   */
  readonly token: number;
  /** Epoch milliseconds until which the lease surely holds by this node's clock, unless renewed. */
  readonly expiresAt: number;
  /** Starts the time anew; false when the lease is lost. */
  renew(ttlMs: number): Promise<boolean>;
  /** Gives the lock back; false when it was lost before. Never ends another holder's lease. */
  release(): Promise<boolean>;
}

export interface CoordinationHealth {
  readonly kind: 'memory' | 'redis';
  readonly state: 'up' | 'down';
}

/**
 * What nodes must agree on, in this process or through Redis. Every method that returns a promise rejects with
 * `coordination_unavailable` within about a second when Redis is away, and works again by itself when it is back;
 * a caller that guards something refuses meanwhile.
 * Keys are 1 to 1,024 characters; times are whole milliseconds.
 */
export interface Coordination {
  readonly kind: 'memory' | 'redis';
  /** True for the first use of a key within its time, false for every later one. */
  useNonce(key: string, ttlMs: number): Promise<boolean>;
  /** Counts in windows that begin with their first count. */
  readonly counter: { increment(key: string, windowMs: number, by?: number): Promise<CounterAnswer> };
  /** Token buckets that all nodes share. */
  readonly tokenBucket: {
    take(key: string, rate: BucketRate): Promise<BucketAnswer>;
    /** Takes from up to 16 buckets of different keys in one step: from all, or from none. */
    takeAll(takes: readonly BucketTake[]): Promise<TakeAllAnswer>;
    /** Fills up to 1,000 buckets. */
    forget(keys: readonly string[]): Promise<void>;
  };
  /** A new set of token buckets of this process alone. Beyond `maxKeys` (100,000) what is nearest to full is forgotten. */
  localTokenBucket(options?: { readonly maxKeys?: number }): LocalTokenBucket;
  readonly lock: {
    /** The lease, or `null` when another holds it. */
    acquire(name: string, ttlMs: number): Promise<Lease | null>;
  };
  /** Messages to all nodes, this one included. They may be lost: a hint to look, never the news itself. */
  readonly broadcast: {
    publish(channel: string, message: string): Promise<void>;
    /** Returns the function that ends the subscription. */
    subscribe(channel: string, hear: (message: string) => void): () => void;
  };
  /**
   * Names what is shared, by chance and once: nodes that read the same name share it, whatever address each of them knows it by. A new name when Redis was
   * emptied; null where nothing is shared.
   */
  place(): Promise<string | null>;
  /** Asks now; never rejects. */
  health(): Promise<CoordinationHealth>;
  close(): Promise<void>;
}
