import type { ClientResponse } from './http1/client-response.ts';

/** Where a streamed answer goes. */
export type AnswerSink = Pick<ClientResponse, 'begin' | 'write' | 'finish' | 'destroy'>;

/** The backend's answer: held whole when small, else its first bytes with the rest still to come. */
export interface BackendAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly chunks: Buffer[];
  readonly length: number;
  /** Set when the body did not end within the buffer: sends what has come and then the rest, after status and headers are settled. */
  readonly pump: ((response: AnswerSink) => Promise<number>) | null;
}
