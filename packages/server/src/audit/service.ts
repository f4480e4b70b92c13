import type { Writer } from '../writer/client.ts';
import { WriterError } from '../writer/protocol.ts';
import { type EntityManagementFields, entityManagementEvent } from './events.ts';
import { MEMBER_INTENTS, RECORD } from './log/record.ts';
import type { AuditRoomStatus, OutcomeUnknown } from './log/room.ts';
import { RecordBatch } from './record-batch.ts';

/** What a privileged act is, for its record. */
export type Act = Omit<EntityManagementFields, 'time' | 'by' | 'outcome'>;

/** The audit log as the other services see it. Rejections carry the code `audit_unwritable` or `audit_entry_too_large`. */
export interface Audit {
  /**
   * Records that an act is about to happen. Do it when `durable` has resolved; then {@link Audit.record} its outcome
   * with the `id`. An intent whose outcome never comes is logged as "outcome unknown" at the next start.
   */
  intent(event: string): { readonly id: number; readonly durable: Promise<unknown> };
  /** Records an event, the outcome of an intent when `resolves` is given. Resolves when it is durable, to its log index. */
  record(event: string, resolves?: number | null): Promise<number>;
  /** As {@link Audit.record}, for who need not know the index: all records that travel together share one promise. */
  settle(event: string, resolves: number | null): Promise<unknown>;
  /** Records an event that nobody waits for; `failed` is called when it could not be. */
  note(event: string, failed: () => void): void;
  /** Does a privileged act: its intent is durable before, its outcome after. A failing act is recorded as failed and thrown on. */
  act<T>(actor: string, act: Act, perform: () => Promise<T>): Promise<T>;
  /** Does several privileged acts at one stroke, each with its own intent and outcome: all succeed or all fail. */
  actTogether<T>(actor: string, acts: readonly Act[], perform: () => Promise<T>): Promise<T>;
  state(): 'ok' | 'unwritable';
  /** Why the log could not be written last, as the operating system says it (`ENOSPC`); null when it never could not. */
  reason(): string | null;
  /** Whether this process owns the log: what must be done once for a log (archiving, witnesses) is done by its owner. */
  owner(): boolean;
  status(): Promise<AuditRoomStatus>;
  /** Has every later event go through `protect` before it is recorded; see `persons/`. One that cannot be protected is refused like one that cannot be written. */
  protectWith(protect: (event: string) => string | Promise<string>): void;
  /** Signs a checkpoint over everything that is durable. */
  flush(): Promise<AuditRoomStatus>;
  /** Hears the size of every new checkpoint. Returns the function that stops it. */
  onCheckpoint(hear: (size: number) => void): () => void;
  /** Hears how many entries the search index has, whenever it has grown. Returns the function that stops it. */
  onIndexed(hear: (size: number) => void): () => void;
  /** Hears how many acts a crash left without an outcome, also when that became known before; again when a process that shared the log has died. */
  onOutcomeUnknown(hear: (count: number) => void): void;
}

export interface AuditOptions {
  readonly writer: Writer;
  readonly clock: () => number;
  /** Number of this process among those that share the log: its intents carry it. 0 when absent: the log is this process's alone. */
  readonly member?: number;
  /** Bytes of records that may wait to become durable; beyond them records are refused. */
  readonly maxQueueBytes?: number;
}

const MAX_QUEUE_BYTES = 64 << 20;
/**
 * Shortest time between two batches: an fsync and the wake-up of two threads have their price in CPU. While somebody waits for a record it grows a little
 * with the size of the last batch. Not by more: who waits asks nothing meanwhile, and a process that sleeps in between does all of it with cold caches.
 */
const URGENT_GAP_MS = { least: 1, most: 2, recordsPerMs: 4 } as const;
/** For records of reads and refusals, for which nobody waits: half the waits for the disk where there are many of them. */
const ENTRY_GAP_MS = { least: 10, most: 20, recordsPerMs: 4 } as const;
/** A batch of this size takes no further record; far below the writer's limit. */
const BATCH_BYTES = 1 << 20;
const LEAST_ROOM_BYTES = 4_096;

/**
 * Opens the audit log of a writer. All records of one turn of the event loop travel in one buffer, which is moved, not
 * copied; while a batch is on its way the next one gathers, and batches keep a distance, so that a busy process sends few
 * and large ones. A process with little to record sends each turn's records at once.
 */
