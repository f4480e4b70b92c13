import { getJsApiSignature } from '@wecom/crypto';
import { describe, expect, it } from 'vitest';
import { jsApiSignature } from './js-api.ts';
import { readFixture } from './testing/fixture.ts';

interface JsApiVectors {
  jssdk: { ticket: string; nonceStr: string; timestamp: number; url: string; signature: string };
}

const { jssdk } = readFixture<JsApiVectors>('js-api');

describe('JS-SDK signature', () => {
  it('equals the published one', () => {
    expect(jsApiSignature(jssdk)).toBe(jssdk.signature);
  });

  it('leaves out the fragment of the page', () => {
    expect(jsApiSignature({ ...jssdk, url: `${jssdk.url}#/orders?id=1#2` })).toBe(jssdk.signature);
  });

  it("agrees with WeCom's own package", () => {
    const input = { ticket: 'ticket-1', nonceStr: 'n', timestamp: 1_700_000_000, url: 'https://portal.example/a?b=c' };
    expect(jsApiSignature(input)).toBe(getJsApiSignature(input).signature);
  });
});
