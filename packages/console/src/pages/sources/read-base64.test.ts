import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { readBase64 } from './read-base64.ts';

describe('readBase64', () => {
  it.each([0, 1, 2, 3, 0x8000 - 1, 0x8000, 0x8000 + 1, 100_003])('%i bytes', async (length) => {
    const bytes = Uint8Array.from({ length }, (_, at) => (at * 31) % 256);
    expect(await readBase64(new Blob([bytes]))).toBe(Buffer.from(bytes).toString('base64'));
  });
});
