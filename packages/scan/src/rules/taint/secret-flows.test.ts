import { describe, expect, it } from 'vitest';
import { env } from '../../authz/cases/case.ts';
import { backend, cloud, page, scanFiles } from '../../testing/scan-files.ts';

const found = (files: Readonly<Record<string, string>>): readonly string[] =>
  scanFiles(files, 'MP-SEC-001', 'MP-SEC-008', 'MP-SEC-009', 'MP-SEC-010', 'MP-STO', 'MP-LOG-001', 'MP-LOG-002');

const signIn = "const rp = require('request-promise')\nconst jwt = require('jsonwebtoken')\n";
const session = "JSON.parse(await rp({ url: 'https://api.weixin.qq.com/sns/jscode2session', qs: { js_code: ctx.query.code } }))";

const cases: readonly (readonly [string, Readonly<Record<string, string>>, readonly string[]])[] = [
  // MP-SEC-008
  [
    'the whole reply in the answer',
    backend('koa', {
      'a.js': `${signIn}module.exports = async (ctx) => {\n const s = ${session}\n ctx.body = { code: 0, data: s }\n}`,
    }),
    ['MP-SEC-008 a.js:5'],
  ],
  [
    'the whole reply in a token',
    backend('koa', {
      'a.js': `${signIn}module.exports = async (ctx) => {\n const s = ${session}\n ctx.body = { token: jwt.sign(s, process.env.KEY) }\n}`,
    }),
    ['MP-SEC-008 a.js:5'],
  ],
  [
    'in a token that a service signs: where the controller hands it over',
    backend('thinkjs', {
      'src/controller/auth.js': `const rp = require('request-promise')\nmodule.exports = class extends think.Controller {\n async loginAction() {\n  const options = { url: 'https://api.weixin.qq.com/sns/jscode2session' }\n  const s = JSON.parse(await rp(options))\n  const tokens = this.service('token')\n  const token = await tokens.create(s)\n  return this.success({ token })\n }\n}`,
      'src/service/token.js':
        "const jwt = require('jsonwebtoken')\nmodule.exports = class extends think.Service {\n async create(info) {\n  return jwt.sign(info, 'x')\n }\n}",
    }),
    ['MP-SEC-008 src/controller/auth.js:7'],
  ],
  [
    'a cloud function that returns it',
    cloud(
      "const cloud = require('wx-server-sdk')\nexports.main = async (event) => {\n const r = await cloud.openapi.auth.code2Session({ jsCode: event.code })\n return r\n}",
    ),
    ['MP-SEC-008 cloud/f/index.js:4'],
  ],
  [
    'the mini program receives it',
    page(
      "Page({\n onLoad() {\n  wx.request({ url: 'https://a.example/login', success: (res) => {\n   this.key = res.data.session_key\n  } })\n }\n})",
    ),
    ['MP-SEC-008 pages/a/a.js:4'],
  ],
  [
    'trap: only the openid',
    backend('koa', {
      'a.js': `${signIn}module.exports = async (ctx) => {\n const { openid } = ${session}\n const s = ${session}\n ctx.body = { token: jwt.sign({ openid: s.openid }, process.env.KEY), openid }\n}`,
    }),
    [],
  ],
  [
    'trap: a name of a slot',
    page("const SESSION_KEY = 'weapp_session'\nPage({ onLoad() { this.s = wx.getStorageSync(SESSION_KEY) } })"),
    [],
  ],
  // MP-SEC-009
  [
    'the client hands the key back',
    page(
      "Page({\n phone(e) {\n  wx.request({ url: 'https://a.example/phone', data: {\n   encryptedData: e.detail.encryptedData, iv: e.detail.iv,\n   session_key: this.key } })\n }\n})",
    ),
    ['MP-SEC-009 pages/a/a.js:5'],
  ],
  [
    'the server takes it from the body',
    backend('express', {
      'a.js':
        'module.exports = (app, decrypt) => app.post("/p", (req, res) => {\n const { session_key, encryptedData, iv } = req.body\n res.json(decrypt(session_key, encryptedData, iv))\n})',
    }),
    ['MP-SEC-009 a.js:2'],
  ],
  [
    'trap: the ciphertext alone',
    page(
      "Page({ phone(e) { wx.request({ url: 'https://a.example/phone', data: { encryptedData: e.detail.encryptedData, iv: e.detail.iv } }) } })",
    ),
    [],
  ],
  // MP-SEC-010, MP-LOG-001
  [
    'a token of the interfaces in the answer and in the log',
    cloud(
      "const rp = require('request-promise')\nexports.main = async () => {\n const r = await rp('https://api.weixin.qq.com/cgi-bin/token?grant_type=client_credential')\n console.log(r)\n return { token: r.access_token }\n}",
    ),
    ['MP-LOG-001 cloud/f/index.js:4', 'MP-SEC-010 cloud/f/index.js:5'],
  ],
  [
    'a token whose address is imported, read as JSON in another file',
    cloud(
      "const { token } = require('./wechat')\nexports.main = async () => {\n const found = await token()\n return { token: found.access_token }\n}",
      {
        'cloud/f/wechat.js':
          "const fetch = require('node-fetch')\nconst { ACCESS_TOKEN_URL } = require('./constants')\nexports.token = async () => {\n const answer = await fetch(ACCESS_TOKEN_URL)\n return answer.json()\n}",
      },
    ),
    ['MP-SEC-010 cloud/f/index.js:4'],
  ],
  [
    'the reply of jscode2session in the log',
    backend('koa', { 'a.js': `${signIn}module.exports = async (ctx) => {\n const s = ${session}\n ctx.logger.info(s)\n}` }),
    ['MP-LOG-001 a.js:5'],
  ],
  [
    'the reply of jscode2session that comes in pieces, in the log',
    cloud(
      "const https = require('https')\nexports.main = (event) => new Promise((resolve) => {\n https.get(`https://api.weixin.qq.com/sns/jscode2session?js_code=${event.code}`, (res) => {\n  let raw = ''\n  res.on('data', (chunk) => { raw += chunk })\n  res.on('end', () => {\n   const data = JSON.parse(raw)\n   console.log('answer', JSON.stringify(data))\n   resolve(data.openid)\n  })\n })\n})",
    ),
    ['MP-LOG-001 cloud/f/index.js:8'],
  ],
  [
    'a password by its name',
    backend('koa', { 'a.js': 'module.exports = (admin) => {\n console.log(admin.password)\n}' }),
    ['MP-LOG-001 a.js:2'],
  ],
  [
    'a body with a password in it',
    backend('express', {
      'a.js':
        "module.exports = async (req, res) => {\n const { name, password } = req.body\n console.log('sign-in', req.body)\n}",
    }),
    ['MP-LOG-001 a.js:3'],
  ],
  [
    'a telephone number of somebody in the log of a server',
    backend('express', {
      'a.js': "module.exports = async (req) => {\n const { phone } = req.body\n console.log('order of', phone)\n}",
    }),
    ['MP-LOG-001 a.js:3'],
  ],
  [
    'trap: the last digits of a telephone number, that there is one, and the word',
    backend('express', {
      'a.js':
        "module.exports = async (req) => {\n const { phone } = req.body\n console.log('phone', mask(phone), !phone, phone.length)\n}",
    }),
    [],
  ],
  [
    'trap: a page that tells its own user his number',
    page('Page({ save(e) { const { phone } = e.detail.value; console.log(phone) } })'),
    [],
  ],
  [
    'trap: a body without a password',
    backend('express', {
      'a.js':
        "module.exports = async (req, res) => {\n const { name } = req.body\n console.log('order', req.body)\n}\nexports.signIn = (req) => check(req.body.password)",
    }),
    [],
  ],
  [
    'trap: that it is there, and its length',
    backend('koa', {
      'a.js': 'module.exports = (admin) => {\n console.log(!admin.password, admin.password.length, "password wrong")\n}',
    }),
    [],
  ],
  [
    'trap: the openid, and when the token expires',
    cloud(
      "const rp = require('request-promise')\nexports.main = async () => {\n const r = await rp('https://api.weixin.qq.com/cgi-bin/token')\n console.log(r.expires_in)\n}",
    ),
    [],
  ],
  // MP-LOG-002
  [
    'answers of Next.js, and one that says nothing of the error',
    backend('next', {
      'app/api/a/route.js':
        "import { NextResponse } from 'next/server'\nexport async function GET() {\n try {\n  return NextResponse.json({ ok: await work() })\n } catch (err) {\n  return NextResponse.json({ error: String(err) }, { status: 500 })\n }\n}\nexport async function POST() {\n try {\n  return Response.json({ ok: await work() })\n } catch (err) {\n  console.error(err)\n  return Response.json({ error: 'failed' }, { status: 500 })\n }\n}",
    }),
    ['MP-LOG-002 app/api/a/route.js:6'],
  ],
  [
    'by the last middleware of Express, and by an answer of one’s own',
    backend('express', {
      'a.js': 'app.use((err, req, res, next) => {\n  res.json({ code: 500, message: err.message })\n})',
      'b.js': 'class Base {\n  run() {\n    try { work() } catch (e) {\n      return this.failByMsg(e.toString())\n    }\n  }\n}',
    }),
    ['MP-LOG-002 a.js:2', 'MP-LOG-002 b.js:4'],
  ],
  [
    'a raw error in the answer',
    backend('koa', {
      'a.js':
        'module.exports = async (ctx, next) => {\n try { await next() } catch (e) {\n  ctx.body = { code: -1, error: e.message }\n }\n}',
    }),
    ['MP-LOG-002 a.js:3'],
  ],
  [
    'by routes of Nest, by its exceptions, and one that says nothing of the error',
    backend('@nestjs/common', {
      'a.controller.ts': `import { Controller, HttpException, Post } from '@nestjs/common'
@Controller('orders')
export class Orders {
  @Post('a')
  async create() {
    try { return await work() } catch (error) {
      return { code: 500, message: error.message }
    }
  }
  @Post('b')
  async pay() {
    try { return await work() } catch (err) {
      throw new HttpException(err.message, 500)
    }
  }
  @Post('c')
  async list() {
    try { return await work() } catch (err) {
      this.logger.error(err)
      throw new HttpException('failed', 500)
    }
  }
  async helper() {
    try { return await work() } catch (err) {
      return { error: err.message }
    }
  }
}`,
    }),
    ['MP-LOG-002 a.controller.ts:13', 'MP-LOG-002 a.controller.ts:7'],
  ],
  [
    'by a handler and the error handler of Fastify',
    backend('fastify', {
      'a.js': `const app = require('fastify')()
app.get('/a', async () => {
  try { return await work() } catch (e) {
    return { error: e.message }
  }
})
app.setErrorHandler((error, request, reply) => {
  reply.code(500).send({ message: error.message })
})
cache.get('a', async () => {
  try { return await work() } catch (e) { return 'none' }
})`,
    }),
    ['MP-LOG-002 a.js:4', 'MP-LOG-002 a.js:8'],
  ],
  [
    'trap: a code',
    backend('koa', {
      'a.js':
        'module.exports = async (ctx, next) => {\n try { await next() } catch (e) {\n  ctx.logger.error(e)\n  ctx.status = e.status\n  ctx.body = { code: e.code }\n }\n}',
    }),
    [],
  ],
  [
    'trap: only for developers',
    backend('koa', {
      'a.js':
        "module.exports = async (ctx, next) => {\n try { await next() } catch (e) {\n  ctx.body = process.env.NODE_ENV === 'production' ? 'error' : e.stack\n  if (ctx.app.env === 'local') ctx.body = e.message\n }\n}",
    }),
    [],
  ],
  [
    'a raw error wherever it is one',
    backend('koa', {
      'a.js':
        "module.exports = async (ctx, next) => {\n try { await next() } catch (e) {\n  ctx.body = { error: e instanceof Error ? e.message : 'x' }\n }\n}",
    }),
    ['MP-LOG-002 a.js:3'],
  ],
  [
    'trap: an error of the own kind, a cause for the log, and what only developers are told',
    backend('express', {
      'a.js': `module.exports = async (req, res) => {
 try { await run() } catch (e) {
  if (isRuleError(e)) return res.json({ error: e.message })
  res.error('FAILED', 500, e, req)
 }
}`,
      'b.js': `const answer = (res, cause) => {
 const body = { code: 1 }
 if (${env}.NODE_ENV === 'development' && cause) {
  body.cause = cause.message
  console.log(cause.password)
 }
 res.json(body)
}
module.exports = async (req, res) => { try { await run() } catch (e) { answer(res, e) } }`,
    }),
    [],
  ],
  [
    'trap: whether there is a password, and a number behind a mask',
    backend('express', {
      'a.js':
        'module.exports = (req, res) => { logger.info({ hasPassword: Boolean(req.body.password), phone: maskPhone(req.body.phone) }) }',
    }),
    [],
  ],
  // MP-SEC-001, MP-SEC-008 in the package
  [
    'the mini program asks WeChat itself, and decrypts itself',
    page(
      "const Crypt = require('../../lib/WXBizDataCrypt')\nconst WXBizDataCrypt = Crypt\nPage({\n sign(code, key) {\n  wx.request({ url: 'https://api.weixin.qq.com/sns/jscode2session', data: { appid: a, secret: b, js_code: code } })\n  return new WXBizDataCrypt(a, key)\n }\n})",
    ),
    ['MP-SEC-001 pages/a/a.js:5', 'MP-SEC-008 pages/a/a.js:6'],
  ],
  [
    'trap: a server has the secret',
    backend('koa', {
      'a.js':
        'exports.url = (code) => `https://api.weixin.qq.com/sns/jscode2session?appid=${id}&secret=${secret}&js_code=${code}`',
    }),
    [],
  ],
  // MP-STO-001, MP-STO-002
  [
    'a phone number in storage',
    page("Page({\n save(res) {\n  wx.setStorageSync('mobile', res.data.mobile)\n }\n})"),
    ['MP-STO-001 pages/a/a.js:3'],
  ],
  [
    'a telephone in an object that was made above, and an object without one',
    page(
      "Page({\n save(e) {\n  const address = { name: e.detail.name, phone: e.detail.phone }\n  wx.setStorageSync('lastAddress', address)\n  const choice = { size: e.detail.size }\n  wx.setStorageSync('lastChoice', choice)\n }\n})",
    ),
    ['MP-STO-001 pages/a/a.js:4'],
  ],
  [
    'a password in storage',
    page("Page({\n save() {\n  wx.setStorage({ key: 'login', data: { name: this.n, password: this.p } })\n }\n})"),
    ['MP-STO-002 pages/a/a.js:3'],
  ],
  [
    'trap: encrypted, and emptied',
    page(
      "Page({ save(res) { wx.setStorage({ key: 'mobile', data: res.data.mobile, encrypt: true }); wx.setStorageSync('mobile', '') } })",
    ),
    [],
  ],
  // MP-STO-003
  [
    'sign-out leaves the profile',
    page(
      "Page({\n login(res) { wx.setStorageSync('token', res.t); wx.setStorageSync('userInfo', res.u) },\n logout() {\n  wx.removeStorageSync('token')\n }\n})",
    ),
    ['MP-STO-003 pages/a/a.js:3'],
  ],
  [
    'trap: sign-out clears everything',
    page(
      "Page({ login(res) { wx.setStorageSync('token', res.t); wx.setStorageSync('userInfo', res.u) }, logout() { wx.removeStorageSync('token'); wx.removeStorageSync('userInfo') } })",
    ),
    [],
  ],
];

describe('secrets that leave', () => {
  it.each(cases)('%s', (_name, files, expected) => {
    expect(found(files)).toEqual(expected);
  });
});
