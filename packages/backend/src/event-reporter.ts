import { randomUUID } from 'node:crypto';
import { type ControlPlaneOptions, createControlPlane } from './control-plane.ts';
import { EventReportError } from './event-report-error.ts';

/** The token needs the scope `events:write` and the grant `events:APP`. */
export interface EventReporterOptions extends ControlPlaneOptions {
  readonly app: string;
  /** Times that a call is sent again when there was no answer; 2 if absent. The event's id makes it one event. */
  readonly retries?: number;
}

/** What somebody did. Only `action` must be told; the reference is docs/reference/activity-events.md. */
export interface AuditEvent {
  /** Such as `order.read`: letters, digits and `_ . : -`, at most 80. */
  readonly action: string;
  /** Made when absent. An event that is reported twice under one id is one event. */
  readonly id?: string;
  /** Epoch milliseconds; now when absent. */
  readonly ts?: number;
  /** `sub` of the verified identity, or the openid in a cloud function. */
  readonly user?: string;
  readonly dept?: string;
  readonly role?: string;
  readonly session?: string;
  readonly device?: string;
  readonly model?: string;
  /** Address of the person, not of the backend. */
  readonly ip?: string;
  readonly client?: string;
  readonly method?: string;
  readonly path?: string;
  /** Template of the path, such as `/orders/:id`. */
  readonly endpoint?: string;
  readonly object?: string;
  readonly object_owner_dept?: string;
  readonly status?: number;
  /** `success`, `failure`, `denied` ... */
  readonly result?: string;
  readonly reason?: string;
  readonly latency_ms?: number;
  readonly bytes_out?: number;
  readonly rows?: number;
  readonly amount_cents?: number;
  readonly campaign?: string;
}

/** Reports what people do in a backend or a cloud function into Menshen's audit log and detections. */
export interface EventReporter {
  /**
   * Resolves to the event's index in the audit log once it is durable there. Calls of one moment travel together. An act that must not happen without its
   * record awaits this before it is done.
   * @throws EventReportError
   */
  logAuditEvent(event: AuditEvent): Promise<number>;
  /**
   * Wraps a handler, such as a cloud function's `main`: reports `action` with `success`, or with `failure` when it throws, before the caller gets the
   * answer. `about` tells who and what from the handler's arguments; trust nothing there that the client sent (in cloud functions: `getWXContext().OPENID`).
   */
  audited<A extends unknown[], R>(
    action: string,
    about: (...args: A) => Omit<AuditEvent, 'action' | 'result'>,
    handler: (...args: A) => R,
  ): (...args: A) => Promise<Awaited<R>>;
}

const batchEvents = 200;
const retryMs = 200;

interface Waiting {
  readonly event: AuditEvent & { readonly id: string; readonly ts: number };
  readonly resolve: (index: number) => void;
  readonly reject: (error: unknown) => void;
}

export function createEventReporter({ app, retries = 2, ...options }: EventReporterOptions): EventReporter {
  const call = createControlPlane(options);
  const gathered: Waiting[] = [];

  const send = async (events: readonly Waiting['event'][]): Promise<readonly unknown[]> => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const { status, value } = await call('/api/v1/events', { app, events });
        if (status === 200 && Array.isArray(value?.['indexes'])) return value['indexes'];
        const code = typeof value?.['code'] === 'string' && status >= 400 ? value['code'] : 'refused';
        // Only what may be different in a moment is worth another try.
        if (status < 500 || attempt >= retries) throw new EventReportError(code);
      } catch (error) {
        if (error instanceof EventReportError) throw error;
        if (attempt >= retries) throw new EventReportError('unreachable', { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, retryMs * 2 ** attempt));
    }
  };

  const flush = async (): Promise<void> => {
    const batch = gathered.splice(0, batchEvents);
    if (gathered.length > 0) setImmediate(() => void flush());
    try {
      const indexes = await send(batch.map(({ event }) => event));
      batch.forEach(({ resolve, reject }, at) => {
        const index = indexes[at];
        if (typeof index === 'number') resolve(index);
        else reject(new EventReportError('refused'));
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };

  const logAuditEvent: EventReporter['logAuditEvent'] = (event) =>
    new Promise((resolve, reject) => {
      gathered.push({ event: { ...event, id: event.id ?? randomUUID(), ts: event.ts ?? Date.now() }, resolve, reject });
      if (gathered.length === 1) setImmediate(() => void flush());
    });

  return {
    logAuditEvent,
    audited<A extends unknown[], R>(
      action: string,
      about: (...args: A) => Omit<AuditEvent, 'action' | 'result'>,
      handler: (...args: A) => R,
    ) {
      return async (...args: A): Promise<Awaited<R>> => {
        const started = performance.now();
        const told = { ...about(...args), action };
        const report = (result: string) => logAuditEvent({ ...told, result, latency_ms: performance.now() - started });
        let answer: Awaited<R>;
        try {
          answer = await handler(...args);
        } catch (error) {
          // The handler's own failure is what its caller must see, recorded or not.
          await report('failure').catch(() => undefined);
          throw error;
        }
        await report('success');
        return answer;
      };
    },
  };
}
