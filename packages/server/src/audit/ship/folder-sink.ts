import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExportedEvent } from '../export/exported-event.ts';
import { type Sink, SinkError } from './sink.ts';

/** Appends to a file for each day (UTC) of the events, `audit-2026-11-25.log`, on disk before it is told as taken. */
export function createFolderSink(folder: string, line: (event: ExportedEvent) => string): Sink {
  return {
    async send(events) {
      const days = Map.groupBy(events, ({ time }) => new Date(time).toISOString().slice(0, 10));
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        for (const [day, of] of days) {
          const file = await open(join(folder, `audit-${day}.log`), 'a', 0o600);
          try {
            await file.appendFile(`${of.map(line).join('\n')}\n`);
            await file.datasync();
          } finally {
            await file.close();
          }
        }
      } catch (error) {
        throw new SinkError('unwritable', { cause: error });
      }
    },
    async close() {},
  };
}
