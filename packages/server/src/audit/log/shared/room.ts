import { mkdirSync } from 'node:fs';
import { formatVerifierKey } from '@menshen/tlog';
import { createSigner } from '@menshen/tlog/node';
import { type AuditRoomOptions, type Room, WriterError } from '../../../writer/protocol.ts';
import { type AuditRoomParts, type AuditRoomStatus, type OutcomeUnknown, openAuditRoom } from '../room.ts';
import { connectToOwner, type OwnerConnection, OwnerGone } from './member.ts';
import { joinMembers, liveMembers } from './members.ts';
import { type OwnerServer, serveMembers } from './owner.ts';
import type { SharedOp } from './wire.ts';

/** How often a process without an owner looks for one, or tries to become it. */
const SEEK_MS = 100;
/** How often it tries again where the log could not be opened: a damaged one is read through each time. */
const REFUSED_MS = 2_000;
/** After so long without an owner, what waits is refused. */
const PATIENCE_MS = 4_000;

interface Call {
  readonly op: string;
  readonly payload: unknown;
  /** Number of the batch, given when it is first sent and kept when it is sent again. */
  sequence: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

type Role =
  | { readonly name: 'seeking' }
  | { readonly name: 'owner'; readonly room: Room; readonly server: OwnerServer }
  | { readonly name: 'member'; readonly owner: OwnerConnection };

/**
 * The audit log's room of a process that shares the log with others of the same machine. Whoever holds the folder's lock owns the log: it alone writes
 * segments, tiles and checkpoints. The others write through it, and one of them takes the lock when it dies; the operating system gives a dead process's
 * lock back, so there are never two owners and nobody has to judge by time who is dead. A batch whose answer was lost is sent to the next owner under its
 * old number, and is written once.
 *
 * Besides the notices of {@link openAuditRoom}: `role` {owner}, `member_lost` {indexes} when acts of a dead process became "outcome unknown".
 */
export function openSharedRoom(
  options: AuditRoomOptions & { readonly member: number },
  notify: (notice: string, payload: unknown) => void,
  parts: AuditRoomParts = {},
): Room {
  const { directory, member } = options;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const vkey = formatVerifierKey(createSigner(options.origin, options.signingSeed).key);
  const leave = joinMembers(directory, member);
  let role: Role = { name: 'seeking' };
  let calls: Call[] = [];
  let sequence = 0;
  let closing = false;
  let refusal: WriterError | null = null;
  let alarmed = false;
  let timer: NodeJS.Timeout | null = null;
  /** Batches go out one by one: only of the last one does the log know that it has it. */
  let appending: Promise<unknown> = Promise.resolve();
  let underWay = 0;

  const tell = (notice: string, payload: unknown): void => {
    notify(notice, payload);
    if (role.name === 'owner') role.server.notice(notice, payload);
  };
  const lost = (unknown: OutcomeUnknown): void => notify('member_lost', unknown);

  /** Becomes the owner, when nobody is. */
  const takeOver = async (): Promise<boolean> => {
    let room: Room;
    try {
      room = openAuditRoom(options, tell, { ...parts, liveMembers: () => liveMembers(directory) });
    } catch (error) {
      if (error instanceof WriterError && error.code === 'audit_locked') return false;
      throw error;
    }
    try {
      role = { name: 'owner', room, server: await serveMembers(directory, vkey, room, lost) };
    } catch (error) {
      await room.close();
      throw error;
    }
    // At the start the service asks for them; later it is told.
    const unknown = (await room.handle('recovered', null)) as OutcomeUnknown;
    if (started && unknown.indexes.length > 0) lost(unknown);
    return true;
  };
  const join = async (): Promise<boolean> => {
    try {
      const owner = await connectToOwner(directory, { member, vkey }, notify, () => {
        role = { name: 'seeking' };
        if (!closing) void seek();
      });
      role = { name: 'member', owner };
      return true;
    } catch (error) {
      if (error instanceof OwnerGone) return false;
      throw error;
    }
  };

  let started = false;
  let seeking = false;
  const seek = async (): Promise<void> => {
    if (seeking) return;
    seeking = true;
    const since = performance.now();
    while (!closing && role.name === 'seeking') {
      try {
        if ((await takeOver()) || (await join())) break;
        if (performance.now() - since > PATIENCE_MS) despair(new WriterError('audit_unwritable', 'nobody owns the audit log'));
      } catch (error) {
        refusal = error instanceof WriterError ? error : new WriterError('audit_unwritable', 'the audit log cannot be opened');
        despair(refusal);
      }
      await new Promise<void>((resolve) => {
        timer = setTimeout(resolve, refusal === null ? SEEK_MS : REFUSED_MS);
      });
    }
    seeking = false;
    if (closing) return;
    started = true;
    refusal = null;
    notify('role', { owner: role.name === 'owner' });
    if (alarmed) notify('writable', null);
    alarmed = false;
    const again = calls;
    calls = [];
    for (const call of again) send(call);
  };
  const despair = (error: WriterError): void => {
    if (!alarmed) notify('unwritable', { reason: error.code });
    alarmed = true;
    for (const { reject } of calls.splice(0)) reject(error);
  };

  const send = (call: Call): void => {
    if (role.name === 'seeking') {
      if (refusal !== null || alarmed)
        return call.reject(refusal ?? new WriterError('audit_unwritable', 'nobody owns the audit log'));
      calls.push(call);
      return;
    }
    perform(call).then(call.resolve, (error: unknown) => {
      // The next owner is asked again: what it has already written it does not write twice.
      if (error instanceof OwnerGone && !closing) {
        calls.push(call);
        void (role.name === 'seeking' ? seek() : flushCalls());
        return;
      }
      call.reject(error instanceof Error ? error : new WriterError('audit_unwritable', 'the audit log failed'));
    });
  };
  const flushCalls = (): void => {
    for (const call of calls.splice(0)) send(call);
  };
  const perform = async (call: Call): Promise<unknown> => {
    const { op, payload } = call;
    if (role.name === 'owner') {
      // A batch that was on its way to the last owner may stand in the log.
      const again = op === 'append' && call.sequence > 0;
      const bytes = again ? (payload as { readonly bytes: Uint8Array }).bytes : null;
      return await (again
        ? role.room.handle('append-from', { member, sequence: call.sequence, bytes })
        : role.room.handle(op, payload));
    }
    if (role.name === 'seeking') throw new OwnerGone('the owner has gone');
    // Whoever owns the log has settled and told of what was left open.
    if (op === 'recovered') return { indexes: [] } satisfies OutcomeUnknown;
    if (op === 'append') {
      if (call.sequence === 0) {
        sequence += 1;
        call.sequence = sequence;
      }
      return await role.owner.append(call.sequence, (payload as { readonly bytes: Uint8Array }).bytes);
    }
    const value = await role.owner.call(op as SharedOp);
    return op === 'verify-self' ? value : ({ ...(value as AuditRoomStatus), owner: false } satisfies AuditRoomStatus);
  };

  const handle = (op: string, payload: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (closing) return reject(new WriterError('writer_closed', 'the writer has ended'));
      send({ op, payload, sequence: 0, resolve, reject });
    });

  void seek();
  return {
    handle(op, payload) {
      if (op !== 'append' || (role.name === 'owner' && underWay === 0)) return handle(op, payload);
      underWay += 1;
      const sent = appending.then(() => handle(op, payload));
      appending = sent
        .catch(() => undefined)
        .finally(() => {
          underWay -= 1;
        });
      return sent;
    },
    async close() {
      closing = true;
      if (timer !== null) clearTimeout(timer);
      for (const { reject } of calls.splice(0)) reject(new WriterError('writer_closed', 'the writer has ended'));
      if (role.name === 'member') role.owner.close();
      if (role.name === 'owner') {
        await role.server.close();
        await role.room.close();
      }
      leave();
    },
  };
}