export function createAudit({ writer, clock, member = 0, maxQueueBytes = MAX_QUEUE_BYTES }: AuditOptions): Audit {
  /** Batches that have not been sent; records are added to the last. */
  const queue: RecordBatch[] = [];
  let queueBytes = 0;
  /** The last record that was added. */
  let latest: Promise<unknown> = Promise.resolve();
  let inFlight = 0;
  /** Size of the last batch in bytes: the next one is probably alike. */
  let lastBytes = 0;
  let immediate = false;
  let timer: NodeJS.Timeout | null = null;
  let timerUrgent = false;
  let lastSent = Number.NEGATIVE_INFINITY;
  let lastRecords = 0;
  let lastIntent = 0;
  let state: 'ok' | 'unwritable' = 'ok';
  let reason: string | null = null;
  let protect: ((event: string) => string | Promise<string>) | null = null;
  let owner = member === 0;
  let unknown: number | null = null;
  const unknownListeners: ((count: number) => void)[] = [];

  writer.listen('audit', (notice, payload) => {
    if (notice === 'unwritable') {
      state = 'unwritable';
      ({ reason } = payload as { readonly reason: string });
    }
    if (notice === 'writable') state = 'ok';
    if (notice === 'role') owner = (payload as { readonly owner: boolean }).owner;
    if (notice === 'member_lost') for (const hear of unknownListeners) hear((payload as OutcomeUnknown).indexes.length);
  });
  writer.call('audit', 'recovered', null).then(
    (answer) => {
      unknown = (answer as OutcomeUnknown).indexes.length;
      for (const hear of unknownListeners) if (unknown > 0) hear(unknown);
    },
    () => {
      state = 'unwritable';
    },
  );

  /** Sends what has gathered in this turn, or a moment later when a batch has just been sent. */
  const schedule = (): void => {
    const [next] = queue;
    if (next === undefined || next.records === 0 || inFlight > 0 || immediate) return;
    // Whoever waits in a later batch waits for the first one too.
    const urgent = next.urgent || queue.length > 1;
    if (timer !== null && (timerUrgent || !urgent)) return;
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const { least, most, recordsPerMs } = urgent ? URGENT_GAP_MS : ENTRY_GAP_MS;
    const gap = Math.min(most, Math.max(least, lastRecords / recordsPerMs));
    const due = lastSent + gap - performance.now();
    timerUrgent = urgent;
    if (due > 0) timer = setTimeout(send, due);
    else setImmediate(send);
    immediate = due <= 0;
  };

  const send = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    immediate = false;
    lastSent = performance.now();
    const batch = queue.shift();
    if (batch === undefined) return;
    lastRecords = batch.records;
    lastBytes = batch.bytes;
    inFlight += 1;
    const bytes = batch.encoded();
    const settle = (): void => {
      inFlight -= 1;
      queueBytes -= batch.bytes;
      schedule();
    };
    writer.call('audit', 'append', { bytes }, [bytes.buffer]).then(
      (first) => {
        batch.resolve(Number(first));
        settle();
      },
      (error: unknown) => {
        // A closed writer will never say that it can write again.
        if (error instanceof WriterError && error.code === 'writer_closed') state = 'unwritable';
        batch.reject(error instanceof WriterError && error.code.startsWith('audit_') ? error : unwritable());
        settle();
      },
    );
  };

  const add = (kind: number, id: number, event: string): Promise<number> => {
    const text = protect === null ? event : protect(event);
    return typeof text === 'string' ? addNow(kind, id, text) : addLater(kind, id, text);
  };
  const addLater = (kind: number, id: number, text: Promise<string>): Promise<number> => {
    const added = text.then(
      (ready) => addNow(kind, id, ready),
      () => Promise.reject(unwritable()),
    );
    latest = added;
    return added;
  };
  const addNow = (kind: number, id: number, event: string): Promise<number> => {
    const batch = place(kind, id, event);
    if (batch instanceof WriterError) return Promise.reject(batch);
    const added = new Promise<number>((resolve, reject) => {
      batch.await({ resolve, reject });
      schedule();
    });
    latest = added;
    return added;
  };
  /** Writes a record into the batch that gathers. Who waits for it is added next. */
  const place = (kind: number, id: number, event: string): RecordBatch | WriterError => {
    if (queueBytes + event.length > maxQueueBytes) return unwritable();
    let batch = queue.at(-1);
    if (batch === undefined || batch.bytes >= BATCH_BYTES) {
      batch = new RecordBatch(Math.max(LEAST_ROOM_BYTES, Math.ceil(lastBytes * 1.25)));
      queue.push(batch);
    }
    const size = batch.add(kind, id, event);
    if (size < 0) return new WriterError('audit_entry_too_large', 'an audit entry has at most 65,535 bytes');
    queueBytes += size;
    return batch;
  };
  /** Adds a record together with all others of its batch: one promise for all of them. */
  const addTogether = (kind: number, id: number, event: string): Promise<unknown> => {
    const text = protect === null ? event : protect(event);
    if (typeof text !== 'string') return addLater(kind, id, text);
    const batch = place(kind, id, text);
    if (batch instanceof WriterError) return Promise.reject(batch);
    batch.await(null);
    schedule();
    latest = batch.durable();
    return latest;
  };
  const note: Audit['note'] = (event, failed) => {
    const text = protect === null ? event : protect(event);
    if (typeof text !== 'string') return void addLater(RECORD.entry, 0, text).catch(failed);
    const batch = place(RECORD.entry, 0, text);
    if (batch instanceof WriterError) return failed();
    batch.await({ resolve: nothing, reject: failed });
    schedule();
    latest = batch.durable();
  };

  const record: Audit['record'] = (event, resolves) =>
    resolves === undefined || resolves === null ? add(RECORD.entry, 0, event) : add(RECORD.outcome, resolves, event);

  const intent: Audit['intent'] = (event) => {
    lastIntent += 1;
    const id = member === 0 ? lastIntent : member * MEMBER_INTENTS + (lastIntent % MEMBER_INTENTS);
    return { id, durable: state === 'ok' ? addTogether(RECORD.intent, id, event) : Promise.reject(unwritable()) };
  };

  const settle: Audit['settle'] = (event, resolves) =>
    resolves === null ? addTogether(RECORD.entry, 0, event) : addTogether(RECORD.outcome, resolves, event);

  const actTogether: Audit['actTogether'] = async (actor, acts, perform) => {
    const event = (act: Act, outcome: 'success' | 'failure' | 'unknown') =>
      entityManagementEvent({ ...act, by: actor, time: clock(), outcome });
    const intents = acts.map((act) => ({ act, ...intent(event(act, 'unknown')) }));
    const conclude = async (of: typeof intents, outcome: 'success' | 'failure'): Promise<void> => {
      await Promise.all(of.map(({ act, id }) => record(event(act, outcome), id)));
    };
    const settled = await Promise.allSettled(intents.map(({ durable }) => durable));
    const refused = settled.find((one) => one.status === 'rejected');
    if (refused !== undefined) {
      // Nothing happens; the intents that did become durable must not stand as "outcome unknown".
      const durable = intents.filter((_, at) => settled[at]?.status === 'fulfilled');
      await conclude(durable, 'failure').catch(() => undefined);
      throw refused.reason;
    }
    let result: Awaited<ReturnType<typeof perform>>;
    try {
      result = await perform();
    } catch (error) {
      await conclude(intents, 'failure');
      throw error;
    }
    await conclude(intents, 'success');
    return result;
  };

  const listenSize = (name: string, hear: (size: number) => void): (() => void) =>
    writer.listen('audit', (notice, payload) => {
      if (notice === name) hear((payload as { readonly size: number }).size);
    });

  return {
    intent,
    record,
    settle,
    note,
    act: (actor, act, perform) => actTogether(actor, [act], perform),
    actTogether,
    state: () => state,
    reason: () => reason,
    owner: () => owner,
    status: async () => (await writer.call('audit', 'status', null)) as AuditRoomStatus,
    protectWith(given) {
      protect = given;
    },
    async flush() {
      // Records of this turn may still be on their way to the writer.
      await latest.catch(() => undefined);
      return (await writer.call('audit', 'flush', null)) as AuditRoomStatus;
    },
    onCheckpoint: (hear) => listenSize('checkpoint', hear),
    onIndexed: (hear) => listenSize('indexed', hear),
    onOutcomeUnknown(hear) {
      unknownListeners.push(hear);
      if (unknown !== null && unknown > 0) hear(unknown);
    },
  };
}

const nothing = (): void => undefined;

function unwritable(): WriterError {
  return new WriterError('audit_unwritable', 'the audit log cannot be written');
}
