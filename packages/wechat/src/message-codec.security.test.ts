import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WechatCryptoError } from './crypto-error.ts';
import { createMessageCodec, type MessageCodec } from './message-codec.ts';

const encodingAesKey = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C';
const key = Buffer.from(`${encodingAesKey}=`, 'base64');
const receiveId = 'wx5823bf96d3bd56c7';
const secret = 'a text that only the receiver may see';

function codecFor(id: string, maxMessageBytes?: number): MessageCodec {
  const limit = maxMessageBytes === undefined ? {} : { maxMessageBytes };
  return createMessageCodec({
    token: 'QDG6eK',
    encodingAesKey,
    receiveId: id,
    random: (size) => Buffer.alloc(size, 0x61),
    ...limit,
  });
}

const codec = codecFor(receiveId);
const encrypt = codec.encrypt(secret);
const query = { timestamp: '1409659813', nonce: '1372623149' };
const msgSignature = codec.signature([query.timestamp, query.nonce, encrypt]);
const message = { ...query, encrypt, msgSignature };

/** Encrypts raw content as a forger who holds the key but ignores the format would. */
function forge(content: Uint8Array): string {
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(content), cipher.final()]).toString('base64');
}

function framed(length: number, body: string, pad: readonly number[]): Buffer {
  const header = Buffer.alloc(20);
  header.writeUInt32BE(length, 16);
  return Buffer.concat([header, Buffer.from(body), Buffer.from(pad)]);
}

function codeOf(act: () => string): string {
  try {
    act();
    return 'accepted';
  } catch (error) {
    return error instanceof WechatCryptoError ? error.code : 'other';
  }
}

describe('message signature under attack', () => {
  it.each([
    ['another time', { timestamp: '1409659814' }],
    ['another nonce', { nonce: '1372623148' }],
    ['another ciphertext', { encrypt: codec.encrypt('other') }],
    ['an empty ciphertext', { encrypt: '' }],
    ['an empty signature', { msgSignature: '' }],
    ['a prefix of the signature', { msgSignature: msgSignature.slice(0, 20) }],
    ['the signature in capitals', { msgSignature: msgSignature.toUpperCase() }],
    ['a list instead of a text', { nonce: [query.nonce] as unknown as string }],
    ['nothing', { msgSignature: undefined as unknown as string }],
  ])('refuses %s before decrypting', (_name, change) => {
    expect(codec.verifyMessage({ ...message, ...change })).toBe(false);
    expect(codeOf(() => codec.open({ ...message, ...change }))).toBe('message_signature_invalid');
  });

  it('does not take the signature of an address check for that of a message', () => {
    const signature = codec.signature([query.timestamp, query.nonce]);
    expect(codec.verifyUrl({ ...query, signature })).toBe(true);
    expect(codec.verifyMessage({ ...query, encrypt: '', msgSignature: signature })).toBe(false);
    expect(codec.verifyUrl({ timestamp: '', nonce: '', signature: codec.signature([]) })).toBe(false);
  });

  it('depends on the token', () => {
    const other = createMessageCodec({ token: 'other', encodingAesKey, receiveId, random: (size) => new Uint8Array(size) });
    expect(other.verifyMessage(message)).toBe(false);
  });
});

