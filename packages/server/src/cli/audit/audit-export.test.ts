import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authenticationEvent } from '../../audit/events.ts';
import { createAudit } from '../../audit/service.ts';
import { openTestWriter, scratchLog, TEST_VKEY, testRoomOptions } from '../../audit/testing.ts';
import { run } from '../testing/terminal.ts';
import { auditExport } from './audit-export.ts';

const day = Date.UTC(2026, 10, 25);
const scratch = scratchLog();
const log = ['--log', scratch.directory, '--vkey', TEST_VKEY];
const entries = Array.from({ length: 300 }, (_, at) =>
  authenticationEvent({
    ...{ time: day + at * 60_000, activity: 'logon', app: 'portal', channel: 'wechat', uid: `u${at}`, address: '203.0.113.1' },
    ...{ userAgent: null, session: null, code: null, requestId: null },
  }),
);

beforeAll(async () => {
  const { writer } = openTestWriter(testRoomOptions(scratch.directory));
  const audit = createAudit({ writer, clock: () => day });
  await Promise.all(entries.map((entry) => audit.record(entry)));
  await audit.flush();
  await writer.close();
});
afterAll(() => scratch.remove());

describe('menshen audit export', () => {
  it('prints the entries as they are, in their order and over the edge of a bundle', async () => {
    const { out, code } = await run(auditExport, log);
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual(entries);
  });

  it('takes a range of time, and what is behind an index', async () => {
    const range = await run(auditExport, [...log, '--from', '2026-11-25T01:00:00Z', '--to', String(day + 62 * 60_000)]);
    expect(range.out.split('\n')).toEqual(entries.slice(60, 62));
    expect((await run(auditExport, [...log, '--after', '297'])).out.split('\n')).toEqual(entries.slice(298));
  });

  it('writes a file with the checkpoint beside it', async () => {
    const file = join(scratch.directory, 'export.cef');
    const { out } = await run(auditExport, [...log, '--format', 'cef', '--out', file, '--json']);
    expect(JSON.parse(out)).toEqual({ file, format: 'cef', events: 300 });
    expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(300);
    expect(readFileSync(`${file}.checkpoint`, 'utf8')).toBe(readFileSync(join(scratch.directory, 'checkpoint'), 'utf8'));
  });

  it.each([
    ['--format', 'xml'],
    ['--from', 'yesterday'],
    ['--after', '-1x'],
    ['--out', '/dev/null/x'],
  ])('refuses %s %s as wrong usage', async (...option) => {
    expect(await run(auditExport, [...log, ...option])).toMatchObject({ code: 2, out: '' });
  });
});
