import type { Socket } from 'node:net';

/*
 * What processes that share a log say to each other on a socket of the machine: length u32 little-endian, then a JSON text and, where there are records,
 * their bytes: `u32 length of all · u32 length of the JSON · JSON · bytes`.
 */

/** From a member to the owner. */
export type MemberMessage =
  | { readonly type: 'hello'; readonly member: number; readonly vkey: string }
  | { readonly type: 'append'; readonly id: number; readonly sequence: number }
  | { readonly type: 'call'; readonly id: number; readonly op: SharedOp };

/** Calls that a member hands on as they are. */
export type SharedOp = 'status' | 'flush' | 'verify-self';
export const SHARED_OPS: readonly string[] = ['status', 'flush', 'verify-self'] satisfies SharedOp[];

/** From the owner to a member. */
export type OwnerMessage =
  | { readonly type: 'welcome' }
  | { readonly type: 'refused'; readonly code: string }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'error'; readonly id: number; readonly code: string; readonly message: string }
  | { readonly type: 'notice'; readonly notice: string; readonly payload: unknown };

/** A batch of at most 4 MiB with what is around it; a longer message ends the connection. */
const MAX_MESSAGE_BYTES = 5 << 20;
const NOTHING = new Uint8Array(0);

/** Sends a message. False when the other side reads too slowly. */
export function sendMessage(socket: Socket, message: MemberMessage | OwnerMessage, bytes: Uint8Array = NOTHING): boolean {
  const json = Buffer.from(JSON.stringify(message));
  const head = Buffer.alloc(8);
  head.writeUInt32LE(4 + json.length + bytes.length, 0);
  head.writeUInt32LE(json.length, 4);
  socket.cork();
  socket.write(head);
  socket.write(json);
  const room = bytes.length === 0 ? true : socket.write(bytes);
  socket.uncork();
  return room;
}

/** Hears the messages of a socket; what is none ends the connection. */
export function hearMessages(socket: Socket, hear: (message: unknown, bytes: Uint8Array) => void): void {
  let pending: Buffer[] = [];
  let length = 0;
  socket.on('data', (chunk: Buffer) => {
    pending.push(chunk);
    length += chunk.length;
    try {
      while (length >= 4) {
        if (pending.length > 1 && (pending[0]?.length ?? 0) < 4) pending = [Buffer.concat(pending)];
        const wanted = 4 + (pending[0]?.readUInt32LE(0) ?? 0);
        if (wanted > MAX_MESSAGE_BYTES) throw new RangeError('too long');
        if (length < wanted) return;
        const whole = pending.length === 1 ? (pending[0] ?? Buffer.alloc(0)) : Buffer.concat(pending);
        pending = whole.length > wanted ? [whole.subarray(wanted)] : [];
        length -= wanted;
        const json = 8 + whole.readUInt32LE(4);
        // A copy: the records outlive the buffer that they came in.
        hear(JSON.parse(whole.toString('utf8', 8, json)), new Uint8Array(whole.subarray(json, wanted)));
      }
    } catch {
      socket.destroy();
    }
  });
  socket.on('error', () => undefined);
}
