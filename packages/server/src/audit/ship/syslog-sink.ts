import { readFileSync } from 'node:fs';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { AuditExportConfig } from '@menshen/contract';
import type { Exporter } from '../export/exported-event.ts';
import { octetCounted, syslogLine } from '../export/syslog.ts';
import { type Sink, SinkError } from './sink.ts';

const timeoutMs = 15_000;

export type SyslogPlace = Extract<AuditExportConfig['to'], { syslog: unknown }>['syslog'];

/**
 * RFC 5424 messages over one connection that is kept. The protocol has no answer: taken means handed to the connection and not refused by it, and the
 * last batch before a connection breaks is sent again.
 */
export function createSyslogSink(place: SyslogPlace, exporter: Exporter): Sink {
  let socket: Socket | null = null;
  /** Why the connection is gone, when it went while nobody was sending. */
  let broken: unknown = null;

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
      made.once('close', () => {
        if (socket === made) socket = null;
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
      socket ??= await open();
      const current = socket;
      const bytes = Buffer.concat(events.map((event) => octetCounted(syslogLine(event, exporter))));
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => current.destroy(new SinkError('timeout')), timeoutMs);
        const gone = (): void => {
          clearTimeout(timer);
          reject(broken instanceof SinkError ? broken : new SinkError('unreachable', { cause: broken }));
        };
        current.once('close', gone);
        current.write(bytes, (error) => {
          clearTimeout(timer);
          if (error) return;
          current.off('close', gone);
          resolve();
        });
      });
    },
    async close() {
      const current = socket;
      if (current === null) return;
      await new Promise<void>((resolve) => {
        current.once('close', () => resolve());
        current.end();
        setTimeout(() => current.destroy(), 1_000).unref();
      });
    },
  };
}
