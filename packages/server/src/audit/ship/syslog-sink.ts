import { readFileSync } from 'node:fs';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { AuditExportConfig } from '@menshen/contract';
import type { Exporter } from '../export/exported-event.ts';
import { octetCounted, syslogLine } from '../export/syslog.ts';
import { type Sink, SinkError } from './sink.ts';

const timeoutMs = 15_000;

export type SyslogPlace = Extract<AuditExportConfig['to'], { syslog: unknown }>['syslog'];

/** What a broken connection may have swallowed: as much as both sides hold for it (Linux: up to 4 and 6 MB). */
const unsureBytes = 8 << 20;
/** After a break a batch counts once the new connection has outlived it for so long. */
const trialMs = 1_000;
/** A connection that is ended in order after so long without a message was idle: all of it had been read, or the end would be a reset. */
const idleMs = 10_000;

/**
 * RFC 5424 messages over one connection that is kept. The protocol has no answer: taken means handed to the connection and not refused by it. So when a
 * connection breaks, what was last handed to it is sent again on the next one, and that one must stand for a moment before anything counts as taken: a
 * receiver that closes at every message, or reads nothing, is told of instead of being sent a log that nobody has.
 */
export function createSyslogSink(place: SyslogPlace, exporter: Exporter): Sink {
  let socket: Socket | null = null;
  /** Why the connection is gone, when it went while nobody was sending. */
  let broken: unknown = null;
  /** What was last handed to the connection that stands, or to the one that broke. */
  const recent: Buffer[] = [];
  let handedAt = 0;
  let onTrial = false;
  let closing = false;

  const remember = (bytes: Buffer): void => {
    recent.push(bytes);
    let size = recent.reduce((sum, one) => sum + one.length, 0);
    while (size > unsureBytes && recent.length > 1) size -= recent.shift()?.length ?? 0;
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
      made.setTimeout(timeoutMs, () => made.destroy(new SinkError('timeout')));
      made.once('error', (error) => {
        broken = error;
        reject(error instanceof SinkError ? error : new SinkError('unreachable', { cause: error }));
      });
      made.once('close', (failed) => {
        if (socket !== made) return;
        socket = null;
        const inOrder = closing || (!failed && performance.now() - handedAt > idleMs);
        if (inOrder) recent.length = 0;
        onTrial = !inOrder;
      });
      // A receiver says nothing; what it says is read and dropped, so that its end is noticed.
      made.resume();
      made.once(place.tls ? 'secureConnect' : 'connect', () => {
        made.setTimeout(0);
        made.setKeepAlive(true, 30_000);
        resolve(made);
      });
    });

  return {
    async send(events) {
      broken = null;
      const again = socket === null ? recent : [];
      socket ??= await open();
      const current = socket;
      const bytes = Buffer.concat(events.map((event) => octetCounted(syslogLine(event, exporter))));
      await new Promise<void>((resolve, reject) => {
        let timer = setTimeout(() => current.destroy(new SinkError('timeout')), timeoutMs);
        const gone = (): void => {
          clearTimeout(timer);
          reject(broken instanceof SinkError ? broken : new SinkError('unreachable', { cause: broken }));
        };
        const taken = (): void => {
          current.off('close', gone);
          onTrial = false;
          resolve();
        };
        current.once('close', gone);
        current.write(Buffer.concat([...again, bytes]), (error) => {
          clearTimeout(timer);
          if (error) return;
          if (onTrial) timer = setTimeout(taken, trialMs);
          else taken();
        });
      });
      remember(bytes);
      handedAt = performance.now();
    },
    async close() {
      const current = socket;
      closing = true;
      if (current === null) return;
      await new Promise<void>((resolve) => {
        current.once('close', () => resolve());
        current.end();
        setTimeout(() => current.destroy(), 1_000).unref();
      });
    },
  };
}
