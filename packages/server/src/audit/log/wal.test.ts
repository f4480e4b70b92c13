import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scratchLog } from '../testing.ts';
import { nodeFiles } from './files.ts';
import { FRAME_HEADER_BYTES, SEGMENT_HEADER_BYTES } from './frame.ts';
import { openWal, type Wal } from './wal.ts';

const SEGMENT = 4_096;

describe('the write-ahead log', () => {
  let scratch: ReturnType<typeof scratchLog>;
  let folder: string;
  beforeEach(() => {
    scratch = scratchLog();
    folder = join(scratch.directory, 'wal');
  });
  afterEach(() => scratch.remove());

  const open = () => openWal(folder, nodeFiles, SEGMENT, 0);
  const write = (wal: Wal, at: number, length = 100) => wal.append([{ bytes: Buffer.alloc(length, at), records: 1, entries: 1 }]);
  const bodies = () => {
    const { wal, replay } = open();
    wal.close();
    return replay.segments.flatMap(({ frames }) => frames.map(({ body }) => body[0]));
  };
  const segmentFiles = () =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.seg'))
      .sort();
  const fill = (count: number) => {
    const { wal } = open();
    for (let at = 0; at < count; at += 1) expect(write(wal, at).firstIndex).toBe(at);
    wal.close();
  };

  it('gives back what was written, over many segments', () => {
    fill(100);
    expect(segmentFiles().length).toBeGreaterThan(2);
    expect(bodies()).toEqual(Array.from({ length: 100 }, (_, at) => at));
    expect(open().wal.nextIndex).toBe(100);
  });

  it('goes on where it was left, in a new segment', () => {
    fill(3);
    const { wal } = open();
    expect(write(wal, 3).firstIndex).toBe(3);
    wal.close();
    expect(bodies()).toEqual([0, 1, 2, 3]);
  });

  it('ignores a tail that was cut short or only half written, wherever it ends', () => {
    fill(5);
    const [name = ''] = segmentFiles();
    const whole = readFileSync(join(folder, name));
    const frame = FRAME_HEADER_BYTES + 100;
    const last = SEGMENT_HEADER_BYTES + 4 * frame;
    for (let length = last; length < last + frame; length += 1) {
      writeFileSync(join(folder, name), whole.subarray(0, length));
      expect(bodies()).toEqual([0, 1, 2, 3]);
      const zeroed = Buffer.from(whole);
      zeroed.fill(0, length, last + frame);
      writeFileSync(join(folder, name), zeroed);
      expect(bodies()).toEqual([0, 1, 2, 3]);
    }
  });

  it('refuses to start when a frame before a whole one is damaged, at any byte', () => {
    fill(3);
    const [name = ''] = segmentFiles();
    const whole = readFileSync(join(folder, name));
    for (let at = SEGMENT_HEADER_BYTES; at < SEGMENT_HEADER_BYTES + 2 * (FRAME_HEADER_BYTES + 100); at += 7) {
      const broken = Buffer.from(whole);
      broken[at] = (broken[at] ?? 0) ^ 0x40;
      writeFileSync(join(folder, name), broken);
      expect(bodies).toThrow(expect.objectContaining({ code: 'audit_damaged' }));
    }
  });

  it('refuses to start when a segment is missing, cut short or swapped in the middle', () => {
    fill(100);
    const names = segmentFiles();
    const [first = '', second = '', third = ''] = names;
    const saved = readFileSync(join(folder, second));
    rmSync(join(folder, second));
    expect(bodies).toThrow(expect.objectContaining({ code: 'audit_damaged' }));
    writeFileSync(join(folder, second), saved.subarray(0, 500));
    expect(bodies).toThrow(expect.objectContaining({ code: 'audit_damaged' }));
    copyFileSync(join(folder, third), join(folder, second));
    expect(bodies).toThrow(expect.objectContaining({ code: 'audit_damaged' }));
    writeFileSync(join(folder, second), saved);
    expect(bodies()).toHaveLength(100);
    const cut = readFileSync(join(folder, first));
    cut[10] = 0xff;
    writeFileSync(join(folder, first), cut);
    expect(bodies).toThrow(expect.objectContaining({ code: 'audit_damaged' }));
  });

  it('leaves out a frame whose write failed, though its bytes stayed in the file', () => {
    let failing = false;
    const files: typeof nodeFiles = {
      ...nodeFiles,
      sync(fd) {
        if (failing) throw Object.assign(new Error('input/output error'), { code: 'EIO' });
        nodeFiles.sync(fd);
      },
      writeAt(fd, buffers, position) {
        // The disk also refuses to take the frame back.
        if (failing && buffers.length === 1) throw Object.assign(new Error('input/output error'), { code: 'EIO' });
        nodeFiles.writeAt(fd, buffers, position);
      },
    };
    const { wal } = openWal(folder, files, SEGMENT, 0);
    write(wal, 0);
    failing = true;
    expect(() => write(wal, 1)).toThrow('input/output');
    failing = false;
    expect(write(wal, 2).firstIndex).toBe(1);
    wal.close();
    expect(bodies()).toEqual([0, 2]);
  });

  it('uses retired segments again, and never takes their old frames for new ones', () => {
    const { wal } = open();
    let next = 0;
    for (let round = 0; round < 200; round += 1) {
      write(wal, next % 251, 300);
      next += 1;
      const [oldest] = wal.closed;
      if (oldest !== undefined) wal.retire(oldest);
    }
    wal.close();
    expect(readdirSync(folder).length).toBeLessThanOrEqual(3);
    const { wal: again, replay } = open();
    expect(replay.nextIndex).toBe(200);
    expect(replay.segments.flatMap(({ frames }) => frames.map(({ body }) => body[0])).at(-1)).toBe(199);
    again.close();
  });

  it('prepares the next segment beforehand', async () => {
    const { wal } = open();
    await wal.prepare();
    expect(readFileSync(join(folder, 'spare'))).toHaveLength(SEGMENT);
    write(wal, 7);
    wal.close();
    expect(segmentFiles()).toEqual(['000000000001.seg']);
    expect(bodies()).toEqual([7]);
  });

  it('drops a segment whose creation was cut short', () => {
    fill(2);
    writeFileSync(join(folder, '000000000002.seg'), Buffer.alloc(30));
    expect(bodies()).toEqual([0, 1]);
    expect(segmentFiles()).toEqual(['000000000001.seg']);
  });

  it('starts at the given index when it is empty', () => {
    mkdirSync(folder, { recursive: true });
    const { wal } = openWal(folder, nodeFiles, SEGMENT, 1_234);
    expect(write(wal, 0).firstIndex).toBe(1_234);
    wal.close();
  });
});
