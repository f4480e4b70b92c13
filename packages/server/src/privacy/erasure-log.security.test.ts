import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ErasureEntry, openErasureLog } from './erasure-log.ts';

const key = new Uint8Array(32).fill(9);
const entry = (letter: string): ErasureEntry => ({
  ...{ id: `er_${letter.repeat(16)}`, subject: `ps_${letter.repeat(43)}`, scope: 'person', cause: 'request', at: 7 },
});

describe('the file of erasures', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'menshen-erasures-'));
    file = join(folder, 'privacy', 'erasures.log');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('remembers what was appended, for its owner alone to read', () => {
    const log = openErasureLog(file, key);
    log.append(entry('a'));
    log.append(entry('b'));
    expect(openErasureLog(file, key).entries()).toEqual([entry('a'), entry('b')]);
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  it('erases nobody by a line that somebody else has written, changed or signed with another key', () => {
    openErasureLog(file, key).append(entry('a'));
    const [line = ''] = readFileSync(file, 'utf8').split('\n');
    const victim = line.replace(entry('a').subject, entry('c').subject);
    const forged = { entry: entry('d'), mac: Buffer.alloc(32).toString('base64url') };
    writeFileSync(file, `${line}\n${victim}\n${JSON.stringify(forged)}\n{"entry":1}\nnonsense\n`);
    const log = openErasureLog(file, key);
    expect([log.entries(), log.foreign]).toEqual([[entry('a')], 4]);
    expect(openErasureLog(file, new Uint8Array(32)).entries()).toEqual([]);
  });

  it('loses no later line to one that a crash has cut off', () => {
    openErasureLog(file, key).append(entry('a'));
    const whole = statSync(file).size;
    openErasureLog(file, key).append(entry('b'));
    truncateSync(file, whole + 20);
    const after = openErasureLog(file, key);
    expect([after.entries(), after.foreign]).toEqual([[entry('a')], 1]);
    after.append(entry('c'));
    expect(openErasureLog(file, key).entries()).toEqual([entry('a'), entry('c')]);
  });

  it('takes a line once, however often it stands there', () => {
    openErasureLog(file, key).append(entry('a'));
    appendFileSync(file, readFileSync(file));
    expect(openErasureLog(file, key).entries()).toEqual([entry('a')]);
  });
});
