import { type TrafficRow, trafficRow } from '@menshen/contract';
import * as z from 'zod';
import { withBoxes } from './direction-marks.ts';

/** What the server says without being asked. */
export type ServerEvent =
  | { readonly kind: 'traffic'; readonly row: TrafficRow }
  | { readonly kind: 'attention' }
  /** Something happened in a campaign: a violation, a stop. */
  | { readonly kind: 'guard' }
  /** An alert is new or has changed. */
  | { readonly kind: 'alert' }
  /** An incident is new or has changed. */
  | { readonly kind: 'incident' }
  /** A scan was taken, or somebody has decided about findings. */
  | { readonly kind: 'finding' }
  /** A notice was made, sent or seen. */
  | { readonly kind: 'notice' }
  /** The board of a contest has moved. */
  | { readonly kind: 'contest' }
  /** A measure of containment was taken, lifted or has ended. */
  | { readonly kind: 'containment' }
  /** A run of a playbook has moved on, or playbooks have changed. */
  | { readonly kind: 'playbook' }
  /** Risks were told or decided anew. */
  | { readonly kind: 'risk' }
  /** Something was attested or excluded, or a report was made. */
  | { readonly kind: 'compliance' }
  | { readonly kind: 'audit'; readonly size: number };

export type ChannelState = 'closed' | 'connecting' | 'open';

/** The part of the browser's EventSource that the channel needs. */
export interface EventSourceLike {
  readonly readyState: number;
  addEventListener(name: string, listener: (event: { readonly data?: unknown }) => void): void;
  close(): void;
}

export interface EventChannelOptions {
  readonly open: () => EventSourceLike;
  /** Runs an act later; returns how to call it off. */
  readonly after: (milliseconds: number, act: () => void) => () => void;
}

export interface EventChannel {
  /** Opens the stream with the first listener and closes it with the last. Returns how to stop listening. */
  listen(listener: (event: ServerEvent) => void): () => void;
  state(): ChannelState;
  onState(listener: () => void): () => void;
}

const firstWaitMs = 2_000;
const longestWaitMs = 60_000;
const closedState = 2;

const auditData = z.object({ size: z.number() });

function parseData(data: unknown): unknown {
  if (typeof data !== 'string') return undefined;
  try {
    return JSON.parse(withBoxes(data));
  } catch {
    return undefined;
  }
}

/**
 * One stream of server-sent events for the whole console. The browser reconnects by itself after a broken connection, but not after a
 * refusal (the server full or restarting): that the channel does, ever slower.
 */
export function createEventChannel(options: EventChannelOptions): EventChannel {
  const listeners = new Set<(event: ServerEvent) => void>();
  const stateListeners = new Set<() => void>();
  let source: EventSourceLike | null = null;
  let callOff = (): void => {};
  let waitMs = firstWaitMs;
  let state: ChannelState = 'closed';

  const become = (next: ChannelState): void => {
    if (next === state) return;
    state = next;
    for (const listener of stateListeners) listener();
  };
  const tell = (event: ServerEvent): void => {
    for (const listener of listeners) listener(event);
  };

  const connect = (): void => {
    become('connecting');
    const mine = options.open();
    source = mine;
    mine.addEventListener('open', () => {
      waitMs = firstWaitMs;
      become('open');
    });
    mine.addEventListener('traffic', (event) => {
      const parsed = trafficRow.safeParse(parseData(event.data));
      if (parsed.success) tell({ kind: 'traffic', row: parsed.data });
    });
    mine.addEventListener('attention', () => tell({ kind: 'attention' }));
    mine.addEventListener('guard', () => tell({ kind: 'guard' }));
    mine.addEventListener('alert', () => tell({ kind: 'alert' }));
    mine.addEventListener('incident', () => tell({ kind: 'incident' }));
    mine.addEventListener('notice', () => tell({ kind: 'notice' }));
    mine.addEventListener('contest', () => tell({ kind: 'contest' }));
    mine.addEventListener('finding', () => tell({ kind: 'finding' }));
    mine.addEventListener('containment', () => tell({ kind: 'containment' }));
    mine.addEventListener('playbook', () => tell({ kind: 'playbook' }));
    mine.addEventListener('risk', () => tell({ kind: 'risk' }));
    mine.addEventListener('compliance', () => tell({ kind: 'compliance' }));
    mine.addEventListener('audit', (event) => {
      const parsed = auditData.safeParse(parseData(event.data));
      if (parsed.success) tell({ kind: 'audit', size: parsed.data.size });
    });
    mine.addEventListener('error', () => {
      if (source !== mine) return;
      become('connecting');
      if (mine.readyState !== closedState) return;
      mine.close();
      source = null;
      callOff = options.after(waitMs, connect);
      waitMs = Math.min(waitMs * 2, longestWaitMs);
    });
  };

  const disconnect = (): void => {
    callOff();
    callOff = () => {};
    source?.close();
    source = null;
    waitMs = firstWaitMs;
    become('closed');
  };

  return {
    listen(listener) {
      listeners.add(listener);
      if (listeners.size === 1) connect();
      return () => {
        if (listeners.delete(listener) && listeners.size === 0) disconnect();
      };
    },
    state: () => state,
    onState(listener) {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
  };
}
