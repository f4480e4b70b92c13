import { type ChainLog, type ChainRequest, verifyChain } from './verify-chain.ts';

/** What the worker says while it verifies, and at the end. */
export type WorkerNews =
  | { readonly kind: 'progress'; readonly done: number; readonly size: number }
  | { readonly kind: 'done'; readonly logs: readonly ChainLog[]; readonly millis: number }
  /** HTTP status; 0 when there was no answer. */
  | { readonly kind: 'failed'; readonly status: number };

/** Between two words about the progress, ms. */
const tellEvery = 100;

class ReadError extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`the log cannot be read: ${status}`);
    this.status = status;
  }
}

/** A file of the log, from the server and not from what this browser kept of it. */
async function read(path: string): Promise<Uint8Array | null> {
  const answer = await fetch(`/tlog/${path}`, { cache: 'no-store' }).catch(() => null);
  if (answer?.status === 404) return null;
  if (answer === null || !answer.ok) throw new ReadError(answer?.status ?? 0);
  return new Uint8Array(await answer.arrayBuffer());
}

const tell = (news: WorkerNews): void => postMessage(news);

addEventListener('message', ({ data }: MessageEvent<ChainRequest>) => {
  const began = performance.now();
  let told = began;
  verifyChain(read, data, (done, size) => {
    const now = performance.now();
    if (now - told < tellEvery) return;
    told = now;
    tell({ kind: 'progress', done, size });
  }).then(
    (logs) => tell({ kind: 'done', logs, millis: performance.now() - began }),
    (error: unknown) => tell({ kind: 'failed', status: error instanceof ReadError ? error.status : 0 }),
  );
});
