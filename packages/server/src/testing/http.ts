import { type IncomingMessage, request } from 'node:http';

/** Sends a request to one base address; `body` travels as JSON, `raw` as it is. */
export type Caller = (
  method: string,
  path: string,
  options?: { token?: string; body?: unknown; headers?: Record<string, string>; raw?: Uint8Array },
) => Promise<{ status: number; body: Record<string, unknown>; headers: Headers; text: string }>;

export function createCaller(base: string): Caller {
  return async (method, path, given = {}) => {
    const headers = new Headers(given.headers);
    if (given.token !== undefined) headers.set('authorization', `Bearer ${given.token}`);
    if (given.body !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json');
    const body =
      given.raw === undefined ? (given.body === undefined ? null : JSON.stringify(given.body)) : Buffer.from(given.raw);
    const answer = await fetch(base + path, { method, headers, body });
    const text = await answer.text();
    let parsed: Record<string, unknown> = {};
    try {
      parsed = JSON.parse(text) as Record<string, unknown>;
    } catch {
      // Not JSON: the caller looks at the text.
    }
    return { status: answer.status, body: parsed, headers: answer.headers, text };
  };
}

/** Posts to the emulator's own interface, `/_emulator/...`. */
export function createEmulatorAdmin(base: string) {
  return async (path: string, body: unknown): Promise<Record<string, unknown>> => {
    const text = JSON.stringify(body);
    // A connection of its own each time: a busy test would else use one that the emulator is just closing as idle.
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
      request(`${base}/_emulator/${path}`, { method: 'POST', headers, agent: false }, resolve).on('error', reject).end(text);
    });
    const said = (await answer.toArray()).join('');
    if (answer.statusCode !== 200) throw new Error(`emulator ${path}: ${answer.statusCode} ${said}`);
    return JSON.parse(said) as Record<string, unknown>;
  };
}
