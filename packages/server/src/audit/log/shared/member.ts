import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { WriterError } from '../../../writer/protocol.ts';
import { readIfPresent } from '../files.ts';
import { OWNER_FILE } from './owner.ts';
import { hearMessages, type OwnerMessage, type SharedOp, sendMessage } from './wire.ts';

/** A connection to the owner of a shared log. */
export interface OwnerConnection {
  append(sequence: number, bytes: Uint8Array): Promise<number>;
  call(op: SharedOp): Promise<unknown>;
  close(): void;
}

/** The owner has gone: what was not answered may be sent to the next one again. */
export class OwnerGone extends Error {
  override readonly name = 'OwnerGone';
}

const CONNECT_MS = 1_000;
/** An owner that is silent for so long while something is asked of it is not waited for. */
const SILENT_MS = 3_000;

/**
 * Connects to the owner of a log. Rejects with {@link OwnerGone} when there is none that answers, with `audit_key_mismatch` when it writes under another
 * key or origin. `gone` hears once when the connection ends.
 */
export function connectToOwner(
  directory: string,
  hello: { readonly member: number; readonly vkey: string },
  notify: (notice: string, payload: unknown) => void,
  gone: () => void,
): Promise<OwnerConnection> {
  const path = socketOf(directory);
  if (path === null) return Promise.reject(new OwnerGone('nobody owns the log'));
  return new Promise((resolve, reject) => {
    const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
    let last = 0;
    let welcome = false;
    const socket: Socket = connect(path);
    socket.setNoDelay(true);
    socket.setTimeout(CONNECT_MS);
    const heard = (): void => void socket.setTimeout(waiting.size > 0 ? SILENT_MS : 0);
    const ask = (send: (id: number) => void): Promise<unknown> =>
      new Promise((settle, refuse) => {
        if (socket.destroyed) return refuse(new OwnerGone('the owner has gone'));
        last += 1;
        waiting.set(last, { resolve: settle, reject: refuse });
        send(last);
        socket.setTimeout(SILENT_MS);
      });
    const connection: OwnerConnection = {
      append: async (sequence, bytes) => Number(await ask((id) => sendMessage(socket, { type: 'append', id, sequence }, bytes))),
      call: (op) => ask((id) => sendMessage(socket, { type: 'call', id, op })),
      close: () => socket.destroy(),
    };
    socket.on('timeout', () => socket.destroy());
    socket.on('connect', () => sendMessage(socket, { type: 'hello', ...hello }));
    hearMessages(socket, (received) => {
      const message = received as OwnerMessage;
      if (message.type === 'welcome') {
        welcome = true;
        socket.setTimeout(0);
        return resolve(connection);
      }
      if (message.type === 'refused')
        return reject(new WriterError(message.code, 'the owner of the log writes with another key'));
      if (message.type === 'notice') return notify(message.notice, message.payload);
      const asked = waiting.get(message.id);
      waiting.delete(message.id);
      heard();
      if (message.type === 'answer') asked?.resolve(message.value);
      else asked?.reject(new WriterError(message.code, message.message));
    });
    socket.on('close', () => {
      const error = new OwnerGone('the owner has gone');
      reject(error);
      for (const { reject: refuse } of waiting.values()) refuse(error);
      waiting.clear();
      if (welcome) gone();
    });
  });
}

function socketOf(directory: string): string | null {
  try {
    const { socket } = JSON.parse(new TextDecoder().decode(readIfPresent(join(directory, OWNER_FILE)) ?? undefined)) as {
      socket?: unknown;
    };
    return typeof socket === 'string' && socket.length <= 200 ? socket : null;
  } catch {
    return null;
  }
}
