import { describe, expect, it } from 'vitest';
import { mintCode, verifyCode } from './code.ts';

const key = Buffer.alloc(32, 7);
const keys = (generation: number) => (generation === 3 ? key : null);
const code = { generation: 3, batch: 0x0a_0b_0c, serial: 4_000_000_000 };
const minted = mintCode(key, code);

describe('signed codes', () => {
  it('fits the scene of a mini program code, and reads back bare and at the end of an address', () => {
    expect(minted).toMatch(/^[A-Za-z0-9_-]{32}$/);
    for (const scanned of [minted, `https://shop.example/q/${minted}`, `https://shop.example/q?s=${minted}`])
      expect(verifyCode(scanned, keys)).toEqual(code);
  });
  it('refuses a code in which any one bit was changed', () => {
    const bytes = Buffer.from(minted, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const forged = Buffer.from(bytes);
      forged.writeUInt8(forged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      // A forger would have every generation tried.
      expect(verifyCode(forged.toString('base64url'), () => key)).toBeNull();
    }
  });
  it('refuses a code of another campaign, of a retired key, and what is no code', () => {
    expect(verifyCode(minted, () => Buffer.alloc(32, 8))).toBeNull();
    expect(verifyCode(minted, () => null)).toBeNull();
    for (const other of [
      '',
      minted.slice(1),
      `${minted}A`,
      `x${minted}`,
      `${minted} `,
      `${minted}\n`,
      5,
      null,
      undefined,
      [minted],
      'x'.repeat(600),
    ])
      expect(verifyCode(other, keys)).toBeNull();
  });
});
