import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { acs3Authorization, acs3Query, encodeAcs3 } from './acs3-signature.ts';
import { tc3Authorization } from './tc3-signature.ts';

describe('TC3-HMAC-SHA256', () => {
  // Tencent Cloud, "Signature v3", the worked example; the asterisks belong to its key.
  it('gives the signature of the documentation', () => {
    const authorization = tc3Authorization('AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******', 'Gu5t9xGARNpq86cd98joQYCN3*******', {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', host: 'cvm.tencentcloudapi.com' },
      body: '{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}',
      service: 'cvm',
      timestamp: 1_551_113_065,
    });
    expect(authorization).toBe(
      'TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******/2019-02-25/cvm/tc3_request, SignedHeaders=content-type;host, ' +
        'Signature=2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c',
    );
  });
});

describe('ACS3-HMAC-SHA256', () => {
  // Alibaba Cloud, "Request syntax and signature method V3", fixed-parameter example.
  it('gives the signature of the documentation', () => {
    const authorization = acs3Authorization('YourAccessKeyId', 'YourAccessKeySecret', {
      method: 'POST',
      path: '/',
      query: { RegionId: 'cn-shanghai', ImageId: 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd' },
      headers: {
        host: 'ecs.cn-shanghai.aliyuncs.com',
        'x-acs-action': 'RunInstances',
        'x-acs-content-sha256': hash('sha256', ''),
        'x-acs-date': '2023-10-26T10:22:32Z',
        'x-acs-signature-nonce': '3156853299f313e23d1673dc12e1703d',
        'x-acs-version': '2014-05-26',
      },
      body: '',
    });
    expect(authorization).toBe(
      'ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;' +
        'x-acs-signature-nonce;x-acs-version,Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0',
    );
  });

  it('encodes names and values by RFC 3986 and sorts them', () => {
    expect(encodeAcs3("a b*c~d!e'(f)+门")).toBe('a%20b%2Ac~d%21e%27%28f%29%2B%E9%97%A8');
    expect(acs3Query({ b: '2', a: '{"code":"1"}', B: '' })).toBe('B=&a=%7B%22code%22%3A%221%22%7D&b=2');
  });
});
