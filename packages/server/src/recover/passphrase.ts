import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { type Identity, type Recipient, Stanza } from 'age-encryption';

/*
 * The scrypt recipient of age (C2SP age, "scrypt recipient stanza"), computed by OpenSSL: in JavaScript one derivation takes many seconds of a busy
 * machine. A test holds it against the library's own.
 */

const saltLabel = 'age-encryption.org/v1/scrypt';
const workFactor = 18;
/** Beyond it a file would cost whoever opens it minutes and gigabytes. */
const mostWork = 20;
const nonce = Buffer.alloc(12);
const tagBytes = 16;

const unpadded = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replace(/=+$/, '');

function derive(passphrase: string, salt: Uint8Array, logN: number): Promise<Buffer> {
  const N = 2 ** logN;
  return new Promise((resolve, reject) => {
    const options = { N, r: 8, p: 1, maxmem: 128 * 8 * N + (32 << 20) };
    scrypt(passphrase, Buffer.concat([Buffer.from(saltLabel), salt]), 32, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}

export function passphraseRecipient(passphrase: string): Recipient {
  return {
    async wrapFileKey(fileKey) {
      const salt = randomBytes(16);
      const cipher = createCipheriv('chacha20-poly1305', await derive(passphrase, salt, workFactor), nonce, {
        authTagLength: tagBytes,
      });
      const body = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()]);
      return [new Stanza(['scrypt', unpadded(salt), String(workFactor)], body)];
    },
  };
}

export function passphraseIdentity(passphrase: string): Identity {
  return {
    async unwrapFileKey(stanzas) {
      const [stanza] = stanzas;
      const [kind, salt = '', work = ''] = stanza?.args ?? [];
      if (stanza === undefined || kind !== 'scrypt') return null;
      // Alone, as the format demands: else whoever knows the passphrase of one reader could forge for the others.
      if (
        stanzas.length !== 1 ||
        stanza.args.length !== 3 ||
        !/^[A-Za-z0-9+/]{22}$/.test(salt) ||
        !/^[1-9]\d?$/.test(work) ||
        Number(work) > mostWork
      )
        throw new Error('a scrypt stanza of no form');
      if (stanza.body.length !== 16 + tagBytes) throw new Error('a scrypt stanza of no form');
      const key = await derive(passphrase, Buffer.from(salt, 'base64'), Number(work));
      const decipher = createDecipheriv('chacha20-poly1305', key, nonce, { authTagLength: tagBytes });
      decipher.setAuthTag(stanza.body.subarray(16));
      try {
        return Buffer.concat([decipher.update(stanza.body.subarray(0, 16)), decipher.final()]);
      } catch {
        return null;
      }
    },
  };
}
