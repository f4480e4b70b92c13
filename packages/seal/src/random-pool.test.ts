import { describe, expect, it } from 'vitest';
import { createRandomPool } from './random-pool.ts';

describe('the pool of random bytes', () => {
  it('never hands a byte out twice, keeps none, and asks anew when a block is used up', () => {
    let next = 0;
    const blocks: Uint8Array[] = [];
    const pool = createRandomPool((size) => {
      const block = Buffer.alloc(size);
      for (let at = 0; at + 4 <= size; at += 4) {
        next += 1;
        block.writeUInt32BE(next, at);
      }
      blocks.push(block);
      return block;
    });
    const seen = new Set<string>();
    for (let round = 0; round < 2_000; round += 1) seen.add(Buffer.from(pool(12)).toString('hex'));
    expect(seen.size).toBe(2_000);
    expect(blocks.length).toBeGreaterThan(5);
    expect(blocks[0]?.subarray(0, 12 * 341).every((byte) => byte === 0)).toBe(true);
  });
  it('takes large amounts from the source', () => {
    const asked: number[] = [];
    createRandomPool((size) => {
      asked.push(size);
      return new Uint8Array(size);
    })(5_000);
    expect(asked).toEqual([5_000]);
  });
});
