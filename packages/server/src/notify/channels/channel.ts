import type { Notice } from '../model.ts';
import type { RenderedNotice } from '../render.ts';

/** A way to reach people. */
export interface Channel {
  /** Sends once. Rejects with ChannelError; after `unreachable` the message may have arrived all the same. */
  send(notice: RenderedNotice, about: Pick<Notice, 'id' | 'kind'>): Promise<void>;
}

export interface ChannelRuntime {
  /** Asks only places that the configuration names. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly clock: () => number;
}
