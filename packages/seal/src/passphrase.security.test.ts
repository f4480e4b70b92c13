import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openKeyFile, sealKeyFile } from './passphrase.ts';

const key = Buffer.alloc(32, 5);
const phrase = '春眠不觉晓处处闻啼鸟夜来风雨声';
const file = sealKeyFile(key, phrase, randomBytes);

describe('a key under a passphrase', () => {
  it('opens with it, in whatever normal form it is typed, and with no other', () => {
    expect(Buffer.from(openKeyFile(file, phrase))).toEqual(key);
    const accented = sealKeyFile(key, 'café '.repeat(4), randomBytes);
    expect(Buffer.from(openKeyFile(accented, 'cafe\u0301 '.repeat(4)))).toEqual(key);
    expect(() => openKeyFile(file, `${phrase}!`)).toThrow(expect.objectContaining({ code: 'passphrase_wrong' }));
  });
  it('is refused under a short passphrase', () => {
    expect(() => sealKeyFile(key, '春眠不觉晓', randomBytes)).toThrow(expect.objectContaining({ code: 'passphrase_short' }));
  });
  it.each([
    { v: 2 as 1 },
    { kdf: 'scrypt' as 'argon2id' },
    { memory: 2_000_000 },
    { memory: 1 },
    { passes: 1_000 },
    { parallelism: 0 },
    { salt: 'AA==' },
    { key: 'AA==' },
  ])('from a file with %j is refused before it costs anything', (change) => {
    expect(() => openKeyFile({ ...file, ...change }, phrase)).toThrow(expect.objectContaining({ code: 'key_file_invalid' }));
  });
  it('does not open when the cost written in the file has been changed', () => {
    expect(() => openKeyFile({ ...file, passes: 2 }, phrase)).toThrow(expect.objectContaining({ code: 'passphrase_wrong' }));
  });
});
