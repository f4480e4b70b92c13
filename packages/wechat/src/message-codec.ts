import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { WechatCryptoError } from './crypto-error.ts';
import { decodeBase64, decodeUtf8, equalText } from './lib/bytes.ts';
import { padBlock32, unpadBlock32 } from './lib/pkcs7-block32.ts';

const randomBytes = 16;
const lengthBytes = 4;
const headerBytes = randomBytes + lengthBytes;
const encodingAesKeyText = /^[A-Za-z0-9+/]{43}$/;
const defaultMaxMessageBytes = 1024 * 1024;

export interface MessageCodecOptions {
  /** The Token of the push or callback configuration. */
  readonly token: string;
  /** 43 base64 characters that stand for the 32 bytes of the AES key. */
  readonly encodingAesKey: string;
  /** Whose messages these are: the appid for WeChat, the corpid for a company's own WeCom app (SuiteID or empty for third parties). */
  readonly receiveId: string;
  readonly random: (size: number) => Uint8Array;
  /** Largest message in bytes, in either direction; 1 MiB by default. */
  readonly maxMessageBytes?: number;
}

export interface SignedQuery {
  readonly signature: string;
  readonly timestamp: string;
  readonly nonce: string;
}

export interface SignedMessage {
  readonly msgSignature: string;
  readonly timestamp: string;
  readonly nonce: string;
  /** `Encrypt` of the body, or `echostr` of WeCom's address check. */
  readonly encrypt: string;
}

/** An encrypted answer: to be sent as JSON, or as XML through `buildReplyXml`. */
export interface EncryptedReply {
  readonly Encrypt: string;
  readonly MsgSignature: string;
  readonly TimeStamp: number;
  readonly Nonce: string;
}

export interface MessageCodec {
  /** Hex SHA-1 over the token and the parts, sorted and joined. */
  signature(parts: readonly string[]): string;
  /**
   * Checks `signature` of WeChat's address check or of a message in plain mode, in constant time.
   * In plain mode nothing covers the body: whoever saw one such address can send any body with it. Configure secure mode.
   */
  verifyUrl(query: SignedQuery): boolean;
  /** Checks `msg_signature`, which covers the ciphertext, in constant time. */
  verifyMessage(message: SignedMessage): boolean;
  /**
   * Decrypts without looking at a signature: verify first, or use `open`.
   * Throws `message_unreadable` (form, padding, length, UTF-8: not told apart), `message_foreign_receiver`, `message_too_large`.
   */
  decrypt(encrypt: string): string;
  /** Verifies, then decrypts. Throws `message_signature_invalid` and what `decrypt` throws. */
  open(message: SignedMessage): string;
  /** Throws `message_too_large`. */
  encrypt(plain: string): string;
  /** Encrypts and signs an answer; `timestamp` in seconds, `nonce` is that of the request. */
  reply(plain: string, timestamp: number, nonce: string): EncryptedReply;
}

/**
 * The message cipher that WeChat's push and WeCom's callbacks share: AES-256-CBC, iv = first 16 bytes of the key, over
 * 16 random bytes, the length (uint32, big endian), the message and the receiver's id, padded by PKCS#7 to blocks of 32.
 *
 * The signature joins its parts without separators, so characters can move between timestamp and nonce: recognise repeats by
 * the message's own id or by msg_signature, never by the nonce.
 *
 * Source: WeChat, "message push" of mini programs; WeCom, path/90930 and path/91144. Throws `encoding_aes_key_invalid`.
 */
export function createMessageCodec(options: MessageCodecOptions): MessageCodec {
  const { token, random } = options;
  const maxMessageBytes = options.maxMessageBytes ?? defaultMaxMessageBytes;
  const key = decodeEncodingAesKey(options.encodingAesKey);
  const iv = key.subarray(0, 16);
  const receiveId = Buffer.from(options.receiveId, 'utf8');
  const maxEncryptChars = Math.ceil((maxMessageBytes + headerBytes + receiveId.length + 32) / 3) * 4;

  function signature(parts: readonly string[]): string {
    return createHash('sha1')
      .update([token, ...parts].sort().join(''), 'utf8')
      .digest('hex');
  }

  function verify(expected: unknown, parts: readonly unknown[]): boolean {
    const texts = parts.filter((part): part is string => typeof part === 'string' && part !== '');
    return texts.length === parts.length && equalText(expected, signature(texts));
  }

  function verifyMessage(message: SignedMessage): boolean {
    return verify(message.msgSignature, [message.timestamp, message.nonce, message.encrypt]);
  }

  function decrypt(encrypt: string): string {
    if (typeof encrypt === 'string' && encrypt.length > maxEncryptChars) throw new WechatCryptoError('message_too_large');
    const ciphertext = decodeBase64(encrypt, maxEncryptChars);
    if (!ciphertext || ciphertext.length === 0 || ciphertext.length % 32 !== 0) throw new WechatCryptoError('message_unreadable');
    const decipher = createDecipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
    const content = unpadBlock32(Buffer.concat([decipher.update(ciphertext), decipher.final()]));
    if (!content || content.length < headerBytes) throw new WechatCryptoError('message_unreadable');

    const end = headerBytes + content.readUInt32BE(randomBytes);
    if (end > content.length) throw new WechatCryptoError('message_unreadable');
    if (end - headerBytes > maxMessageBytes) throw new WechatCryptoError('message_too_large');
    if (!content.subarray(end).equals(receiveId)) throw new WechatCryptoError('message_foreign_receiver');
    const text = decodeUtf8(content.subarray(headerBytes, end));
    if (text === undefined) throw new WechatCryptoError('message_unreadable');
    return text;
  }

  function encrypt(plain: string): string {
    const message = Buffer.from(plain, 'utf8');
    if (message.length > maxMessageBytes) throw new WechatCryptoError('message_too_large');
    const prefix = random(randomBytes);
    if (prefix.length !== randomBytes) throw new WechatCryptoError('random_source_invalid');
    const length = Buffer.alloc(lengthBytes);
    length.writeUInt32BE(message.length);
    const cipher = createCipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
    const content = padBlock32(Buffer.concat([prefix, length, message, receiveId]));
    return Buffer.concat([cipher.update(content), cipher.final()]).toString('base64');
  }

  return {
    signature,
    verifyUrl: (query) => verify(query.signature, [query.timestamp, query.nonce]),
    verifyMessage,
    decrypt,
    open(message) {
      if (!verifyMessage(message)) throw new WechatCryptoError('message_signature_invalid');
      return decrypt(message.encrypt);
    },
    encrypt,
    reply(plain, timestamp, nonce) {
      const encrypted = encrypt(plain);
      const signed = signature([String(timestamp), nonce, encrypted]);
      return { Encrypt: encrypted, MsgSignature: signed, TimeStamp: timestamp, Nonce: nonce };
    },
  };
}

/** The 43rd character carries 4 bits only; consoles hand out keys in which its other two are set, so they are ignored. */
function decodeEncodingAesKey(text: unknown): Buffer {
  if (typeof text !== 'string' || !encodingAesKeyText.test(text)) throw new WechatCryptoError('encoding_aes_key_invalid');
  return Buffer.from(`${text}=`, 'base64');
}
