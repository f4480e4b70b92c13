import type { RandomBytes } from './record.ts';

/**
 * Hands out random bytes from blocks of 4 KiB, because a call to the kernel for each IV costs as much as the sealing. No byte is handed
 * out twice, and what was handed out is not kept.
 */
export function createRandomPool(fill: RandomBytes): RandomBytes {
  const size = 4096;
  let block: Uint8Array = new Uint8Array(0);
  let used = 0;
  return (count) => {
    if (count > size / 4) return fill(count);
    if (used + count > block.length) {
      block = fill(size);
      used = 0;
    }
    // Copied: `slice` of a Buffer is a view, and what follows wipes the block.
    const piece = new Uint8Array(block.subarray(used, used + count));
    block.fill(0, used, used + count);
    used += count;
    return piece;
  };
}
