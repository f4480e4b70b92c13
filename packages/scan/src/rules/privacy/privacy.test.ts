import { describe, expect, it } from 'vitest';
import { findingsIn, found } from '../patterns/testing.ts';
import { privacyDetectors } from './detectors.ts';

const of = (files: Readonly<Record<string, string>>) => found(privacyDetectors, files);
const app = (more = '') => `{"pages":["pages/a/a"]${more}}`;

describe('declarations', () => {
  it('finds what is used and not declared, once, with the places of use', () => {
    const files = {
      'app.json': app(',\n"permission":{}'),
      'pages/a/a.js': 'Page({ onTap() { wx.getLocation({}) }, onPick() { wx.chooseAddress({}) } })',
    };
    expect(of(files)).toEqual(['MP-PRV-001 app.json:2', 'MP-PRV-002 app.json:2']);
    expect(findingsIn(privacyDetectors, files)[0]?.evidence?.places).toHaveLength(2);
  });

  it('is content with what is declared, in sub-packages, uni-app and Taro too', () => {
    const use = 'Page({ onTap() { wx.getLocation({}) } })';
    const declared = ',"requiredPrivateInfos":["getLocation"],"permission":{"scope.userLocation":{"desc":"附近门店"}}';
    expect(of({ 'app.json': app(declared), 'packageA/pages/b/b.js': use })).toEqual([]);
    expect(
      of({
        'manifest.json': `{"mp-weixin":{"appid":"x"${declared}}}`,
        'pages.json': '{"pages":[]}',
        'pages/a/a.vue': `<script>${use.replace('wx', 'uni')}</script>`,
      }),
    ).toEqual([]);
    expect(
      of({
        'package.json': '{"dependencies":{"@tarojs/taro":"3"}}',
        'src/app.config.ts':
          "export default { requiredPrivateInfos: ['getLocation'], permission: { 'scope.userLocation': { desc: 'x' } } }",
        'src/pages/a.js': 'export function tap() { Taro.getLocation({}) }',
      }),
    ).toEqual([]);
  });

  it('leaves other people’s libraries alone', () => {
    expect(of({ 'app.json': app(), 'miniprogram_npm/x/index.js': 'wx.getLocation({})' })).toEqual([]);
  });
});

describe('clipboard', () => {
  it.each([
    ['at once', 'Page({ onLoad() { wx.getClipboardData({ success() {} }) } })', 1],
    ['through a method', 'Page({ onShow() { this.check() },\n check() { wx.getClipboardData({}) } })', 2],
    ['in a component', 'Component({ lifetimes: { attached() { wx.getClipboardData({}) } } })', 1],
    ['in a callback of another call', 'Page({ onLoad() { wx.login({ success: () => { wx.getClipboardData({}) } }) } })', 1],
  ])('is read silently %s', (_how, text, line) =>
    expect(of({ 'app.json': app(), 'pages/a/a.js': text })).toEqual([`MP-PRV-004 pages/a/a.js:${line}`]),
  );

  it.each([
    ['on a tap', 'Page({ onPaste() { wx.getClipboardData({}) } })'],
    ['after the own copy', 'Page({ onLoad() { wx.setClipboardData({ success() { wx.getClipboardData({}) } }) } })'],
    ['after a question', 'Page({ onLoad() { wx.showModal({ success: r => { if (r.confirm) wx.getClipboardData({}) } }) } })'],
  ])('may be read %s', (_how, text) => expect(of({ 'app.json': app(), 'pages/a/a.js': text })).toEqual([]));
});

describe('moment, withdrawn interfaces, screens', () => {
  it('finds undeclared sensitive calls as a page opens', () => {
    expect(of({ 'app.json': app(), 'pages/a/a.js': 'Page({ onLoad() { wx.getWeRunData({}) } })' })).toEqual([
      'MP-PRV-003 pages/a/a.js:1',
    ]);
    expect(
      of({
        'app.json': app(),
        'pages/a/a.js': 'Page({ onLoad() { wx.requirePrivacyAuthorize({ success: () => wx.getWeRunData({}) }) } })',
      }),
    ).toEqual([]);
  });

  it('hints at withdrawn interfaces', () => {
    const findings = findingsIn(privacyDetectors, {
      'app.json': app(),
      'pages/a/a.js': 'Page({ onTap() { wx.getUserProfile({}) } })',
      'pages/a/a.wxml': '<button open-type="getUserInfo"/>',
      'pages/a/own.js': 'getApp().start(); app.getUserProfile().then(show)',
      'lib/@vant/weapp/button/index.js': 'wx.getUserProfile({})',
    });
    expect(findings.map(({ rule, severity }) => [rule, severity])).toEqual([
      ['MP-PRV-006', 'info'],
      ['MP-PRV-006', 'info'],
    ]);
  });

  it('finds numbers shown whole, not masked ones, shop numbers and inputs', () => {
    const text =
      '<view>{{user.idCard}}</view>\n<view>{{m.mask(user.idCard)}}</view>\n<input value="{{idCard}}"/>\n<text>{{shop.phone}}</text>\n<text>{{bankCardNo}}</text>';
    expect(of({ 'app.json': app(), 'pages/a/a.wxml': text })).toEqual([
      'MP-PRV-007 pages/a/a.wxml:1',
      'MP-PRV-007 pages/a/a.wxml:5',
    ]);
  });
});

describe('third parties and withdrawal', () => {
  it('finds a location sent to a map service from the client', () => {
    expect(
      of({
        'app.json': app(),
        'pages/a/a.js': "wx.request({ url: 'https://apis.map.qq.com/ws/geocoder/v1/', data: { location: lat + ',' + lng } })",
      }),
    ).toEqual(['MP-PRV-005 pages/a/a.js:1']);
    expect(
      of({
        'app.json': app(),
        'pages/a/a.js': "wx.request({ url: 'https://apis.map.qq.com/ws/district/v1/list', data: { id: 1 } })",
      }),
    ).toEqual([]);
  });

  it('finds receivers of events that do not know of withdrawn consent', () => {
    const receiver = "if (body.MsgType === 'event') { switch (body.Event) { case 'user_enter_tempsession': hello() } }";
    const files = { 'package.json': '{"dependencies":{"koa":"2"}}', 'app/push.js': receiver };
    expect(of(files)).toEqual(['MP-PRV-008 app/push.js:1']);
    expect(of({ ...files, 'app/consent.js': "if (event === 'user_authorization_revoke') erase()" })).toEqual([]);
  });
});
