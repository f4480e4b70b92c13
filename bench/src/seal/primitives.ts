import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { createRandomPool, fieldOf, openField, sealField } from '@menshen/seal';
import { median, type Row } from '../measure.ts';

const values = 4_000;
const rounds = 15;
const valueBytes = 256;

const key = randomBytes(32);
// Bytes would be made into a key for every value: what is compared with is `node:crypto` at its best.
const bareKey = createSecretKey(key);
const plain = randomBytes(valueBytes);
const field = fieldOf({ tenant: 'portal', table: 'people', column: 'phone' });
const random = createRandomPool((size) => randomBytes(size));

/** What everybody has to authenticate: the header and the place, each part after its length. */
function associated(algorithm: number, row: string): Buffer {
  const text = Buffer.from(row);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([Buffer.from([1, algorithm, 0, 0, 0, 7]), field.prefix, length, text]);
}

function bareGcm(row: string): void {
  const aad = associated(1, row);
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', bareKey, iv);
  cipher.setAAD(aad);
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  const decipher = createDecipheriv('aes-256-gcm', bareKey, iv);
  decipher.setAAD(aad);
  decipher.setAuthTag(cipher.getAuthTag());
  Buffer.concat([decipher.update(sealed), decipher.final()]);
}

const both = Buffer.from(hkdfSync('sm3', key, new Uint8Array(0), 'bare', 48));
const [enc, mac] = [createSecretKey(both.subarray(0, 16)), createSecretKey(both.subarray(16))];

function bareSm4(row: string): void {
  const aad = associated(2, row);
  const iv = randomBytes(16);
  const sealed = createCipheriv('sm4-ctr', enc, iv).update(plain);
  const tag = createHmac('sm3', mac).update(aad).update(iv).update(sealed).digest();
  const again = createHmac('sm3', mac).update(aad).update(iv).update(sealed).digest();
  if (!timingSafeEqual(tag, again)) throw new Error('the tags differ');
  createDecipheriv('sm4-ctr', enc, iv).update(sealed);
}

function ours(algorithm: 'aes-256-gcm' | 'sm4-ctr-hmac-sm3'): (row: string) => void {
  const dataKey = { kid: 7, key, algorithm };
  return (row) => void openField(sealField(plain, field, row, dataKey, random), field, row, () => dataKey);
}

/** Microseconds for one value sealed and opened. */
function once(work: (row: string) => void): number {
  const start = process.hrtime.bigint();
  for (let nth = 0; nth < values; nth += 1) work(`row ${nth}`);
  return Number(process.hrtime.bigint() - start) / 1_000 / values;
}

/** Each algorithm beside bare `node:crypto` with the same associated data and a random IV, in turns. */
export function measurePrimitives(): readonly Row[] {
  const pairs = [
    { name: 'AES-256-GCM', own: ours('aes-256-gcm'), bare: bareGcm },
    { name: 'SM4-CTR with HMAC-SM3', own: ours('sm4-ctr-hmac-sm3'), bare: bareSm4 },
  ];
  return pairs.flatMap(({ name, own, bare }): Row[] => {
    const [mine, theirs]: [number[], number[]] = [[], []];
    for (let round = -2; round < rounds; round += 1) {
      const [one, other] = [once(own), once(bare)];
      if (round < 0) continue;
      mine.push(one);
      theirs.push(other);
    }
    const [a, b] = [median(mine), median(theirs)];
    return [
      {
        candidate: `${name}, sealed field`,
        'us a value (256 bytes, seal and open)': a.toFixed(1),
        'of bare speed': `${((b / a) * 100).toFixed(0)} %`,
      },
      { candidate: `${name}, bare node:crypto`, 'us a value (256 bytes, seal and open)': b.toFixed(1), 'of bare speed': '100 %' },
    ];
  });
}
