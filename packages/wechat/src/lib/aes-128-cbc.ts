import { createCipheriv, createDecipheriv } from 'node:crypto';
import { decodeUtf8 } from './bytes.ts';

/** AES-128-CBC with PKCS#7 to text; undefined for any defect (length, padding, UTF-8), which are not to be told apart. */
export function decryptText(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): string | undefined {
  try {
    const decipher = createDecipheriv('aes-128-cbc', key, iv);
    return decodeUtf8(Buffer.concat([decipher.update(ciphertext), decipher.final()]));
  } catch {
    return undefined;
  }
}

/** AES-128-CBC with PKCS#7 of a UTF-8 text, as base64. */
export function encryptText(key: Uint8Array, iv: Uint8Array, text: string): string {
  const cipher = createCipheriv('aes-128-cbc', key, iv);
  return Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]).toString('base64');
}
