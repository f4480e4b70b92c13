import type { Socket } from 'node:net';
import type { ConnectionLimits, ConnectionSlot } from './connections.ts';

const checkMs = 250;

/** What is looked at of a connection; a TLS connection is looked at through its plain socket. */
interface Watched {
  readonly socket: Socket;
  readonly slot: ConnectionSlot;
  /** Bytes when the head, or the body, began. */
  base: number;
  /** When it began, monotonic ms; null while nothing of it has come. */
  since: number | null;
  /** While a request is under way: whether its body has still to come, and we wait for it. */
  bodyAwaited: (() => boolean) | null;
  answering: boolean;
}

export interface ConnectionWatch {
  /** Takes a new connection, or closes it. */
  take(socket: Socket): void;
  /** A request begins. True when it is the last that its connection serves. */
  began(socket: Socket, bodyAwaited: () => boolean): boolean;
  /** Its answer has been sent. */
  ended(socket: Socket): void;
  stop(): void;
}

export interface ConnectionWatchParts {
  readonly limits: ConnectionLimits;
  /** The client's address as the socket has it. */
  readonly addressOf: (socket: Socket) => string;
  /** Hears of a head that comes too slowly, before its connection is closed. A request whose body does ends by itself. */
  readonly slowHead: (socket: Socket) => void;
  /** Monotonic ms. */
  readonly monotonic: () => number;
}

/** The two ends of a connection name it; a TLS socket and the plain one under it have the same. */
const nameOf = (socket: Socket): string => `${socket.remoteAddress} ${socket.remotePort} ${socket.localPort}`;

/** Holds the connections of a listener to their limits: how many, how long idle, how slow. */
export function watchConnections(parts: ConnectionWatchParts): ConnectionWatch {
  const { limits, monotonic } = parts;
  const all = new Map<string, Watched>();
  const names = new WeakMap<Socket, string>();
  const find = (socket: Socket): Watched | undefined => {
    let name = names.get(socket);
    if (name === undefined) {
      name = nameOf(socket);
      names.set(socket, name);
    }
    return all.get(name);
  };

  const check = (): void => {
    const now = monotonic();
    for (const watched of all.values()) {
      const { socket } = watched;
      if (watched.answering && watched.bodyAwaited?.() !== true) continue;
      const bytes = socket.bytesRead - watched.base;
      if (watched.since === null) {
        if (bytes > 0) watched.since = now;
        continue;
      }
      if (!limits.isTooSlow(bytes, now - watched.since)) continue;
      limits.noteSlow();
      if (!watched.answering) parts.slowHead(socket);
      socket.destroy();
    }
  };
  const timer = setInterval(check, checkMs);
  timer.unref();

  return {
    take(socket) {
      const slot = limits.admit(parts.addressOf(socket), () => socket.destroy());
      if (slot === null) {
        socket.destroy();
        return;
      }
      const name = nameOf(socket);
      names.set(socket, name);
      all.set(name, { socket, slot, base: 0, since: null, bodyAwaited: null, answering: false });
      socket.once('close', () => {
        slot.release();
        all.delete(name);
      });
    },
    began(socket, bodyAwaited) {
      const watched = find(socket);
      if (watched === undefined) return false;
      watched.answering = true;
      watched.bodyAwaited = bodyAwaited;
      watched.base = watched.socket.bytesRead;
      watched.since = monotonic();
      return watched.slot.busy();
    },
    ended(socket) {
      const watched = find(socket);
      if (watched === undefined) return;
      watched.answering = false;
      watched.bodyAwaited = null;
      watched.base = watched.socket.bytesRead;
      watched.since = null;
      watched.slot.idle();
    },
    stop() {
      clearInterval(timer);
    },
  };
}
