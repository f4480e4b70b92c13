import { parentPort, workerData } from 'node:worker_threads';
import { openDatabaseRoom } from '../store/sqlite/room.ts';
import type { Room, RoomName, WriterAnswer, WriterCall, WriterNotice, WriterOptions } from './protocol.ts';

const port = parentPort;
if (port === null) throw new Error('the writer runs as a worker thread');

const options = workerData as WriterOptions;
const rooms = new Map<RoomName, Room>();
const notify = (room: RoomName) => (notice: string, payload: unknown) => {
  const message: WriterNotice = { notice, room, payload };
  port.postMessage(message);
};

if (options.databaseFile !== undefined) rooms.set('database', openDatabaseRoom(options.databaseFile));
if (options.audit !== undefined) {
  // Tools that only need the database do not load the log.
  const { audit } = options;
  if (audit.member === undefined) {
    const { openAuditRoom } = await import('../audit/log/room.ts');
    rooms.set('audit', openAuditRoom(audit, notify('audit')));
  } else {
    const { openSharedRoom } = await import('../audit/log/shared/room.ts');
    rooms.set('audit', openSharedRoom({ ...audit, member: audit.member }, notify('audit')));
  }
}

function fail(id: number, error: unknown): void {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'writer_failed';
  const answer: WriterAnswer = { id, error: { code, message: error instanceof Error ? error.message : 'unknown failure' } };
  port?.postMessage(answer);
}

port.on('message', (call: WriterCall) => {
  if (call.op === 'close') {
    void Promise.all([...rooms.values()].map((room) => room.close()))
      .then(() => port.postMessage({ id: call.id, value: null } satisfies WriterAnswer))
      .catch((error: unknown) => fail(call.id, error))
      .finally(() => port.close());
    return;
  }
  const room = rooms.get(call.room);
  if (room === undefined) return fail(call.id, new Error(`no room ${call.room}`));
  try {
    const value = room.handle(call.op, call.payload);
    if (value instanceof Promise) {
      value.then(
        (settled: unknown) => port.postMessage({ id: call.id, value: settled } satisfies WriterAnswer),
        (error: unknown) => fail(call.id, error),
      );
    } else {
      port.postMessage({ id: call.id, value } satisfies WriterAnswer);
    }
  } catch (error) {
    fail(call.id, error);
  }
});

port.postMessage({ notice: 'ready', room: 'database', payload: null } satisfies WriterNotice);
