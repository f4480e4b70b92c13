import { describe, expect, it } from 'vitest';
import { decodeHex, encodeHex } from '../hex.ts';
import { hkdfExpand, hkdfExtract } from '../hkdf.ts';
import { encodeUtf8 } from '../utf8.ts';
import { encryptTwoBlocks, expandAes256Key } from './aes256.ts';
import { aes256Gcm } from './aes256-gcm.ts';
import { hmacSha256 } from './hmac-sha256.ts';
import { createSha256, sha256 } from './sha256.ts';
import { x25519 } from './x25519.ts';

const hex = (text: string): Uint8Array => {
  const bytes = decodeHex(text.replaceAll(' ', ''));
  if (bytes === null) throw new Error('this is no hexadecimal');
  return bytes;
};
const repeated = (byte: number, length: number): Uint8Array => new Uint8Array(length).fill(byte);

describe('SHA-256', () => {
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
    ['a'.repeat(1_000_000), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
  ])('gives the digests of FIPS 180-4 (NIST examples)', (text, digest) => {
    expect(encodeHex(sha256(encodeUtf8(text)))).toBe(digest);
  });

  it('does not care how its input is cut', () => {
    const data = Uint8Array.from({ length: 300 }, (_, at) => at);
    for (const size of [1, 7, 63, 64, 65, 128, 299]) {
      const hash = createSha256();
      for (let at = 0; at < data.length; at += size) hash.update(data.subarray(at, at + size));
      expect(encodeHex(hash.digest())).toBe(encodeHex(sha256(data)));
    }
  });
});

