import { constants, createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseSoterResult, verifySoterResult } from './soter.ts';
import { readFixture } from './testing/fixture.ts';

interface SoterVectors {
  soter: {
    resultJSON: string;
    resultJSONSignature: string;
    ask_public_key_pem: string;
    ask_private_key_pkcs8_der_base64: string;
  };
}

const { soter } = readFixture<SoterVectors>('soter');
const input = { resultJson: soter.resultJSON, signature: soter.resultJSONSignature, publicKeyPem: soter.ask_public_key_pem };

function signed(saltLength: number, padding: number = constants.RSA_PKCS1_PSS_PADDING): string {
  const der = Buffer.from(soter.ask_private_key_pkcs8_der_base64, 'base64');
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return sign('sha256', Buffer.from(soter.resultJSON), { key, padding, saltLength }).toString('base64');
}

describe('SOTER signature', () => {
  it('accepts the vector and what the same key signs', () => {
    expect(verifySoterResult(input)).toBe(true);
    expect(verifySoterResult({ ...input, signature: signed(20) })).toBe(true);
  });

  it.each([
    ['a changed result', { resultJson: soter.resultJSON.replace('"counter":123', '"counter":124') }],
    ['a salt of 32 bytes', { signature: signed(32) }],
    ['the older padding', { signature: signed(0, constants.RSA_PKCS1_PADDING) }],
    ['an empty signature', { signature: '' }],
    ['a signature that is not base64', { signature: '*' }],
    ['an oversized result', { resultJson: `${soter.resultJSON}${' '.repeat(9000)}` }],
  ])('refuses %s', (_name, change) => {
    expect(verifySoterResult({ ...input, ...change })).toBe(false);
  });

  it('refuses the key of another device', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    expect(verifySoterResult({ ...input, publicKeyPem })).toBe(false);
  });

  it.each(['', 'no key', generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString()])(
    'throws for what is not an RSA key',
    (publicKeyPem) => {
      expect(() => verifySoterResult({ ...input, publicKeyPem })).toThrow(
        expect.objectContaining({ code: 'public_key_invalid' }),
      );
    },
  );
});

describe('SOTER result', () => {
  it('reads the documented fields', () => {
    expect(parseSoterResult(soter.resultJSON)).toEqual({
      challenge: 'msg',
      counter: 123,
      cpuId: 'CPU Id',
      uid: '21',
      fingerId: '2',
    });
  });

  it.each([
    '',
    '[]',
    'null',
    '{}',
    '{"raw":"a","cpu_id":"b","uid":"c","counter":"1"}',
    '{"raw":"a","cpu_id":"b","uid":"c","counter":-1}',
  ])('refuses %j', (text) => {
    expect(() => parseSoterResult(text)).toThrow(expect.objectContaining({ code: 'soter_result_invalid' }));
  });
});
