import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WechatCryptoError } from './crypto-error.ts';
import { decryptUserData, encryptUserData } from './open-data.ts';

const sessionKey = Buffer.alloc(16, 7).toString('base64');
const iv = Buffer.alloc(16, 9).toString('base64');
const now = 1_700_000_000_000;
const appid = 'wx1234567890abcdef';
const data = { phoneNumber: '13580006666', watermark: { appid, timestamp: now / 1000 } };
const encryptedData = encryptUserData({ sessionKey, iv, data });
const input = { appid, sessionKey, iv, encryptedData, now };

function codeOf(change: Partial<typeof input>): string {
  try {
    decryptUserData({ ...input, ...change });
    return 'accepted';
  } catch (error) {
    return error instanceof WechatCryptoError ? error.code : 'other';
  }
}

describe('user data under attack', () => {
  it.each<[string, Partial<typeof input>]>([
    ['an empty ciphertext', { encryptedData: '' }],
    ['a truncated ciphertext', { encryptedData: encryptedData.slice(0, -4) }],
    [
      'a ciphertext without its last block',
      { encryptedData: Buffer.from(encryptedData, 'base64').subarray(0, -16).toString('base64') },
    ],
    ['characters outside base64', { encryptedData: `${encryptedData.slice(0, -4)} ==\n` }],
    ['the alphabet of URLs', { encryptedData: Buffer.alloc(48, 0xff).toString('base64url') }],
    ['an oversized ciphertext', { encryptedData: 'A'.repeat(65_540) }],
    ['a short iv', { iv: Buffer.alloc(12).toString('base64') }],
    ['another iv', { iv: Buffer.alloc(16, 1).toString('base64') }],
    ["another user's key", { sessionKey: Buffer.alloc(16, 8).toString('base64') }],
    ['no text at all', { encryptedData: 5 as unknown as string }],
  ])('gives one code for %s', (_name, change) => {
    expect(codeOf(change)).toBe('user_data_unreadable');
  });

  it.each([
    ['no watermark', { phoneNumber: '1' }],
    ['a watermark without a time', { watermark: { appid } }],
    ['a watermark with a time of zero', { watermark: { appid, timestamp: 0 } }],
    ['a watermark without an app', { watermark: { timestamp: now / 1000 } }],
    ['a watermark that is a list', { watermark: [appid, now / 1000] }],
  ])('refuses %s', (_name, forged) => {
    expect(codeOf({ encryptedData: encryptUserData({ sessionKey, iv, data: forged }) })).toBe('user_data_unreadable');
  });

  it.each(['', 'short', Buffer.alloc(15).toString('base64'), Buffer.alloc(32).toString('base64'), `${sessionKey}=`])(
    'refuses the session key %j',
    (wrong) => {
      expect(codeOf({ sessionKey: wrong })).toBe('session_key_invalid');
    },
  );

  it('never accepts a changed byte that changes the meaning, and never tells padding from content', () => {
    const bytes = Buffer.from(encryptedData, 'base64');
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (position, mask) => {
        const forged = Buffer.from(bytes);
        forged[position] = (forged[position] ?? 0) ^ mask;
        const code = codeOf({ encryptedData: forged.toString('base64') });
        // CBC garbles the block and flips the same bits in the next: a text that still parses may keep the watermark.
        expect(['user_data_unreadable', 'user_data_foreign_appid', 'user_data_stale', 'accepted']).toContain(code);
        if (position >= bytes.length - 32) expect(code).not.toBe('accepted');
      }),
    );
  });

  it('names no input in its errors', () => {
    const error = (() => {
      try {
        return decryptUserData({ ...input, encryptedData: encryptedData.slice(4) });
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(WechatCryptoError);
    const text = `${String(error)} ${JSON.stringify(error)}`;
    for (const secret of [sessionKey, iv, encryptedData.slice(4, 40), data.phoneNumber]) expect(text).not.toContain(secret);
    expect((error as Error).cause).toBeUndefined();
  });
});
