import { constants, createHash, generateKeyPair, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { BoundedMap } from './bounded.ts';

const generateKeys = promisify(generateKeyPair);

interface Device {
  readonly privateKey: KeyObject;
  readonly publicKeyPem: string;
  readonly cpuId: string;
  counter: number;
}

export interface SignedChallenge {
  readonly resultJSON: string;
  readonly resultJSONSignature: string;
}

export interface Devices {
  /** What the trusted environment of the person's phone signs for a challenge. The counter rises with every call. */
  signChallenge(person: string, challenge: string, phone?: string): Promise<SignedChallenge>;
  /** The keys that verify it, one for each phone that is signed in to the person's account. */
  publicKeys(person: string): Promise<readonly string[]>;
}

const maxPhones = 5;

/**
 * One emulated phone per person unless others are named, with an RSA-2048 attestation key made at its first use (by node:crypto, the one random
 * value that cannot be handed in). Signature: RSASSA-PSS, SHA-256, salt of 20 bytes, as SOTER's.
 */
export function createDevices(): Devices {
  const owners = new BoundedMap<string, BoundedMap<string, Promise<Device>>>(1000);

  async function createDevice(person: string, phone: string): Promise<Device> {
    const { privateKey, publicKey } = await generateKeys('rsa', { modulusLength: 2048 });
    const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const cpuId = createHash('sha256')
      .update(phone === '' ? `cpu ${person}` : `cpu ${person} ${phone}`)
      .digest('hex')
      .slice(0, 32);
    return { privateKey, publicKeyPem, cpuId, counter: 0 };
  }

  return {
    async signChallenge(person, challenge, phone = '') {
      const phones = owners.get(person) ?? new BoundedMap(maxPhones);
      owners.set(person, phones);
      const pending = phones.get(phone) ?? createDevice(person, phone);
      phones.set(phone, pending);
      const device = await pending;
      device.counter += 1;
      const resultJSON = JSON.stringify({
        raw: challenge,
        fid: '1',
        counter: device.counter,
        tee_n: 'menshen-emulator',
        tee_v: '1',
        fp_n: 'menshen-emulator',
        fp_v: '1',
        cpu_id: device.cpuId,
        uid: '10001',
      });
      const parameters = { key: device.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 20 };
      const signature = sign('sha256', Buffer.from(resultJSON, 'utf8'), parameters);
      return { resultJSON, resultJSONSignature: signature.toString('base64') };
    },
    async publicKeys(person) {
      const devices = await Promise.all([...(owners.get(person)?.values() ?? [])]);
      return devices.map((device) => device.publicKeyPem);
    },
  };
}
