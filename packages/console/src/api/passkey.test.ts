import { describe, expect, it } from 'vitest';
import { creationOptions, credentialJson, passkeyUse, requestOptions } from './passkey.ts';

const bytes = (source: BufferSource): number[] => [...new Uint8Array(source as ArrayBuffer)];

describe('passkey options', () => {
  it('turns base64url into bytes, without and with padding letters', () => {
    const options = creationOptions({
      challenge: '-_8',
      rp: { id: 'menshen.example', name: 'Menshen' },
      user: { id: 'AQID', name: 'admin', displayName: 'admin' },
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
      excludeCredentials: [{ id: 'BAU', type: 'public-key', transports: ['internal'] }],
    });
    expect(bytes(options.challenge)).toEqual([0xfb, 0xff]);
    expect(bytes(options.user.id)).toEqual([1, 2, 3]);
    expect(bytes(options.excludeCredentials?.[0]?.id ?? new Uint8Array())).toEqual([4, 5]);
    expect(options.pubKeyCredParams).toEqual([{ type: 'public-key', alg: -7 }]);
  });

  it('asks for any key where the server names none', () => {
    expect(requestOptions({ challenge: 'AQ', rpId: 'menshen.example' }).allowCredentials).toEqual([]);
  });
});

describe('credentialJson', () => {
  it('writes a shown key as the server reads it', () => {
    const buffer = (...values: number[]): ArrayBuffer => Uint8Array.from(values).buffer;
    const credential = {
      id: '-_8',
      rawId: buffer(0xfb, 0xff),
      type: 'public-key',
      authenticatorAttachment: null,
      getClientExtensionResults: () => ({}),
      response: { clientDataJSON: buffer(1), authenticatorData: buffer(2), signature: buffer(3), userHandle: null },
    } as unknown as PublicKeyCredential;
    expect(credentialJson(credential)).toEqual({
      id: '-_8',
      rawId: '-_8',
      type: 'public-key',
      clientExtensionResults: {},
      response: { clientDataJSON: 'AQ', authenticatorData: 'Ag', signature: 'Aw' },
    });
  });
});

describe('passkeyUse', () => {
  it.each([
    ['menshen.example', 'menshen.example', true, 'yes'],
    ['menshen.example', 'console.menshen.example', true, 'yes'],
    ['menshen.example', 'evilmenshen.example', true, 'elsewhere'],
    ['menshen.example', '10.0.0.4', true, 'elsewhere'],
    ['menshen.example', 'menshen.example', false, 'unsupported'],
  ] as const)('%s opened at %s, known %s: %s', (host, hostname, known, use) => {
    expect(passkeyUse(host, { hostname, known })).toBe(use);
  });
});
