import type { Socket } from 'node:net';
import type { AnswerWire } from '../http1/client-response.ts';

/** What the client still has to take of a refusal before its connection is cut, in milliseconds. */
const lingerMs = 2_000;

/** A connection that has left HTTP, and is answered once more because its upgrade is refused: the answer ends it. */
export function rawWire(socket: Socket): AnswerWire {
  return {
    method: 'GET',
    minor: 1,
    tail: () => 'connection: close\r\n\r\n',
    writeText: (latin1) => socket.write(latin1, 'latin1'),
    writeBytes: (bytes) => socket.write(bytes),
    writeBoth: (head, body) => socket.write(Buffer.concat([Buffer.from(head, 'latin1'), body])),
    answered() {
      socket.end();
      // What still comes is thrown away, so that the end can be seen.
      socket.resume();
      const timer = setTimeout(() => socket.destroy(), lingerMs);
      timer.unref();
      socket.once('close', () => clearTimeout(timer));
    },
    destroy: () => socket.destroy(),
  };
}
