import { describe, expect, it } from 'vitest';
import { WechatApiError, WechatTransportError } from './api-error.ts';

describe('WechatApiError', () => {
  it.each([
    ['invalid code, rid: 626d6eea-742b9141-407c26f8', 'invalid code', { rid: '626d6eea-742b9141-407c26f8' }],
    ['invalid code rid: 626d6eea-742b9141-407c26f8', 'invalid code', { rid: '626d6eea-742b9141-407c26f8' }],
    ['invalid code, hints: [ req_id: XyZ.12 ]', 'invalid code', { hint: 'XyZ.12' }],
    [
      'invalid webhook url, hint: [1610351823], from ip: 10.1.2.3, more info at https://open.work.weixin.qq.com/devtool/query?e=93000',
      'invalid webhook url',
      { hint: '1610351823' },
    ],
    [
      'api minute-quota reach limit  mustslower  retry next minute',
      'api minute-quota reach limit  mustslower  retry next minute',
      {},
    ],
    ['', '', {}],
    ['a\r\nb\u0000c\u2028d', 'a  b c d', {}],
    ['the grid: x', 'the grid: x', {}],
  ])('takes %j apart', (raw, errmsg, fields) => {
    const error = new WechatApiError('/sns/jscode2session', 40029, raw);
    expect(error).toMatchObject({ code: 'wechat_api_error', errcode: 40029, errmsg, api: '/sns/jscode2session', ...fields });
    expect({ rid: error.rid, hint: error.hint }).toEqual({ rid: undefined, hint: undefined, ...fields });
    expect(error.message).toBe(`/sns/jscode2session answered errcode 40029: ${errmsg}`);
  });

  it('bounds the text', () => {
    expect(new WechatApiError('/a', 1, 'x'.repeat(100_000)).errmsg.length).toBe(500);
  });

  it('removes secrets, also as they stand in an address', () => {
    const error = new WechatApiError('/a', 1, 'bad a+b/c== and a%2Bb%2Fc%3D%3D and k', ['a+b/c==', 'k']);
    expect(error.errmsg).toBe('bad [redacted] and [redacted] and k');
  });

  it('leaves no part of a secret at the place where the text is cut', () => {
    const secret = 'abcdefghij'.repeat(51);
    for (let lead = 0; lead < 600; lead += 7) {
      const error = new WechatApiError('/a', 1, `${' '.repeat(lead)}${secret.repeat(20)}`, [secret]);
      expect(error.errmsg).not.toContain('abc');
    }
  });
});

describe('WechatTransportError', () => {
  it('names the call, the reason and one detail', () => {
    const error = new WechatTransportError('/a', 'http_status', { status: 502 });
    expect(error).toMatchObject({ code: 'wechat_transport_error', reason: 'http_status', status: 502 });
    expect(error.message).toBe('/a failed: http_status (502)');
    expect(new WechatTransportError('/a', 'timeout').message).toBe('/a failed: timeout');
    expect(Object.keys(error)).not.toContain('cause');
  });
});
