import { once } from 'node:events';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { testTlsPair } from '../../testing/tls-pair.ts';
import type { ClientResponse } from './client-response.ts';
import { Http1Listener, type ListenerOptions } from './listener.ts';
import { testLimits } from './testing-wire.ts';

const tls = testTlsPair('first');
/** No test waits for either: what they would end has to be gone before. */
const graceMs = 3_600_000;
const headerTimeoutMs = 3_600_000;
const get = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';

describe('a listener that closes', () => {
  const clients: Socket[] = [];
  afterEach(() => {
    for (const client of clients.splice(0)) client.destroy();
  });

  async function open(pair: typeof tls | null, upgrade: ListenerOptions['upgrade'] = null) {
    const asked = Promise.withResolvers<ClientResponse>();
    const refused: string[] = [];
    const listener = new Http1Listener({
      tls: pair,
      limits: { ...testLimits, headerTimeoutMs, connections: 100 },
      clock: () => 0,
      // It stands still: no deadline helps.
      monotonic: () => 0,
      connections: {
        admit: () => ({ busy: () => false, idle: () => undefined, release: () => undefined }),
        isTooSlow: () => false,
        noteSlow: () => undefined,
      },
      request: (_request, response) => asked.resolve(response),
      upgrade,
      refused: ({ code }) => {
        refused.push(code);
        return '';
      },
    });
    const port = await listener.listen('127.0.0.1', 0);
    const accepted = (): Promise<Socket> => once(listener.server, 'connection').then(([socket]) => socket as Socket);
    const known = (client: Socket): Socket => {
      clients.push(client);
      return client.on('error', () => undefined);
    };
    return {
      listener,
      asked: asked.promise,
      refused,
      /** A client's side that says nothing, and ours. */
      async silent(): Promise<{ client: Socket; ours: Socket }> {
        const taken = accepted();
        const client = known(connectPlain({ port, host: '127.0.0.1', allowHalfOpen: true }));
        return { client, ours: await taken };
      },
      async secure(): Promise<Socket> {
        const client = known(connectTls({ port, host: '127.0.0.1', ca: tls.cert, allowHalfOpen: true } as object));
        const taken = once(listener.server, 'secureConnection');
        await once(client, 'secureConnect');
        await taken;
        return client;
      },
    };
  }

  const textOf = (client: Socket) => {
    const read = { text: '' };
    client.on('data', (bytes: Buffer) => {
      read.text += bytes.toString('latin1');
    });
    return read;
  };

  it('does not wait for who never began a handshake', async () => {
    const { listener, silent } = await open(tls);
    await silent();
    await listener.close(graceMs);
  });

  it('does not wait for who never asked for anything, even where they keep their side open', async () => {
    const [clear, secure] = [await open(null), await open(tls)];
    await clear.silent();
    await secure.secure();
    await clear.listener.close(graceMs);
    await secure.listener.close(graceMs);
  });

  it('waits for an answer under way, and lets handshakes go with it', async () => {
    const { listener, secure, silent, asked } = await open(tls);
    const { ours } = await silent();
    const client = await secure();
    const read = textOf(client);
    client.write(get);
    const response = await asked;
    const closed = listener.close(graceMs);
    expect(ours.destroyed).toBe(false);
    response.writeHead(200).end('whole');
    await once(client, 'end');
    client.end();
    await closed;
    expect([read.text.endsWith('whole'), ours.destroyed]).toEqual([true, true]);
  });

  it('leaves to who took them the connections that speak another protocol', async () => {
    const taken = Promise.withResolvers<Socket>();
    const { listener, silent } = await open(null, (_head, socket) => taken.resolve(socket));
    const { client } = await silent();
    client.write('GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n');
    const socket = await taken.promise;
    const closed = listener.close(graceMs);
    expect(socket.destroyed).toBe(false);
    socket.destroy();
    await closed;
  });

  it('has let go before who left in the handshake, and holds nothing against them', async () => {
    const { listener, silent, refused } = await open(tls);
    const { client, ours } = await silent();
    const gone = once(ours, 'close');
    client.end();
    await gone;
    expect(refused).toEqual([]);
    await listener.close(graceMs);
  });

  it('over TLS, too, answers who has ended their own side', async () => {
    const { listener, secure, asked } = await open(tls);
    const client = await secure();
    const read = textOf(client);
    client.write(get);
    const response = await asked;
    const left = new Promise<void>((resolve) => {
      response.onAbandon = resolve;
    });
    client.end();
    await left;
    response.writeHead(200).end('late');
    await once(client, 'close');
    expect(read.text.endsWith('late')).toBe(true);
    await listener.close(graceMs);
  });
});
