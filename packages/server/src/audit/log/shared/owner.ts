import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Room, WriterError } from '../../../writer/protocol.ts';
import { nodeFiles } from '../files.ts';
import type { OutcomeUnknown } from '../room.ts';
import { isMemberAlive } from './members.ts';
import { hearMessages, type MemberMessage, type OwnerMessage, SHARED_OPS, sendMessage } from './wire.ts';

/** File of the log's folder that says where its owner listens. */
export const OWNER_FILE = 'owner.json';
/** Longest path of a socket (`sun_path` of Linux, with its end). */
const MAX_SOCKET_PATH = 100;
/** A member that has gone may come back within this time; then its process is asked for. */
const GONE_MS = 2_000;

/** The owner's side of a shared log: members write through it. */
export interface OwnerServer {
  notice(notice: string, payload: unknown): void;
  close(): Promise<void>;
}

/**
 * Listens for members. Only who may write in the log's folder can: the socket lies in it, or in a new folder that only this user may enter where the
 * log's own path is too long for a socket. `lost` hears of acts that a dead member left open.
 */
export async function serveMembers(
  directory: string,
  vkey: string,
  room: Room,
  lost: (unknown: OutcomeUnknown) => void,
): Promise<OwnerServer> {
  const own = join(directory, 'owner.sock');
  const path = own.length <= MAX_SOCKET_PATH ? own : join(mkdtempSync(join(tmpdir(), 'menshen-log-')), 'owner.sock');
  // A dead owner's socket: the lock says that there is no living one.
  nodeFiles.remove(path);
  const connected = new Map<Socket, number>();
  const timers = new Set<NodeJS.Timeout>();
  const server = createServer((socket) => welcome(socket));

  const left = (member: number): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      if ([...connected.values()].includes(member) || isMemberAlive(directory, member)) return;
      Promise.resolve()
        .then(() => room.handle('settle', { member }))
        .then((unknown) => {
          const { indexes } = unknown as OutcomeUnknown;
          if (indexes.length > 0) lost({ indexes });
        })
        // A log that cannot be written keeps the intents open: they are settled at its next start.
        .catch(() => undefined);
    }, GONE_MS);
    timers.add(timer);
  };

  function welcome(socket: Socket): void {
    socket.setNoDelay(true);
    let member = 0;
    const answer = (message: OwnerMessage): void => {
      if (!socket.destroyed) sendMessage(socket, message);
    };
    const settle = (id: number, value: unknown): void => {
      Promise.resolve(value).then(
        (settled) => answer({ type: 'answer', id, value: settled }),
        (error: unknown) => {
          const code = error instanceof WriterError ? error.code : 'audit_unwritable';
          answer({ type: 'error', id, code, message: error instanceof WriterError ? error.message : 'the log failed' });
        },
      );
    };
    const handle = (id: number, op: string, payload: unknown): void => {
      try {
        settle(id, room.handle(op, payload));
      } catch (error) {
        settle(id, Promise.reject(error instanceof Error ? error : new Error('failed')));
      }
    };
    hearMessages(socket, (received, bytes) => {
      const message = received as MemberMessage;
      if (message.type === 'hello') {
        if (message.vkey !== vkey) {
          answer({ type: 'refused', code: 'audit_key_mismatch' });
          socket.end();
          return;
        }
        member = message.member;
        connected.set(socket, member);
        answer({ type: 'welcome' });
      } else if (member === 0) socket.destroy();
      else if (message.type === 'append') handle(message.id, 'append-from', { member, sequence: message.sequence, bytes });
      else if (message.type === 'call' && SHARED_OPS.includes(message.op)) handle(message.id, message.op, null);
      else socket.destroy();
    });
    socket.on('close', () => {
      connected.delete(socket);
      if (member !== 0) left(member);
    });
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  const file = join(directory, OWNER_FILE);
  nodeFiles.create(`${file}.new`, `${JSON.stringify({ socket: path })}\n`);
  nodeFiles.rename(`${file}.new`, file);

  return {
    notice(notice, payload) {
      for (const socket of connected.keys()) sendMessage(socket, { type: 'notice', notice, payload });
    },
    async close() {
      for (const timer of timers) clearTimeout(timer);
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of connected.keys()) socket.destroy();
      await closed;
      if (path !== own) rmSync(dirname(path), { recursive: true, force: true });
    },
  };
}
