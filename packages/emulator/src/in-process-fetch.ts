import type { Emulator } from './emulator.ts';

/**
 * A `fetch` that reaches the emulator without a socket, whatever host the address names: clients in tests keep their own
 * addresses. `wait` is called for latency faults; a dropped connection rejects with TypeError, as fetch's own does.
 */
export function createEmulatorFetch(
  emulator: Emulator,
  wait: (ms: number, signal: AbortSignal) => Promise<void> = async () => undefined,
): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const { pathname, search } = new URL(request.url);
    const response = await emulator.handle({
      method: request.method,
      url: pathname + search,
      headers: { ...Object.fromEntries(request.headers), host: 'localhost' },
      body: new Uint8Array(await request.arrayBuffer()),
      remoteAddress: '127.0.0.1',
    });
    if (response.delayMs > 0) await wait(response.delayMs, request.signal);
    request.signal.throwIfAborted();
    if (response.drop) throw new TypeError('fetch failed');
    const empty = response.status === 204 || response.status === 304;
    return new Response(empty ? null : response.body, { status: response.status, headers: response.headers });
  };
}
