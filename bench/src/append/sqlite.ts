import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { serveRounds } from './candidate.ts';

const directory = mkdtempSync(join(process.argv[2] ?? '.', 'menshen-append-'));
const database = new DatabaseSync(join(directory, 'events.db'));
database.exec(
  'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE events (id INTEGER PRIMARY KEY, event TEXT NOT NULL) STRICT',
);
const insert = database.prepare('INSERT INTO events (event) VALUES (?)');
serveRounds({
  commit(events) {
    database.exec('BEGIN IMMEDIATE');
    for (const event of events) insert.run(event);
    database.exec('COMMIT');
  },
  helperCpuSeconds: () => 0,
  close() {
    database.close();
    rmSync(directory, { recursive: true, force: true });
  },
});
