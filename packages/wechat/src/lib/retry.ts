import { WechatApiError, WechatTransportError } from '../api-error.ts';
import type { ClientRuntime } from '../client-runtime.ts';
import { errcodes } from '../errcodes.ts';

const firstDelayMs = 100;
const longestDelayMs = 2000;

export type Retry = <T>(attempt: () => Promise<T>) => Promise<T>;

/**
 * Repeats an attempt after failures that may pass (no connection, timeout, 5xx, errcode -1), a bounded number of times, each
 * after a random part of a doubling delay ("full jitter"), so that many callers do not return together.
 * For reads only: whether a failed send or code exchange took effect cannot be known.
 */
export function createRetry(runtime: Pick<ClientRuntime, 'sleep' | 'random' | 'maxRetries'>): Retry {
  const maxRetries = runtime.maxRetries ?? 2;
  return async (attempt) => {
    for (let retries = 0; ; retries += 1) {
      try {
        return await attempt();
      } catch (error) {
        if (retries >= maxRetries || !mayPass(error)) throw error;
        const limit = Math.min(longestDelayMs, firstDelayMs * 2 ** retries);
        await runtime.sleep(Math.floor(randomFraction(runtime.random) * limit));
      }
    }
  };
}

function mayPass(error: unknown): boolean {
  if (error instanceof WechatApiError) return error.errcode === errcodes.systemBusy;
  if (!(error instanceof WechatTransportError)) return false;
  return error.reason === 'network' || error.reason === 'timeout' || (error.status ?? 0) >= 500;
}

function randomFraction(random: (size: number) => Uint8Array): number {
  const bytes = random(4);
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0) / 2 ** 32;
}
