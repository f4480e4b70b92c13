import { readFileSync } from 'node:fs';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { AuditExportConfig } from '@menshen/contract';
import type { Exporter } from '../export/exported-event.ts';
import { octetCounted, syslogLine } from '../export/syslog.ts';
import { type Sink, SinkError } from './sink.ts';

/** How long a connection may take to be made, and how long a receiver may take nothing of a piece. */
const timeoutMs = 15_000;
/** A receiver that reads slowly is waited for as long as it takes a piece within the time. */
const pieceBytes = 64 << 10;

export type SyslogPlace = Extract<AuditExportConfig['to'], { syslog: unknown }>['syslog'];

/** What a broken connection may have swallowed: as much as both sides hold for it (Linux: up to 4 and 6 MB). */
const unsureBytes = 8 << 20;
/** After a break a batch counts once the new connection has outlived it for so long. */
const trialMs = 1_000;
/** A connection that is ended in order after so long without a message was idle: all of it had been read, or the end would be a reset. */
const idleMs = 10_000;
/** How long the other side may take to end the connection when we do. */
const partingMs = 1_000;

/**
 * RFC 5424 messages over one connection that is kept. The protocol has no answer: taken means handed to the connection and not refused by it. So when a
 * connection breaks, what was last handed to it is sent again on the next one, and that one must stand for a moment before anything counts as taken: a
 * receiver that closes at every message, or reads nothing, is told of instead of being sent a log that nobody has.
 */
export function createSyslogSink(place: SyslogPlace, exporter: Exporter, withinMs = timeoutMs): Sink {
  let socket: Socket | null = null;
  /** A connection that is being made. */
  let opening: Socket | null = null;
  /** Why the connection is gone, when it went while nobody was sending. */
  let broken: unknown = null;
  /** What was last handed to the connection that stands, or to the one that broke, with the index of its first event. */
  const recent: { readonly first: number; readonly bytes: Buffer }[] = [];
  let handedAt = 0;
  let onTrial = false;
  let closing = false;
  /** The other side did not end in its time. */
  let cutOff = false;

  const remember = (first: number, bytes: Buffer): void => {
    recent.push({ first, bytes });
    let size = recent.reduce((sum, one) => sum + one.bytes.length, 0);
    while (size > unsureBytes && recent.length > 1) size -= recent.shift()?.bytes.length ?? 0;
  };

  const open = (): Promise<Socket> =>
    new Promise((resolve, reject) => {
      const files = { ca: place.ca, cert: place.cert, key: place.key };
      let made: Socket;
      try {
        const pem = Object.fromEntries(
          Object.entries(files).flatMap(([name, file]) => (file === undefined ? [] : [[name, readFileSync(file)]])),
        );
        made = place.tls
          ? connectTls({ host: place.host, port: place.port, minVersion: 'TLSv1.2', servername: place.host, ...pem })
          : connectPlain({ host: place.host, port: place.port });
      } catch (error) {
        reject(new SinkError('unreachable', { cause: error }));
        return;
      }
      opening = made;
      // Not a bound of silence: a handshake that comes byte by byte would last for days.
      const late = setTimeout(() => made.destroy(new SinkError('timeout')), withinMs);
      made.once('error', (error) => {
        broken = error;
        reject(error instanceof SinkError ? error : new SinkError('unreachable', { cause: error }));
      });
      made.once('close', (failed) => {
        clearTimeout(late);
        if (opening === made) opening = null;
        reject(new SinkError('unreachable'));
        if (socket !== made) return;
        socket = null;
        // A receiver that ends while something of ours is unread resets the connection.
        const inOrder = !failed && !cutOff && (closing || performance.now() - handedAt > idleMs);
        if (inOrder) recent.length = 0;
        onTrial = !inOrder;
      });
      // A receiver says nothing; what it says is read and dropped, so that its end is noticed.
      made.resume();
      made.once(place.tls ? 'secureConnect' : 'connect', () => {
        clearTimeout(late);
        opening = null;
        made.setKeepAlive(true, 30_000);
        resolve(made);
      });
    });

  /** Hands bytes to the connection piece by piece: its end is as good as none, and no more than a piece is in its hands at once. */
  const hand = async (to: Socket, parts: readonly Buffer[]): Promise<void> => {
    for (const bytes of parts)
      for (let at = 0; at < bytes.length; at += pieceBytes)
        await untilGone(to, (taken) => {
          const late = setTimeout(() => to.destroy(new SinkError('timeout')), withinMs);
          to.write(bytes.subarray(at, at + pieceBytes), (error) => {
            clearTimeout(late);
            if (!error) taken();
          });
          return late;
        });
    if (onTrial) await untilGone(to, (stood) => setTimeout(stood, trialMs));
    onTrial = false;
  };

  /** Waits for something; rejects where the connection ends before it. */
  const untilGone = (to: Socket, wait: (done: () => void) => NodeJS.Timeout): Promise<void> =>
    new Promise((resolve, reject) => {
      const gone = (): void => {
        clearTimeout(timer);
        reject(broken instanceof SinkError ? broken : new SinkError('unreachable', { cause: broken }));
      };
      to.once('close', gone);
      const timer = wait(() => {
        to.off('close', gone);
        resolve();
      });
      if (to.closed) gone();
    });

  return {
    async send(events) {
      if (closing) throw new SinkError('unreachable');
      broken = null;
      const again = socket === null ? recent.map(({ bytes }) => bytes) : [];
      socket ??= await open();
      const bytes = Buffer.concat(events.map((event) => octetCounted(syslogLine(event, exporter))));
      await hand(socket, [...again, bytes]);
      remember(events[0]?.index ?? 0, bytes);
      handedAt = performance.now();
    },
    unsure: () => recent[0]?.first ?? null,
    async close() {
      closing = true;
      opening?.destroy();
      const current = socket;
      if (current === null) return;
      await new Promise<void>((resolve) => {
        const late = setTimeout(() => {
          cutOff = true;
          current.destroy();
        }, partingMs);
        current.once('close', () => {
          clearTimeout(late);
          resolve();
        });
        current.end();
      });
    },
  };
}
