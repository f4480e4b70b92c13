import { describe, expect, it } from 'vitest';
import { findingsIn, found, rulesIn } from '../testing.ts';
import { cleartextEndpoints, queryCredentials } from './cleartext.ts';
import { hostKind } from './hosts.ts';
import { tlsOff } from './tls.ts';

const detectors = [cleartextEndpoints, queryCredentials, tlsOff];

describe('hosts', () => {
  it.each([
    ['http://api.shop.cn/x', 'public'],
    ['http://122.51.199.160:8080', 'public'],
    ['http://localhost:8080', 'local'],
    ['http://127.0.0.1', 'local'],
    ['http://192.168.1.3:8080', 'local'],
    ['http://172.20.0.2/', 'local'],
    ['http://redis:6379', 'local'],
    ['http://nas.lan', 'local'],
    ['http://www.example.com/pay', 'placeholder'],
    ['http://your-domain.com', 'placeholder'],
    ['http://www.xxx.com', 'placeholder'],
    ['https://www.您的域名.com', 'placeholder'],
    ['http://www.w3.org/2000/svg', 'namespace'],
    ['/relative', undefined],
  ])('%s is %s', (url, kind) => expect(hostKind(url)).toBe(kind));
});

describe('bad', () => {
  it.each([
    ['MP-NET-001', "export default { apiUrl: 'http://dev.shop.cn' }"],
    ['MP-NET-001', "const BASE_URL = 'http://122.51.199.160:8080/wx/'"],
    ['MP-NET-001', "wx.request({ url: 'http://api.shop.cn/goods', success() {} })"],
    ['MP-NET-001', "axios.get('http://api.shop.cn/goods')"],
    [
      'MP-NET-001',
      "const rp = require('request-promise')\nconst BASE = 'http://music.shop.cn'\nconst SITE_URL = 'http://list.shop.cn'\nexports.main = async (event) => JSON.parse(await rp(SITE_URL + '/list'))",
    ],
    [
      'MP-NET-001',
      "const url = 'http://sms.shop.cn/send'\nclass Sms {\n  send(to) { return axios.request({\n    method: 'post', url: url, params: { to } }) }\n}",
    ],
    ['MP-NET-001', "wx.connectSocket({ url: 'ws://push.shop.cn' })"],
    ['MP-NET-001', "module.exports = { request_url: process.env.URL || 'http://api.kd.cn/x.aspx' }"],
    [
      'MP-NET-002',
      "const options = { method: 'GET', url: 'http://wl.market.cn/kdi?no=' + no, headers: { Authorization: code } }",
    ],
    ['MP-NET-002', "request('http://api.shop.cn/x?appkey=' + key)"],
    ['MP-NET-003', 'https.request({ rejectUnauthorized: false })'],
    ['MP-NET-003', "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'"],
    ['MP-NET-005', "const notify_url = 'http://www.qq.com'"],
    ['MP-NET-005', "module.exports = { notify_url: 'http://pay.shop.cn/notify' }"],
    ['MP-NET-006', "wx.request({ url: base + '/me?token=' + token })"],
    ['MP-NET-006', 'fetch(`${base}/orders?mobile=${mobile}`)'],
  ])('%s %s', (rule, text) => expect(rulesIn(detectors, text, 'server/config/index.js')).toEqual([rule]));

  it('reads other languages', () => {
    expect(
      found(detectors, {
        'a.yml': 'api:\n  base-url: http://api.shop.cn\n',
        'A.java':
          'class A { String s = HttpUtil.get("http://api.shop.cn/x"); HostnameVerifier v = NoopHostnameVerifier.INSTANCE; }',
        'B.java':
          'class B implements X509TrustManager { public void checkServerTrusted(X509Certificate[] c, String a) throws CertificateException { } }',
        'a.php': "<?php curl_setopt($ch, CURLOPT_SSL_VERIFYPEER, false); file_get_contents('http://api.shop.cn/x');",
        'a.py': "requests.get('http://api.shop.cn/x', verify=False)",
        'a.go': 'tls.Config{InsecureSkipVerify: true}',
      }),
    ).toEqual([
      'MP-NET-001 A.java:1',
      'MP-NET-001 a.php:1',
      'MP-NET-001 a.py:1',
      'MP-NET-001 a.yml:2',
      'MP-NET-003 A.java:1',
      'MP-NET-003 B.java:1',
      'MP-NET-003 a.go:1',
      'MP-NET-003 a.php:1',
      'MP-NET-003 a.py:1',
    ]);
  });
});

describe('good and trap', () => {
  it.each([
    ["export default { apiUrl: 'https://api.shop.cn' }", 'https'],
    ["var ApiRoot = 'http://localhost:8080/wx/'", 'own machine'],
    ["// var ApiRoot = 'http://122.51.199.160:8080/wx/'", 'comment'],
    ["if (url.indexOf('http://') === 0) url = url.replace('http://', 'https://')", 'upgrade'],
    ["wx.setClipboardData({ data: 'http://s.shop.cn/seller' })", 'text for the clipboard'],
    ["callFunction({ data: { formId, url: 'http://weixin.qq.com/download', page: 'pages/a' } })", 'text of a message'],
    ["module.exports = { devServer: { proxy: 'http://api.dev.shop.cn' } }", 'development proxy'],
    ["const logo = 'http://img.shop.cn/logo.png'; const avatarUrl = 'http://img.shop.cn/a'", 'pictures'],
    ["module.exports = { notify_url: 'https://www.您的域名.com/api/pay/notify' }", 'placeholder'],
    ["module.exports = { notify_url: 'http://www.example.com/notify' }", 'placeholder'],
    ["const ns = 'http://www.w3.org/2000/svg'", 'namespace'],
    ['const u = `https://api.weixin.qq.com/sns/jscode2session?appid=${a}&secret=${s}&js_code=${c}`', 'demanded by WeChat'],
    ['rp({ url: `${WECHAT_URL}/tcb/invoke?access_token=${token}` })', 'demanded by WeChat'],
    ["wx.navigateTo({ url: '/pages/me/me?token=' + token })", 'page'],
    ['https.request({ rejectUnauthorized: true })', 'checked'],
  ])('%s (%s)', (text) => expect(rulesIn(detectors, text, 'server/config/index.js')).toEqual([]));

  it('leaves documents, markup and build files alone', () => {
    expect(
      found(detectors, {
        'README.md': 'apiUrl: http://api.shop.cn',
        'a.wxml': '<image src="http://img.shop.cn/a"/>',
        'pom.xml': '<project xmlns="http://maven.apache.org/POM/4.0.0"><url>http://shop.cn</url></project>',
        'package.json': '{"homepage":"http://shop.cn"}',
        'vue.config.js': "module.exports = { base: 'http://api.shop.cn' }",
        'test/a.test.js': "axios.get('http://api.shop.cn')",
      }),
    ).toEqual([]);
  });

  it('weighs examples and local settings less', () => {
    expect(findingsIn(detectors, { 'config/config.local.js': "exports.apiUrl = 'http://api.shop.cn'" })[0]?.severity).toBe(
      'medium',
    );
  });
});
