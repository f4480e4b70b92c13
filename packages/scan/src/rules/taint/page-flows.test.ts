import { describe, expect, it } from 'vitest';
import { filesOf } from '../../project/files.ts';
import { scanProject } from '../../scan.ts';
import { page, scanFiles } from '../../testing/scan-files.ts';

const webView = '<web-view src="{{url}}"></web-view>';
const found = (files: Readonly<Record<string, string>>): readonly string[] => scanFiles(files, 'MP-TNT');

/** Each case: what it shows, the project, what is found. */
const cases: readonly (readonly [string, Readonly<Record<string, string>>, readonly string[]])[] = [
  // MP-TNT-001
  [
    'a page parameter as the address of a web-view',
    page('Page({\n onLoad(o) {\n  this.setData({ url: decodeURIComponent(o.url) })\n }\n})', webView),
    ['MP-TNT-001 pages/a/a.js:3'],
  ],
  [
    'through a variable, an alias of this and a nested key of setData',
    page(
      "Page({\n data: {},\n onLoad: function (options) {\n  var that = this;\n  let target = options.url || '';\n  that.setData({ 'web.address': target });\n }\n})",
      '<web-view src="{{web.address}}" />',
    ),
    ['MP-TNT-001 pages/a/a.js:6'],
  ],
  [
    'through a helper of another file',
    page(
      "const { read } = require('../../utils/url')\nPage({\n onLoad(o) {\n  this.setData({ url: read(o.q) })\n }\n})",
      webView,
      {
        'utils/url.js': 'function read(v) { return v.trim() }\nmodule.exports = { read }',
      },
    ),
    ['MP-TNT-001 pages/a/a.js:4'],
  ],
  [
    'handed to a component that holds the web-view',
    page('Page({\n onLoad(o) {\n  this.setData({ address: o.url })\n }\n})', '<browser url="{{address}}" />', {
      'pages/a/a.json': '{"usingComponents":{"browser":"/components/browser/index"}}',
      'components/browser/index.js': 'Component({ properties: { url: String } })',
      'components/browser/index.wxml': webView,
    }),
    ['MP-TNT-001 pages/a/a.js:3'],
  ],
  [
    'by way of the storage and of another page',
    {
      ...page("Page({\n onLoad(o) {\n  wx.setStorageSync('go', o.url)\n }\n})"),
      'pages/b/b.js': "Page({\n onShow() {\n  this.setData({ url: wx.getStorageSync('go') })\n }\n})",
      'pages/b/b.wxml': webView,
    },
    ['MP-TNT-001 pages/b/b.js:3'],
  ],
  [
    'storage under the same key of another mini program',
    {
      'one/app.json': '{"pages":["pages/a/a"]}',
      'one/pages/a/a.js': "Page({\n onLoad(o) {\n  wx.setStorageSync('go', o.url)\n }\n})",
      'one/pages/a/a.wxml': '',
      'two/app.json': '{"pages":["pages/b/b"]}',
      'two/pages/b/b.js': "Page({\n onShow() {\n  this.setData({ url: wx.getStorageSync('go') })\n }\n})",
      'two/pages/b/b.wxml': webView,
    },
    [],
  ],
  [
    'by way of globalData',
    {
      ...page('Page({\n onLoad(o) {\n  getApp().globalData.go = o.url\n }\n})'),
      'app.js': 'App({ globalData: {} })',
      'pages/b/b.js': 'const app = getApp()\nPage({\n onShow() {\n  this.setData({ url: app.globalData.go })\n }\n})',
      'pages/b/b.wxml': webView,
    },
    ['MP-TNT-001 pages/b/b.js:4'],
  ],
  [
    'in a component used as a page',
    page('Component({\n methods: {\n  onLoad(o) {\n   this.setData({ url: o.u })\n  }\n }\n})', webView),
    ['MP-TNT-001 pages/a/a.js:4'],
  ],
  [
    'in a uni-app page',
    {
      'pages.json': '{}',
      'manifest.json': '{}',
      'pages/w.vue':
        '<template>\n<web-view :src="url"></web-view>\n</template>\n<script>\nexport default {\n data() { return { url: "" } },\n onLoad(o) {\n  this.url = o.url\n }\n}\n</script>',
    },
    ['MP-TNT-001 pages/w.vue:8'],
  ],
  [
    'in a uni-app page with script setup',
    {
      'pages.json': '{}',
      'manifest.json': '{}',
      'pages/w.vue':
        "<script setup lang='ts'>\nimport { ref } from 'vue'\nimport { onLoad } from '@dcloudio/uni-app'\nconst url = ref<string>('')\nonLoad((o) => {\n  url.value = decodeURIComponent(o.url)\n})\n</script>\n<template><web-view :src=\"url\" /></template>",
      'pages/v.vue':
        "<template><web-view :src='address' /></template>\n<script>\nexport default {\n setup() {\n  const address = ref('')\n  onLoad((o) => {\n   address.value = o.url\n  })\n  return { address }\n }\n}\n</script>",
    },
    ['MP-TNT-001 pages/v.vue:9', 'MP-TNT-001 pages/w.vue:6'],
  ],
  [
    'in a Taro page',
    {
      'package.json': '{"dependencies":{"@tarojs/taro":"3"}}',
      'src/w.tsx':
        "import Taro, { useRouter } from '@tarojs/taro'\nimport { WebView } from '@tarojs/components'\nexport default function W() {\n const router = useRouter()\n return <WebView src={router.params.url} />\n}",
    },
    ['MP-TNT-001 src/w.tsx:5'],
  ],
  [
    'in Taro pages that ask for the current instance, kept in a field, and in a page that reads the stack of pages',
    {
      'package.json': '{"dependencies":{"@tarojs/taro":"3"}}',
      'src/a.tsx':
        "import { getCurrentInstance } from '@tarojs/taro'\nimport { WebView } from '@tarojs/components'\nexport default function A() {\n const { url } = getCurrentInstance().router.params\n return <WebView src={url} />\n}",
      'src/b.tsx':
        "import Taro, { getCurrentInstance } from '@tarojs/taro'\nimport React, { Component } from 'react'\nimport { WebView } from '@tarojs/components'\nexport default class B extends Component {\n $instance = getCurrentInstance()\n render() {\n  return <WebView src={this.$instance.router?.params.url} />\n }\n}",
      'src/c.tsx':
        "import Taro from '@tarojs/taro'\nimport { WebView } from '@tarojs/components'\nexport default function C() {\n const pages = Taro.getCurrentPages()\n const { url } = pages[pages.length - 1].options\n return <WebView src={url} />\n}",
      'src/d.tsx':
        "import { getCurrentInstance } from '@tarojs/taro'\nimport { WebView } from '@tarojs/components'\nexport default function D() {\n const { path } = getCurrentInstance().router\n return <WebView src={path} />\n}",
    },
    ['MP-TNT-001 src/a.tsx:5', 'MP-TNT-001 src/b.tsx:7', 'MP-TNT-001 src/c.tsx:6'],
  ],
  ['trap: a constant address', page("Page({ onLoad() { this.setData({ url: 'https://a.example/' }) } })", webView), []],
  [
    'trap: the host is looked up in a list first',
    page(
      "const HOSTS = ['a.example']\nPage({ onLoad(o) { const u = decodeURIComponent(o.url); const host = u.split('/')[2]; if (!HOSTS.includes(host)) return; this.setData({ url: u }) } })",
      webView,
    ),
    [],
  ],
  [
    'trap: only a value of the query of a constant address',
    page("Page({ onLoad(o) { this.setData({ url: 'https://a.example/p?id=' + o.id }) } })", webView),
    [],
  ],
  [
    'trap: a table maps the parameter',
    page('const URLS = {}\nPage({ onLoad(o) { this.setData({ url: URLS[o.key] }) } })', webView),
    [],
  ],
  ['trap: the value is shown as text', page('Page({ onLoad(o) { this.setData({ url: o.url }) } })', '<text>{{url}}</text>'), []],
  // MP-TNT-003
  [
    'a page parameter as the host of a request',
    page('Page({\n onLoad(o) {\n  wx.request({\n   url: o.api,\n  })\n }\n})'),
    ['MP-TNT-003 pages/a/a.js:4'],
  ],
  [
    'trap: a configured base stands before it',
    page("const { API } = require('./c')\nPage({ onLoad(o) { wx.request({ url: `${API}/item/${o.id}` }) } })"),
    [],
  ],
  [
    'trap: the parameter is sent as data',
    page("Page({ onLoad(o) { wx.request({ url: 'https://a.example/q', data: { id: o.id } }) } })"),
    [],
  ],
  // MP-TNT-004, MP-TNT-005
  [
    'a page parameter as the page to go to',
    page('Page({\n onLoad(o) {\n  wx.reLaunch({ url: decodeURIComponent(o.back) })\n }\n})'),
    ['MP-TNT-004 pages/a/a.js:3'],
  ],
  [
    'trap: only a parameter of a constant page',
    page("Page({ onLoad(o) { wx.navigateTo({ url: '../goods/goods?id=' + o.id }) } })"),
    [],
  ],
  [
    'a scanned text put into a page address',
    page(
      "Page({\n scan() {\n  wx.scanCode({ success: (res) => {\n   wx.navigateTo({ url: '/pages/b/b?code=' + res.result })\n  } })\n }\n})",
    ),
    ['MP-TNT-005 pages/a/a.js:4'],
  ],
  [
    'awaited, and taken apart',
    page('Page({\n async scan() {\n  const { result } = await wx.scanCode()\n  wx.navigateTo({ url: result })\n }\n})'),
    ['MP-TNT-004 pages/a/a.js:4'],
  ],
  [
    'trap: encoded, and the path of an own code',
    page(
      "Page({ scan() { wx.scanCode({ success(res) { wx.navigateTo({ url: '/' + res.path }); wx.navigateTo({ url: '/pages/b/b?c=' + encodeURIComponent(res.result) }) } }) } })",
    ),
    [],
  ],
  // MP-TNT-006, MP-TNT-007
  ['a page parameter run as code', page('Page({\n onLoad(o) {\n  eval(o.js)\n }\n})'), ['MP-TNT-006 pages/a/a.js:3']],
  [
    'code from the network run by an interpreter',
    page(
      "import { Interpreter } from 'eval5'\nPage({\n onShow() {\n  wx.request({ url: 'https://a.example', success(res) {\n   new Interpreter().evaluate(res.data.code)\n  } })\n }\n})",
    ),
    ['MP-TNT-007 pages/a/a.js:5'],
  ],
  ['trap: constant code', page("Page({ onLoad() { Function('return this')() } })"), []],
  // MP-TNT-008
  [
    'a page parameter as rich text',
    page('Page({\n onLoad(o) {\n  this.setData({ html: o.html })\n }\n})', '<rich-text nodes="{{html}}" />'),
    ['MP-TNT-008 pages/a/a.js:3'],
  ],
  [
    'trap: what the shop wrote about its goods',
    page(
      "Page({ onShow() { wx.request({ url: 'https://a.example', success: (res) => this.setData({ html: res.data.detail }) }) } })",
      '<rich-text nodes="{{html}}" />',
    ),
    [],
  ],
  // MP-TNT-011
  [
    'a page parameter chooses a mini program',
    page('Page({\n onLoad(o) {\n  wx.navigateToMiniProgram({ appId: o.appid })\n }\n})'),
    ['MP-TNT-011 pages/a/a.js:3'],
  ],
  [
    'trap: a constant mini program',
    page("Page({ onLoad(o) { wx.navigateToMiniProgram({ appId: 'wx0', path: 'p?id=' + o.id }) } })"),
    [],
  ],
  // MP-TNT-012
  [
    'opening the page transfers',
    page("Page({\n onLoad(o) {\n  wx.request({ url: 'https://a.example/transfer', method: 'POST', data: { to: o.to } })\n }\n})"),
    ['MP-TNT-012 pages/a/a.js:3'],
  ],
  [
    'trap: a query on opening',
    page("Page({ onLoad(o) { wx.request({ url: 'https://a.example/order/detail', method: 'POST', data: { id: o.id } }) } })"),
    [],
  ],
  [
    'trap: the change waits for a tap',
    page(
      "Page({ onLoad(o) { this.setData({ to: o.to }) }, tap() { wx.request({ url: 'https://a.example/transfer', method: 'POST', data: { to: this.data.to } }) } })",
    ),
    [],
  ],
  // MP-TNT-013
  [
    'a page parameter as a path',
    page('Page({\n onLoad(o) {\n  wx.getFileSystemManager().readFile({ filePath: o.p })\n }\n})'),
    ['MP-TNT-013 pages/a/a.js:3'],
  ],
  [
    'trap: a fixed name',
    page("Page({ onLoad(o) { wx.getFileSystemManager().writeFile({ filePath: wx.env.USER_DATA_PATH + '/a', data: o.p }) } })"),
    [],
  ],
  // MP-TNT-014
  [
    'a message of the web-view becomes the sign-in',
    page(
      "Page({\n onMessage(e) {\n  wx.setStorageSync('token', e.detail.data[0].token)\n }\n})",
      '<web-view src="https://a.example" bindmessage="onMessage" />',
    ),
    ['MP-TNT-014 pages/a/a.js:3'],
  ],
  [
    'trap: a message that is shown',
    page(
      'Page({ onMessage(e) { this.setData({ t: e.detail.data }) } })',
      '<web-view src="https://a.example" bindmessage="onMessage" /><text>{{t}}</text>',
    ),
    [],
  ],
  [
    'the parameters of a payment, once for the call',
    page('Page({\n onLoad(o) {\n  wx.requestPayment({ timeStamp: o.t, nonceStr: o.n, package: o.p, paySign: o.s })\n }\n})'),
    ['MP-TNT-014 pages/a/a.js:3'],
  ],
  [
    'what wraps setData under another name',
    page('Page({\n onLoad(o) {\n  this.setPageState({ ...o })\n }\n})', webView),
    ['MP-TNT-001 pages/a/a.js:3'],
  ],
  [
    'trap: the own name of a page of the stack, which is opened again',
    page(
      "Page({ again() { const pages = getCurrentPages(); const now = pages[pages.length - 1]; wx.reLaunch({ url: '/' + now.route }) } })",
    ),
    [],
  ],
  [
    'trap: the answer to a question in which a parameter stood',
    page(
      'Page({ onLoad(o) { this.http.get(`/article/${o.id}`).then((res) => this.setData({ main: res.data })) } })',
      '<mp-html content="{{main}}" />',
    ),
    [],
  ],
  [
    'trap: a page that comes with a module of the market',
    {
      'pages.json': '{"pages":[{"path":"uni_modules/some-kit/pages/web"}]}',
      'manifest.json': '{}',
      'uni_modules/some-kit/pages/web.vue':
        '<template><web-view :src="url" /></template>\n<script>\nexport default { data() { return { url: "" } }, onLoad(o) { this.url = o.url } }\n</script>',
    },
    [],
  ],
  // MP-TNT-015
  [
    'a template goes where the parameter says',
    page('Page({\n onLoad(o) {\n  this.setData({ to: o.to })\n }\n})', '<navigator url="{{to}}">go</navigator>'),
    ['MP-TNT-015 pages/a/a.js:3'],
  ],
  [
    'trap: a constant path in the template',
    page('Page({ onLoad(o) { this.setData({ id: o.id }) } })', '<navigator url="/pages/b/b?id={{id}}">go</navigator>'),
    [],
  ],
];

