import { createCipheriv, createHash, createHmac, hkdfSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { algorithmById, algorithmByName, algorithmNames } from './algorithm.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** Test cases 13, 14 and 16 of the GCM specification (McGrew and Viega), which NIST SP 800-38D refers to. */
const gcmVectors = [
  {
    key: '00'.repeat(32),
    iv: '00'.repeat(12),
    aad: '',
    plain: '',
    sealed: '530f8afbc74536b9a963b4f1c4cb738b',
  },
  {
    key: '00'.repeat(32),
    iv: '00'.repeat(12),
    aad: '',
    plain: '00'.repeat(16),
    sealed: 'cea7403d4d606b6e074ec5d3baf39d18 d0d1c8a799996bf0265b98b5d48ab919',
  },
  {
    key: 'feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308',
    iv: 'cafebabefacedbaddecaf888',
    aad: 'feedfacedeadbeeffeedfacedeadbeefabaddad2',
    plain:
      'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
    sealed:
      '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662' +
      '76fc6ece0f4e1768cddf8853bb2d551b',
  },
];

describe('AES-256-GCM', () => {
  const gcm = algorithmByName('aes-256-gcm');
  it.each(gcmVectors)('gives the published ciphertext and tag, $plain.length', ({ key, iv, aad, plain, sealed }) => {
    const out = Buffer.alloc(hex(plain).length + 16);
    gcm.seal(hex(key), hex(iv), hex(aad), hex(plain), out, 0);
    expect(out.toString('hex')).toBe(hex(sealed).toString('hex'));
    const end = out.length - 16;
    expect(Buffer.from(gcm.open(hex(key), hex(iv), hex(aad), out.subarray(0, end), out.subarray(end)) ?? [])).toEqual(hex(plain));
  });
});

it('opens what Wycheproof calls valid, and nothing whose tag was changed', () => {
  const file = new URL('../../wire/test/fixtures/wycheproof.json', import.meta.url);
  const { aes256gcm } = JSON.parse(readFileSync(file, 'utf8')) as { aes256gcm: { rows: string[][] } };
  const gcm = algorithmByName('aes-256-gcm');
  const opened = ([, key = '', iv = '', aad = '', , ct = '', tag = '']: string[]) =>
    gcm.open(hex(key), hex(iv), hex(aad), hex(ct), hex(tag));
  for (const row of aes256gcm.rows) {
    const plain = opened(row);
    expect(plain === null ? null : Buffer.from(plain).toString('hex')).toBe(row.at(-1) === 'valid' ? row[4] : null);
  }
  expect(aes256gcm.rows.filter((row) => row.at(-1) === 'invalid').length).toBeGreaterThan(20);
});

describe('what SM4-CTR with HMAC-SM3 stands on', () => {
  it('is SM3 as in GB/T 32905, annex A', () => {
    expect(createHash('sm3').update('abc').digest('hex')).toBe(
      '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0',
    );
    expect(createHash('sm3').update('abcd'.repeat(16)).digest('hex')).toBe(
      'debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732',
    );
  });
  it('is SM4 as in GB/T 32907, annex A', () => {
    const block = hex('0123456789abcdeffedcba9876543210');
    const cipher = createCipheriv('sm4-ecb', block, null).setAutoPadding(false);
    expect(cipher.update(block).toString('hex')).toBe('681edf34d206965e86b3e94f536e4246');
  });
  it('seals with two keys derived from one, and the MAC covers data, IV and ciphertext', () => {
    const key = Buffer.alloc(32, 9);
    const [iv, aad, plain] = [Buffer.alloc(16, 1), Buffer.from('place'), Buffer.from('身份证')];
    const keys = Buffer.from(hkdfSync('sm3', key, new Uint8Array(0), 'menshen seal sm4-ctr-hmac-sm3', 48));
    const ciphertext = createCipheriv('sm4-ctr', keys.subarray(0, 16), iv).update(plain);
    const tag = createHmac('sm3', keys.subarray(16)).update(hex('00000005')).update(aad).update(iv).update(ciphertext).digest();
    const out = Buffer.alloc(plain.length + 32);
    algorithmByName('sm4-ctr-hmac-sm3').seal(key, iv, aad, plain, out, 0);
    expect(out).toEqual(Buffer.concat([ciphertext, tag]));
  });
});

describe.each(algorithmNames)('%s', (name) => {
  const algorithm = algorithmByName(name);
  it('is found by its id', () => expect(algorithmById(algorithm.id)?.name).toBe(name));
  it('gives nothing when key, IV, data, ciphertext or tag differ in a bit', () => {
    const parts = {
      key: Buffer.alloc(32, 1),
      iv: Buffer.alloc(algorithm.ivBytes, 2),
      aad: Buffer.from('aad'),
      plain: Buffer.from('13800138000'),
    };
    const out = Buffer.alloc(parts.plain.length + algorithm.tagBytes);
    algorithm.seal(parts.key, parts.iv, parts.aad, parts.plain, out, 0);
    const sealed = { ...parts, ciphertext: out.subarray(0, parts.plain.length), tag: out.subarray(parts.plain.length) };
    const open = ({ key, iv, aad, ciphertext, tag }: typeof sealed): Uint8Array | null =>
      algorithm.open(key, iv, aad, ciphertext, tag);
    expect(Buffer.from(open(sealed) ?? [])).toEqual(parts.plain);
    for (const part of ['key', 'iv', 'aad', 'ciphertext', 'tag'] as const) {
      const changed = Buffer.from(sealed[part]);
      changed[0] = (changed[0] ?? 0) ^ 0x80;
      expect(open({ ...sealed, [part]: changed }), part).toBeNull();
    }
  });
});
