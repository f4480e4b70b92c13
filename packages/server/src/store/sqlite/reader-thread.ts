import { parentPort, workerData } from 'node:worker_threads';
import { StoreError } from '../errors.ts';
import type { Row } from '../values.ts';
import { type Connection, openConnection } from './connection.ts';
import type { ReaderAnswer, ReaderCall, Statement } from './protocol.ts';
import { fromSqliteError } from './sqlite-error.ts';

const largestStreamCount = 8;

const port = parentPort;
if (port === null) throw new Error('the reader runs as a worker thread');

const { file } = workerData as { readonly file: string };
const connection = openConnection(file, true);

/** A stream has a connection of its own: an open cursor would hold every other read of its connection at its old snapshot. */
const streams = new Map<number, { readonly connection: Connection; readonly rows: IterableIterator<Row> }>();

function openStream(id: number, statement: Statement): void {
  if (streams.size >= largestStreamCount) throw new StoreError('store_busy', 'too many streams are open');
  const own = openConnection(file, true);
  try {
    streams.set(id, { connection: own, rows: own.iterate(statement) });
  } catch (error) {
    own.close();
    throw error;
  }
}

function endStream(id: number): void {
  const stream = streams.get(id);
  streams.delete(id);
  stream?.connection.close();
}

function nextRows(id: number, count: number): Row[] {
  const stream = streams.get(id);
  if (stream === undefined) return [];
  try {
    const rows: Row[] = [];
    while (rows.length < count) {
      const next = stream.rows.next();
      if (next.done) break;
      rows.push(next.value);
    }
    if (rows.length < count) endStream(id);
    return rows;
  } catch (error) {
    endStream(id);
    throw error;
  }
}

function handle(call: ReaderCall): Row[] {
  switch (call.op) {
    case 'select':
      return connection.run(call.statement).rows;
    case 'open':
      openStream(call.id, call.statement);
      return [];
    case 'next':
      return nextRows(call.stream, call.count);
    case 'end':
      endStream(call.stream);
      return [];
    case 'close':
      for (const id of [...streams.keys()]) endStream(id);
      connection.close();
      return [];
  }
}

port.on('message', (call: ReaderCall) => {
  let answer: ReaderAnswer;
  try {
    answer = { id: call.id, rows: handle(call) };
  } catch (error) {
    const { code, message } = fromSqliteError(error);
    answer = { id: call.id, error: { code, message } };
  }
  port.postMessage(answer);
  if (call.op === 'close') port.close();
});

port.postMessage({ id: 0, rows: [] } satisfies ReaderAnswer);
