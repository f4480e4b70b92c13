import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpuSeconds } from '../measure.ts';
import { serveRounds } from './candidate.ts';

/*
 * COPY through psql, PostgreSQL's own client: one COPY of text a commit, acknowledged when the server has it on its disk
 * (fsync and synchronous_commit on). The CPU of psql and of the server's process is counted; that of its background
 * writers is not, which is in PostgreSQL's favour.
 */
const table = `menshen_append_${process.pid}`;
const psql = spawn('psql', [process.argv[3] ?? '', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1'], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
let answers = '';
let hear: (line: string) => void = () => undefined;
psql.stdout.setEncoding('utf8').on('data', (text: string) => {
  answers += text;
  for (let end = answers.indexOf('\n'); end >= 0; end = answers.indexOf('\n')) {
    const line = answers.slice(0, end);
    answers = answers.slice(end + 1);
    hear(line);
  }
});
const ask = (input: string): Promise<string> =>
  new Promise((resolve) => {
    hear = resolve;
    psql.stdin.write(input);
  });
const backend = Number(
  await ask(
    `SET synchronous_commit = on; CREATE TABLE ${table} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, event text NOT NULL); SELECT pg_backend_pid();\n`,
  ),
);
const escaped = /[\\\n\t\r]/g;
serveRounds({
  async commit(events) {
    const rows = events.map((event) => event.replace(escaped, (character) => (character === '\\' ? '\\\\' : ' '))).join('\n');
    await ask(`COPY ${table} (event) FROM STDIN;\n${rows}\n\\.\n\\echo done\n`);
  },
  helperCpuSeconds: () => cpuSeconds(psql.pid ?? 0) + cpuSeconds(backend),
  async close() {
    await ask(`DROP TABLE ${table};\n\\echo done\n`);
    psql.stdin.end();
    await once(psql, 'exit');
  },
});
