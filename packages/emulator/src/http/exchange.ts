/** A request as the emulator's handler takes it, from a socket or from a test. */
export interface EmulatorRequest {
  readonly method: string;
  /** Path and query, as on the request line. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Address of the peer: allow lists, and the admin API's loopback check, look at it. */
  readonly remoteAddress: string;
}

export interface EmulatorResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Milliseconds to wait before anything is sent: a latency fault. */
  readonly delayMs: number;
  /** Cut the connection instead of answering: a drop fault. */
  readonly drop: boolean;
}

/** Largest request body in bytes: a robot's image of 2 MiB in base64 fits. */
export const maxBodyBytes = 4 * 1024 * 1024;

export function respond(status: number, headers: Readonly<Record<string, string>>, body: string): EmulatorResponse {
  return { status, headers, body, delayMs: 0, drop: false };
}