describe('flows in a mini program', () => {
  it.each(cases)('%s', (_name, files, expected) => {
    expect(found(files)).toEqual(expected);
  });
});

/** What the own server or the storage says is doubted with low confidence only. */
const doubted: typeof cases = [
  [
    'an answer of the network as the address of a web-view',
    page(
      "Page({\n onLoad() {\n  wx.request({ url: 'https://a.example/banner', success: (res) => {\n   this.setData({ url: res.data.link })\n  } })\n }\n})",
      webView,
    ),
    ['MP-TNT-002 pages/a/a.js:4 low'],
  ],
  [
    'what lay in the storage as the address of a web-view',
    page("Page({\n onLoad() {\n  this.setData({ url: wx.getStorageSync('banner') })\n }\n})", webView),
    ['MP-TNT-002 pages/a/a.js:3 low'],
  ],
  [
    'good: the answer only chooses among fixed addresses',
    page(
      "const PAGES = { help: 'https://a.example/help' }\nPage({ onLoad() { wx.request({ url: 'https://a.example/banner', success: (res) => { this.setData({ url: PAGES[res.data.key] }) } }) } })",
      webView,
    ),
    [],
  ],
  [
    'trap: the answer is a number in the query of a fixed host',
    page(
      "Page({ onLoad() { wx.request({ url: 'https://a.example/banner', success: (res) => { this.setData({ url: 'https://a.example/read?id=' + res.data.id }) } }) } })",
      webView,
    ),
    [],
  ],
];

describe('flows in a mini program that are told only when asked for', () => {
  it.each(doubted)('%s', (_name, files, expected) => {
    const { findings } = scanProject(filesOf(files));
    expect(
      findings
        .filter(({ rule }) => rule === 'MP-TNT-002')
        .map(({ file, line, confidence }) => `MP-TNT-002 ${file}:${line} ${confidence}`),
    ).toEqual(expected);
    expect(found(files)).toEqual([]);
  });
});