describe('message ciphertext under attack', () => {
  it('refuses a message for another receiver, also one whose id is a part or an extension of ours', () => {
    for (const foreign of ['wxffffffffffffffff', '', receiveId.slice(0, -1), `${receiveId}0`, receiveId.toUpperCase()]) {
      expect(codeOf(() => codec.decrypt(codecFor(foreign).encrypt(secret)))).toBe('message_foreign_receiver');
    }
  });

  it.each([
    ['nothing', ''],
    ['a single block of AES', encrypt.slice(0, 24)],
    ['a lost last block', Buffer.from(encrypt, 'base64').subarray(0, -32).toString('base64')],
    ['a lost half block', Buffer.from(encrypt, 'base64').subarray(0, -16).toString('base64')],
    ['a lost character', encrypt.slice(0, -1)],
    ['a foreign character', `${encrypt.slice(0, -4)}\n${encrypt.slice(-3)}`],
    ['the alphabet of URLs', encrypt.replace(/[A-Za-z]/, '-')],
    ['random bytes', Buffer.alloc(64, 0x5a).toString('base64')],
    ['an object', {} as unknown as string],
  ])('refuses %s', (_name, broken) => {
    expect(codeOf(() => codec.decrypt(broken))).toBe('message_unreadable');
  });

  it.each([
    ['a pad of zero', framed(0, '', Array(12).fill(0))],
    ['a pad above 32', framed(0, '', Array(44).fill(44))],
    ['a pad that is not uniform', framed(0, '', [...Array(11).fill(11), 12])],
    ['a pad whose first byte is wrong', framed(0, '', [13, ...Array(11).fill(12)])],
    ['nothing but padding', Buffer.alloc(32, 32)],
    ['content shorter than its header', Buffer.concat([Buffer.alloc(19), Buffer.alloc(13, 13)])],
    ['a length beyond the content', framed(13, 'x'.repeat(11), [1])],
    ['the largest length', framed(0xff_ff_ff_ff, 'x'.repeat(11), [1])],
    ['bytes that are not UTF-8', forgedText(Buffer.from([0xc3, 0x28]))],
  ])('refuses %s', (_name, content) => {
    expect(codeOf(() => codec.decrypt(forge(content)))).toBe('message_unreadable');
  });

  it('never gives out the message when a byte was changed without the key to the signature', () => {
    const bytes = Buffer.from(encrypt, 'base64');
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (position, mask) => {
        const forged = Buffer.from(bytes);
        forged[position] = (forged[position] ?? 0) ^ mask;
        const tampered = { ...message, encrypt: forged.toString('base64') };
        expect(codeOf(() => codec.open(tampered))).toBe('message_signature_invalid');
        expect(safeDecrypt(tampered.encrypt)).not.toBe(secret);
      }),
    );
  });

  it('survives any text', () => {
    fc.assert(fc.property(fc.string(), (text) => codeOf(() => codec.decrypt(text)) === 'message_unreadable'));
    fc.assert(fc.property(fc.base64String(), (text) => codeOf(() => codec.decrypt(text)) !== 'other'));
  });

  it('bounds the size in both directions', () => {
    const small = codecFor(receiveId, 100);
    expect(small.decrypt(codec.encrypt('x'.repeat(100)))).toBe('x'.repeat(100));
    expect(codeOf(() => small.decrypt(codec.encrypt('x'.repeat(101))))).toBe('message_too_large');
    expect(codeOf(() => small.decrypt('A'.repeat(100_000)))).toBe('message_too_large');
    expect(codeOf(() => small.encrypt('问'.repeat(34)))).toBe('message_too_large');
  });

  it('tells nothing of key, token or plaintext in its errors', () => {
    for (const act of [() => codec.decrypt(codecFor('x').encrypt(secret)), () => codec.open({ ...message, nonce: '' })]) {
      const text = textOfError(act);
      for (const part of [encodingAesKey, 'QDG6eK', secret, encrypt.slice(0, 30)]) expect(text).not.toContain(part);
    }
  });
});

function forgedText(text: Buffer): Buffer {
  const content = Buffer.concat([framed(text.length, '', []), text, Buffer.from(receiveId)]);
  const count = 32 - (content.length % 32);
  return Buffer.concat([content, Buffer.alloc(count, count)]);
}

function safeDecrypt(text: string): string | undefined {
  try {
    return codec.decrypt(text);
  } catch {
    return undefined;
  }
}

function textOfError(act: () => string): string {
  try {
    return act();
  } catch (error) {
    return `${String(error)} ${(error as Error).stack} ${JSON.stringify(error)}`;
  }
}