describe('HMAC-SHA256', () => {
  it.each([
    ['0b'.repeat(20), '4869205468657265', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    [
      '4a656665',
      '7768617420646f2079612077616e7420666f72206e6f7468696e673f',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    ['aa'.repeat(20), 'dd'.repeat(50), '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe'],
    [
      '0102030405060708090a0b0c0d0e0f10111213141516171819',
      'cd'.repeat(50),
      '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b',
    ],
    [
      'aa'.repeat(131),
      encodeHex(encodeUtf8('Test Using Larger Than Block-Size Key - Hash Key First')),
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    ],
    [
      'aa'.repeat(131),
      encodeHex(
        encodeUtf8(
          'This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.',
        ),
      ),
      '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
    ],
  ])('gives the codes of RFC 4231 §4', (key, data, mac) => {
    expect(encodeHex(hmacSha256(hex(key), hex(data)))).toBe(mac);
  });
});

describe('HKDF-SHA256', () => {
  it('gives the keys of RFC 5869 A.1', () => {
    const prk = hkdfExtract(hmacSha256, hex('000102030405060708090a0b0c'), repeated(0x0b, 22));
    expect(encodeHex(prk)).toBe('077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5');
    expect(encodeHex(hkdfExpand(hmacSha256, prk, hex('f0f1f2f3f4f5f6f7f8f9'), 42))).toBe(
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    );
  });

  it('gives the keys of RFC 5869 A.3: no salt, no info', () => {
    const prk = hkdfExtract(hmacSha256, new Uint8Array(0), repeated(0x0b, 22));
    expect(encodeHex(prk)).toBe('19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04');
    expect(encodeHex(hkdfExpand(hmacSha256, prk, new Uint8Array(0), 42))).toBe(
      '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
    );
  });

  it('gives no more than the standard allows', () => {
    expect(hkdfExpand(hmacSha256, repeated(1, 32), new Uint8Array(0), 8_160)).toHaveLength(8_160);
    expect(() => hkdfExpand(hmacSha256, repeated(1, 32), new Uint8Array(0), 8_161)).toThrow(RangeError);
  });
});

describe('X25519', () => {
  it.each([
    [
      'a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4',
      'e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c',
      'c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552',
    ],
    [
      '4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d',
      'e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493',
      '95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957',
    ],
  ])('gives the products of RFC 7748 §5.2', (scalar, point, product) => {
    expect(encodeHex(x25519(hex(scalar), hex(point)))).toBe(product);
  });

  it('gives the results of RFC 7748 §5.2 after 1 and 1,000 rounds', () => {
    let scalar = hex(`09${'00'.repeat(31)}`);
    let point = scalar;
    for (let round = 1; round <= 1_000; round += 1) {
      [scalar, point] = [x25519(scalar, point), scalar];
      if (round === 1) expect(encodeHex(scalar)).toBe('422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079');
    }
    expect(encodeHex(scalar)).toBe('684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51');
  });

  it('gives the shared secret of RFC 7748 §6.1', () => {
    const bob = hex('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb');
    const alice = hex('8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a');
    expect(encodeHex(x25519(bob, hex(`09${'00'.repeat(31)}`)))).toBe(
      'de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f',
    );
    expect(encodeHex(x25519(bob, alice))).toBe('4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742');
  });

  it.each([
    ['0', '00'.repeat(32)],
    ['1', `01${'00'.repeat(31)}`],
    ['order 8', 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'],
    ['p - 1', `ec${'ff'.repeat(30)}7f`],
    ['p', `ed${'ff'.repeat(30)}7f`],
    ['p + 1', `ee${'ff'.repeat(30)}7f`],
  ])('gives zero for the point of low order %s', (_name, point) => {
    expect(encodeHex(x25519(repeated(0x5a, 32), hex(point)))).toBe('00'.repeat(32));
  });

  it('takes 32 bytes, twice', () => {
    expect(() => x25519(repeated(1, 31), repeated(9, 32))).toThrow(TypeError);
    expect(() => x25519(repeated(1, 32), repeated(9, 33))).toThrow(TypeError);
  });
});

describe('AES-256', () => {
  it('gives the block of FIPS 197 C.3, in both places', () => {
    const keys = expandAes256Key(hex('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'));
    const blocks = hex('00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff');
    encryptTwoBlocks(keys, blocks);
    expect(encodeHex(blocks)).toBe('8ea2b7ca516745bfeafc49904b496089'.repeat(2));
    expect(() => expandAes256Key(repeated(0, 16))).toThrow(TypeError);
  });
});

describe('AES-256-GCM', () => {
  const text =
    'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255';
  const ciphertext =
    '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad';
  const key = 'feffe9928665731c6d6a8f9467308308'.repeat(2);
  const iv = 'cafebabefacedbaddecaf888';
  const aad = 'feedfacedeadbeeffeedfacedeadbeefabaddad2';

  // McGrew and Viega, "The Galois/Counter Mode of Operation (GCM)", appendix B, test cases 13 to 16.
  it.each([
    ['13', '00'.repeat(32), '00'.repeat(12), '', '', '', '530f8afbc74536b9a963b4f1c4cb738b'],
    [
      '14',
      '00'.repeat(32),
      '00'.repeat(12),
      '',
      '00'.repeat(16),
      'cea7403d4d606b6e074ec5d3baf39d18',
      'd0d1c8a799996bf0265b98b5d48ab919',
    ],
    ['15', key, iv, '', text, ciphertext, 'b094dac5d93471bdec1a502270e3cc6c'],
    ['16', key, iv, aad, text.slice(0, 120), ciphertext.slice(0, 120), '76fc6ece0f4e1768cddf8853bb2d551b'],
  ])('gives the ciphertext of test case %s', (_number, caseKey, caseIv, caseAad, plain, sealed, tag) => {
    const made = aes256Gcm.seal(hex(caseKey), hex(caseIv), hex(caseAad), hex(plain));
    expect(encodeHex(made)).toBe(sealed + tag);
    expect(aes256Gcm.open(hex(caseKey), hex(caseIv), hex(caseAad), made)).toEqual(hex(plain));
  });

  it('opens nothing of which a bit was changed', () => {
    const sealed = aes256Gcm.seal(hex(key), hex(iv), hex(aad), hex(text));
    for (let bit = 0; bit < sealed.length * 8; bit += 3) {
      const changed = sealed.slice();
      changed[bit >> 3] = changed[bit >> 3]! ^ (1 << (bit & 7));
      expect(aes256Gcm.open(hex(key), hex(iv), hex(aad), changed)).toBeNull();
    }
    expect(aes256Gcm.open(hex(key), hex(iv), hex(`${aad}00`), sealed)).toBeNull();
    expect(aes256Gcm.open(hex(key), hex(iv), hex(aad), sealed.slice(0, 15))).toBeNull();
    expect(() => aes256Gcm.seal(hex(key), hex(`${iv}00`), hex(aad), hex(text))).toThrow(TypeError);
  });
});
