import type { Redis } from 'ioredis';

/** Publish and subscribe over Redis. Subscriptions come back after a lost connection; what was said meanwhile is lost. */
export interface RedisBroadcast {
  publish(channel: string, message: string): Promise<number>;
  subscribe(channel: string, hear: (message: string) => void): () => void;
  close(): void;
}

/** A connection that subscribes can do nothing else, so `connect` makes a second one when the first listener comes. */
export function createRedisBroadcast(client: Redis, connect: () => Redis, prefix: string): RedisBroadcast {
  const channels = new Map<string, Set<{ readonly hear: (message: string) => void }>>();
  let subscriber: Redis | null = null;

  const renew = (connection: Redis): void => {
    const names = [...channels.keys()];
    // A failure here is a lost connection, after which "ready" comes again.
    if (names.length > 0) connection.subscribe(...names).catch(() => {});
  };
  const open = (): Redis => {
    const connection = connect();
    connection.on('ready', () => renew(connection));
    connection.on('message', (name: string, message: string) => {
      for (const listener of [...(channels.get(name) ?? [])]) listener.hear(message);
    });
    connection.connect().catch(() => {});
    return connection;
  };

  return {
    publish: (channel, message) => client.publish(`${prefix}channel:${channel}`, message),
    subscribe(channel, hear) {
      const name = `${prefix}channel:${channel}`;
      const listener = { hear };
      const listeners = channels.get(name) ?? new Set();
      channels.set(name, listeners);
      listeners.add(listener);
      subscriber ??= open();
      if (subscriber.status === 'ready') renew(subscriber);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0 || channels.get(name) !== listeners) return;
        channels.delete(name);
        if (subscriber?.status === 'ready') subscriber.unsubscribe(name).catch(() => {});
      };
    },
    close() {
      channels.clear();
      subscriber?.disconnect();
    },
  };
}
