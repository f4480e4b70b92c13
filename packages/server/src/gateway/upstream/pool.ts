import { Connection, type ExchangeHandler, type Origin } from './connection.ts';
import { Dispatch } from './dispatch.ts';
import { CallerFault, type UpstreamRequest } from './request-writer.ts';
import { UpstreamError } from './upstream-error.ts';

/** How often deadlines are looked at, in milliseconds: a time limit is exact to this much. */
const checkMs = 50;
/** How long a request waits for a connection before one is taken from a client that does not keep up, in milliseconds. */
const patienceMs = 250;
/** Whoever is slower than this, in bytes a second, has a connection only as long as nobody else waits for one. */
const leastPace = 65_536;

export interface PoolOptions {
  readonly origin: Origin;
  readonly connections: number;
  /** Monotonic, in milliseconds. */
  readonly now: () => number;
}

/** The connections to one backend: the freshest idle one first, new ones up to a limit, then a queue in order of arrival. */
export class ConnectionPool {
  readonly #options: PoolOptions;
  readonly #all = new Set<Connection>();
  readonly #idle: Connection[] = [];
  #queue: Dispatch[] = [];
  #timer: NodeJS.Timeout | null = null;
  #closing = false;
  #drained: (() => void) | null = null;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Sends a request now or when a connection is free. */
  dispatch(request: UpstreamRequest, handler: ExchangeHandler): Dispatch {
    const entry = new Dispatch(request, handler, this.#options.now() + request.timeoutMs, this.#withdraw);
    if (this.#closing) entry.error(new UpstreamError('backend_unreachable', false));
    else this.#place(entry);
    return entry;
  }

  readonly #withdraw = (entry: Dispatch): void => {
    this.#queue = this.#queue.filter((other) => other !== entry);
    entry.error(new UpstreamError('backend_unreachable', false));
  };

  /** Takes no more requests; resolves when those under way have ended. */
  close(): Promise<void> {
    this.#closing = true;
    for (const connection of [...this.#idle]) connection.destroy();
    if (this.#all.size === 0 && this.#queue.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#drained = resolve;
    });
  }

  destroy(): void {
    this.#closing = true;
    const queue = this.#queue;
    this.#queue = [];
    for (const entry of queue) entry.error(new UpstreamError('backend_unreachable', false));
    for (const connection of [...this.#all]) connection.destroy();
  }

  #place(entry: Dispatch): void {
    for (let connection = this.#idle.pop(); connection !== undefined; connection = this.#idle.pop()) {
      if (connection.usable) return this.#start(connection, entry);
    }
    if (this.#all.size >= this.#options.connections) {
      this.#queue.push(entry);
      return;
    }
    const connection = new Connection(this.#options.origin, this.#options.now, (released) => this.#released(released));
    this.#all.add(connection);
    this.#watch();
    this.#start(connection, entry);
  }

  #start(connection: Connection, entry: Dispatch): void {
    entry.connection = connection;
    try {
      connection.send(entry.request, entry);
    } catch (error) {
      this.#idle.push(connection);
      entry.error(new UpstreamError('backend_unreachable', false, error));
    }
  }

  #released(connection: Connection): void {
    if (connection.closed) {
      this.#all.delete(connection);
      const at = this.#idle.indexOf(connection);
      if (at >= 0) this.#idle.splice(at, 1);
      if (this.#all.size === 0 && this.#queue.length === 0) this.#drained?.();
    }
    const next = this.#queue.shift();
    if (next !== undefined) {
      if (connection.closed) this.#place(next);
      else this.#start(connection, next);
    } else if (!connection.closed) {
      if (this.#closing) connection.destroy();
      else this.#idle.push(connection);
    }
  }

  #watch(): void {
    if (this.#timer !== null) return;
    this.#timer = setInterval(() => this.#check(), checkMs);
    this.#timer.unref();
  }

  /** Clients who take large answers in small sips, or send as slowly, must not have all connections: the slowest gives way to who has waited. */
  #takeFromSlow(now: number): void {
    let waiting = 0;
    for (const { deadline, request } of this.#queue) if (now - (deadline - request.timeoutMs) >= patienceMs) waiting += 1;
    if (waiting === 0) return;
    const slow = [...this.#all].filter(({ clientPace }) => clientPace < leastPace);
    slow.sort((a, b) => a.clientPace - b.clientPace);
    for (const connection of slow.slice(0, waiting)) connection.abandon(new CallerFault('slower than others can wait for'));
  }

  #check(): void {
    const now = this.#options.now();
    for (const connection of this.#all) connection.check(now);
    this.#takeFromSlow(now);
    const late = this.#queue.filter((entry) => now >= entry.deadline);
    if (late.length > 0) {
      this.#queue = this.#queue.filter((entry) => now < entry.deadline);
      for (const entry of late) entry.error(new UpstreamError('backend_timeout', false));
    }
    if (this.#all.size === 0 && this.#timer !== null) {
      clearInterval(this.#timer);
      this.#timer = null;
    }
  }
}
