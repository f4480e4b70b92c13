import { describe, expect, it } from 'vitest';
import { base32, hotp, matchTotp, type TotpHash, totpCounter, totpUri } from './totp.ts';

const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const secret = ascii('12345678901234567890');

describe('HOTP', () => {
  it('gives the values of RFC 4226, appendix D', () => {
    const codes = ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489'];
    expect(codes.map((_code, counter) => hotp(secret, counter))).toEqual(codes);
  });
});

describe('TOTP', () => {
  const seeds: Readonly<Record<TotpHash, Uint8Array>> = {
    sha1: secret,
    sha256: ascii('12345678901234567890123456789012'),
    sha512: ascii('1234567890123456789012345678901234567890123456789012345678901234'),
  };
  it.each([
    [59, '94287082', '46119246', '90693936'],
    [1_111_111_109, '07081804', '68084774', '25091201'],
    [1_111_111_111, '14050471', '67062674', '99943326'],
    [1_234_567_890, '89005924', '91819424', '93441116'],
    [2_000_000_000, '69279037', '90698825', '38618901'],
    [20_000_000_000, '65353130', '77737706', '47863826'],
  ])('gives the values of RFC 6238, appendix B, at %d s', (seconds, sha1, sha256, sha512) => {
    const counter = totpCounter(seconds * 1000);
    expect(hotp(seeds.sha1, counter, 8, 'sha1')).toBe(sha1);
    expect(hotp(seeds.sha256, counter, 8, 'sha256')).toBe(sha256);
    expect(hotp(seeds.sha512, counter, 8, 'sha512')).toBe(sha512);
  });

  it('row 9: takes the code of its own thirty seconds and no other, unless the window is opened', () => {
    const now = 1_767_225_600_000;
    const at = (step: number): string => hotp(secret, totpCounter(now) + step);
    expect([-1, 0, 1].map((step) => matchTotp(secret, at(step), now, 0))).toEqual([null, totpCounter(now), null]);
    expect([-2, -1, 0, 1, 2].map((step) => matchTotp(secret, at(step), now, 1) !== null)).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
  });

  it('takes six digits only', () => {
    const code = hotp(secret, totpCounter(0));
    for (const text of ['', ` ${code}`, `${code}0`, code.slice(1), 'abcdef', '１２３４５６']) {
      expect(matchTotp(secret, text, 0, 0)).toBeNull();
    }
  });
});

describe('what the authenticator app is given', () => {
  it('is base32 as in RFC 4648, §10', () => {
    expect(['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar'].map((text) => base32(ascii(text)))).toEqual([
      '',
      'MY',
      'MZXQ',
      'MZXW6',
      'MZXW6YQ',
      'MZXW6YTB',
      'MZXW6YTBOI',
    ]);
  });

  it('is a URI that names issuer and account', () => {
    const uri = new URL(totpUri(secret, '鼎泰:云商', 'zhang san'));
    expect(uri.protocol).toBe('otpauth:');
    expect(decodeURIComponent(uri.pathname)).toBe('/鼎泰 云商:zhang san');
    expect(Object.fromEntries(uri.searchParams)).toEqual({
      secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
      issuer: '鼎泰 云商',
      algorithm: 'SHA1',
      digits: '6',
      period: '30',
    });
  });
});
