import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decryptUserData, encryptUserData, openDataSignature, verifyOpenData } from './open-data.ts';
import { readFixture } from './testing/fixture.ts';

interface OpenDataVectors {
  rawData_signature: { rawData: string; session_key: string; signature: string };
  wxbizdatacrypt: {
    appId: string;
    sessionKey: string;
    iv: string;
    encryptedData: string;
    plaintext: Record<string, unknown> & { watermark: { timestamp: number } };
  };
  wxbizdatacrypt_generated: {
    sessionKey: string;
    iv: string;
    expected_appid: string;
    phone_ok: { plaintext: Record<string, unknown>; encryptedData: string };
    foreign_appid_must_reject: { encryptedData: string };
  };
}

const vectors = readFixture<OpenDataVectors>('open-data');
const demo = vectors.wxbizdatacrypt;
const generated = vectors.wxbizdatacrypt_generated;
const marked = demo.plaintext.watermark.timestamp * 1000;
const demoInput = { ...demo, appid: demo.appId, now: marked + 1000 };

describe('open data signature', () => {
  const { rawData, session_key: sessionKey, signature } = vectors.rawData_signature;

  it('equals the published one', () => {
    expect(openDataSignature(rawData, sessionKey)).toBe(signature);
    expect(verifyOpenData(rawData, sessionKey, signature)).toBe(true);
  });

  it('is refused when anything differs', () => {
    expect(verifyOpenData(`${rawData} `, sessionKey, signature)).toBe(false);
    expect(verifyOpenData(rawData, demo.sessionKey, signature)).toBe(false);
    expect(verifyOpenData(rawData, sessionKey, signature.slice(1))).toBe(false);
    expect(verifyOpenData(rawData, sessionKey, '')).toBe(false);
    expect(verifyOpenData(rawData, sessionKey, undefined as unknown as string)).toBe(false);
  });
});

describe('user data', () => {
  it('decrypts the published sample', () => {
    expect(decryptUserData(demoInput)).toEqual(demo.plaintext);
  });

  it('encrypts a phone number as the sample does', () => {
    expect(encryptUserData({ ...generated, data: generated.phone_ok.plaintext })).toBe(generated.phone_ok.encryptedData);
  });

  it('decrypts a phone number', () => {
    const input = { ...generated, appid: generated.expected_appid, encryptedData: generated.phone_ok.encryptedData, now: marked };
    expect(decryptUserData(input)).toEqual(generated.phone_ok.plaintext);
  });

  it('refuses data marked for another app', () => {
    const { encryptedData } = generated.foreign_appid_must_reject;
    const input = { ...generated, appid: generated.expected_appid, encryptedData, now: marked };
    expect(() => decryptUserData(input)).toThrow(expect.objectContaining({ code: 'user_data_foreign_appid' }));
  });

  it.each([
    ['at the edge of the window', 300_000, undefined, true],
    ['past the window', 301_000, undefined, false],
    ['inside a window of its own', 3_600_000, 3600, true],
    ['a minute ahead', -60_000, undefined, true],
    ['further ahead', -61_000, undefined, false],
    ['against a clock that is not a number', Number.NaN, undefined, false],
  ])('judges its age: %s', (_name, offset, maxAgeSeconds, accepted) => {
    const read = () => decryptUserData({ ...demoInput, now: marked + offset, ...(maxAgeSeconds ? { maxAgeSeconds } : {}) });
    if (accepted) expect(read()).toEqual(demo.plaintext);
    else expect(read).toThrow(expect.objectContaining({ code: 'user_data_stale' }));
  });

  it('accepts a watermark time in digits', () => {
    const data = { watermark: { appid: demo.appId, timestamp: String(marked / 1000) } };
    const encryptedData = encryptUserData({ ...demo, data });
    expect(decryptUserData({ ...demoInput, encryptedData })).toEqual(data);
  });

  it('survives a round trip', () => {
    const bytes = (size: number) =>
      fc.uint8Array({ minLength: size, maxLength: size }).map((b) => Buffer.from(b).toString('base64'));
    fc.assert(
      fc.property(bytes(16), bytes(16), fc.dictionary(fc.string(), fc.jsonValue()), (sessionKey, iv, fields) => {
        const data = { ...fields, watermark: { appid: 'wx0', timestamp: 1_700_000_000 } };
        const encryptedData = encryptUserData({ sessionKey, iv, data });
        const read = decryptUserData({ appid: 'wx0', sessionKey, iv, encryptedData, now: 1_700_000_000_000 });
        expect(read).toEqual(JSON.parse(JSON.stringify(data)));
      }),
    );
  });
});
