import { describe, expect, it } from 'vitest';
import { createFakeWx } from '../testing/fake-wx.ts';
import { isAtLeast, readDevice } from './device.ts';
import type { WxSystemInfo } from './platform.ts';

const wx = createFakeWx({ fetch: () => Promise.reject(new Error('not used')), loginCode: () => 'x', wecomLoginCode: () => 'x' });
const read = (info: WxSystemInfo) => readDevice({ ...wx, getSystemInfoSync: () => info });

describe('readDevice', () => {
  it('tells WeCom from WeChat by the environment, and only where wx.qy exists', () => {
    expect(read({ environment: 'wxwork' }).channel).toBe('wecom');
    expect(read({}).channel).toBe('wechat');
    const { qy: _, ...withoutQy } = wx;
    expect(readDevice(withoutQy).channel).toBe('wechat');
  });

  it.each([
    ['zh_CN', 'zh-CN'],
    ['zh_TW', 'zh-CN'],
    ['en', 'en'],
    ['en_GB', 'en'],
    [undefined, 'zh-CN'],
  ])('language %s is %s', (language, expected) => {
    expect(read(language === undefined ? {} : { language }).locale).toBe(expected);
  });

  it('keeps the hint within the bounds of the protocol', () => {
    expect(read({ model: 'm'.repeat(500), system: '' }).hint).toEqual({ model: 'm'.repeat(100) });
  });

  it('names the release of the mini program where WeChat has released it', () => {
    const released = { ...wx, getAccountInfoSync: () => ({ miniProgram: { version: '1.4.2' } }) };
    expect(readDevice(released).hint.build).toBe('1.4.2');
    // A trial version has none; an older base library has not even the call.
    expect(readDevice(wx).hint.build).toBeUndefined();
    const { getAccountInfoSync: _, ...older } = wx;
    expect(readDevice(older as typeof wx).hint.build).toBeUndefined();
  });

  it('does without a platform that says nothing', () => {
    const mute = {
      ...wx,
      getSystemInfoSync: () => {
        throw new Error('fail');
      },
    };
    expect(readDevice(mute)).toEqual({ channel: 'wechat', locale: 'zh-CN', encryptsStorage: false, hint: {} });
  });
});

it.each([
  ['2.21.3', true],
  ['2.21.2', false],
  ['2.9.9', false],
  ['2.100.0', true],
  ['3.0.0', true],
  ['3', true],
  ['2.21', false],
  ['', false],
  ['unknown', false],
])('base library %j encrypts storage: %j', (version, expected) => {
  expect(isAtLeast(version, [2, 21, 3])).toBe(expected);
});
