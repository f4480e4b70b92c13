import { type Case, env } from './case.ts';

const head = `const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const db = cloud.database()
const _ = db.command
`;

const fn = (body: string, name = 'f'): Record<string, string> => ({ [`cloudfunctions/${name}/index.js`]: head + body });

/** Cloud functions. The first line of a body is line 5. */
export const cloudCases: readonly Case[] = [
  {
    name: 'MP-CLD-001: the caller names the collection',
    files: fn(`exports.main = async (event) => {
  return db.collection(event.list).where({ _id: event.id }).remove()
}`),
    expect: ['MP-CLD-001 cloudfunctions/f/index.js:6'],
  },
  {
    name: 'a collection from a fixed table, and one that was compared with an allow list',
    files: fn(`const TABLES = { todo: 'todos', note: 'notes' }
const ALLOWED = new Set(['posts', 'topics'])
exports.main = async (event) => {
  const name = String(event.collection || '').trim()
  if (!ALLOWED.has(name)) return { code: 400 }
  const posts = await db.collection(name).limit(20).get()
  const list = await db.collection(TABLES[event.kind]).limit(20).get()
  return { posts, list }
}`),
    expect: [],
  },
  {
    name: 'MP-CLD-002: openid of the event as condition, whole or with the platform identity as a fallback',
    files: {
      ...fn(`exports.main = async (event) => db.collection('members').where({ openid: event.openid }).get()`, 'a'),
      ...fn(
        `exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const openid = event.openid || OPENID
  return db.collection('wallets').where({ openid }).update({ data: { remark: event.remark } })
}`,
        'b',
      ),
    },
    expect: ['MP-CLD-002 cloudfunctions/a/index.js:5', 'MP-CLD-002 cloudfunctions/b/index.js:8'],
  },
  {
    name: 'the identity that the platform puts into the event, and the one of the context',
    files: {
      ...fn(`exports.main = async (event) => db.collection('members').where({ openid: event.userInfo.openId }).get()`, 'a'),
      ...fn(
        `exports.main = async (event) => {
  const { OPENID: openid } = cloud.getWXContext()
  const user = await db.collection('users').where({ _openid: openid }).get()
  return db.collection('orders').where({ userId: user.data[0]._id, _id: event.id }).get()
}`,
        'b',
      ),
    },
    expect: [],
  },
  {
    name: 'MP-CLD-002: a message to whoever the caller says',
    files: fn(`exports.main = async (event) => {
  return cloud.openapi.subscribeMessage.send({ touser: event.openid, page: 'index', data: {}, templateId: 'T' })
}`),
    expect: ['MP-CLD-002 cloudfunctions/f/index.js:6'],
  },
  {
    name: 'a message to the caller himself',
    files: fn(`exports.main = async () => {
  const { OPENID } = cloud.getWXContext()
  return cloud.openapi.subscribeMessage.send({ touser: OPENID, page: 'index', data: {}, templateId: 'T' })
}`),
    expect: [],
  },
  {
    name: 'MP-CLD-003: each operation of a dispatching function is judged by itself',
    files: fn(`exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const { type, id } = event
  switch (type) {
    case 'detail':
      return db.collection('orders').where({ _id: id, _openid: OPENID }).get()
    case 'cancel':
      return db.collection('orders').doc(id).update({ data: { state: 'cancelled' } })
    case 'refund': {
      const order = await db.collection('orders').doc(id).get()
      if (order.data._openid !== OPENID) return { code: 403 }
      return db.collection('orders').doc(id).update({ data: { state: 'refunding' } })
    }
    default:
      return { code: 404 }
  }
}`),
    expect: ['MP-CLD-003 cloudfunctions/f/index.js:12'],
  },
  {
    name: 'MP-CLD-003: the finding stands where the request is taken apart, not in the helper that gets the key',
    files: {
      'cloudfunctions/f/index.js': `const { remove } = require('./store')
const handlers = {
  async drop(event) {
    return remove(event.id)
  },
}
exports.main = async (event) => handlers[event.action](event)
`,
      'cloudfunctions/f/store.js': `${head}exports.remove = (id) => db.collection('address').doc(id).remove()
`,
    },
    expect: ['MP-CLD-003 cloudfunctions/f/index.js:4'],
  },
  {
    name: 'routes of tcb-router: middleware gives the identity, one route forgets it',
    files: fn(`const TcbRouter = require('tcb-router')
exports.main = async (event) => {
  const app = new TcbRouter({ event })
  app.use(async (ctx, next) => {
    ctx.data = { openid: cloud.getWXContext().OPENID }
    await next()
  })
  app.router('list', async (ctx) => {
    ctx.body = await db.collection('collects').where({ openid: ctx.data.openid }).get()
  })
  app.router('remove', async (ctx) => {
    ctx.body = await db.collection('collects').doc(event.id).remove()
  })
  return app.serve()
}`),
    expect: ['MP-CLD-003 cloudfunctions/f/index.js:16'],
  },
  {
    name: 'counting views, reading goods and showing public fields of a profile are open to everybody',
    files: fn(`exports.main = async (event) => {
  await db.collection('posts').doc(event.id).update({ data: { viewCount: _.inc(1) } })
  const goods = await db.collection('goods').doc(event.goodsId).get()
  const author = await db.collection('users').doc(event.author).field({ nickName: true, avatarUrl: true }).get()
  return { goods, author }
}`),
    expect: [],
  },
  {
    name: 'MP-CLD-004: an operation for operators without a role, next to one with it',
    files: fn(`async function isAdmin(openid) {
  const { total } = await db.collection('admins').where({ openid }).count()
  return total > 0
}
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (event.action === 'publish') {
    return db.collection('goods').add({ data: { title: event.title, price: 1 } })
  }
  if (event.action === 'remove') {
    if (!(await isAdmin(OPENID))) return { code: 403 }
    return db.collection('goods').doc(event.id).remove()
  }
}`),
    expect: ['MP-CLD-004 cloudfunctions/f/index.js:11'],
  },
  {
    name: 'an administrator is demanded for all but the public operations',
    files: fn(`exports.main = async (event) => {
  if (event.action !== 'list' && event.action !== 'detail') {
    const ok = ${env}.ADMINS.indexOf(cloud.getWXContext().OPENID) !== -1
    if (!ok) return { code: 403 }
  }
  switch (event.action) {
    case 'list':
      return db.collection('notices').get()
    case 'save':
      return db.collection('notices').doc(event.id).update({ data: { title: event.title } })
    case 'drop':
      return db.collection('orders').doc(event.id).remove()
  }
}`),
    expect: [],
  },
  {
    name: 'MP-CLD-005: an object of the request becomes the document',
    files: {
      ...fn(`exports.main = async (event) => db.collection('comments').add({ data: event.comment })`, 'a'),
      ...fn(
        `exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  return db.collection('users').where({ _openid: OPENID }).update({ data: { ...event.user, updatedAt: db.serverDate() } })
}`,
        'b',
      ),
    },
    expect: ['MP-CLD-005 cloudfunctions/a/index.js:5', 'MP-CLD-005 cloudfunctions/b/index.js:7'],
  },
  {
    name: 'listed fields, with the owner from the platform',
    files: fn(`exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const { text, score } = event.comment
  return db.collection('comments').add({ data: { text: String(text), stars: Number(score), _openid: OPENID } })
}`),
    expect: [],
  },
  {
    name: 'MP-CLD-006: the request says how many points to add',
    files: fn(`exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  return db.collection('members').where({ openid: OPENID }).update({ data: { points: _.inc(event.points) } })
}`),
    expect: ['MP-CLD-006 cloudfunctions/f/index.js:7'],
  },
  {
    name: 'points that the server computes from its own records',
    files: fn(`exports.main = async () => {
  const { OPENID } = cloud.getWXContext()
  const task = await db.collection('tasks').where({ openid: OPENID, done: true, paid: false }).get()
  if (task.data.length === 0) return { code: 1 }
  return db.collection('members').where({ openid: OPENID }).update({ data: { points: _.inc(task.data[0].reward) } })
}`),
    expect: [],
  },
  {
    name: 'MP-CLD-008: the address of any file',
    files: fn(`exports.main = async (event) => {
  const result = await cloud.getTempFileURL({ fileList: event.ids })
  return result.fileList
}`),
    expect: ['MP-CLD-008 cloudfunctions/f/index.js:6'],
  },
  {
    name: 'files of the caller, and a file that is only looked at',
    files: fn(`exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const { data } = await db.collection('files').where({ _openid: OPENID, _id: _.in(event.ids) }).get()
  const own = await cloud.getTempFileURL({ fileList: data.map((file) => file.fileID) })
  const image = await cloud.downloadFile({ fileID: event.fileID })
  const verdict = await cloud.openapi.security.imgSecCheck({ media: { value: image.fileContent } })
  return { own, safe: verdict.errCode === 0 }
}`),
    expect: [],
  },
  {
    name: 'MP-CLD-010: a page decides that an order is paid',
    files: {
      'miniprogram/app.json': '{"pages":["pages/pay/pay"]}',
      'miniprogram/pages/pay/pay.js': `const db = wx.cloud.database()
Page({
  done(id) {
    db.collection('orders').doc(id).update({ data: { payStatus: 1 } })
    db.collection('orders').doc(id).update({ data: { remark: this.data.remark } })
  },
})`,
    },
    expect: ['MP-CLD-010 miniprogram/pages/pay/pay.js:4'],
  },
  {
    name: 'MP-CLD-011: open over HTTP, and the same with a token',
    files: {
      ...fn(
        `exports.main = async (event) => {
  const { id } = event.queryStringParameters
  return db.collection('orders').doc(id).update({ data: { note: 'x' } })
}`,
        'open',
      ),
      ...fn(
        `const jwt = require('jsonwebtoken')
exports.main = async (event) => {
  const user = jwt.verify(event.headers.authorization, ${env}.KEY)
  return db.collection('orders').where({ _id: event.queryStringParameters.id, owner: user.sub }).update({ data: { note: 'x' } })
}`,
        'closed',
      ),
    },
    expect: ['MP-CLD-011 cloudfunctions/open/index.js:5', 'MP-CLD-003 cloudfunctions/open/index.js:7'],
  },
  {
    name: 'a timer, a message of the platform, and a profile whose private part only its owner sees',
    files: {
      ...fn(`exports.main = async () => db.collection('goods').where({ sold: true }).update({ data: { shown: false } })`, 'tidy'),
      'cloudfunctions/tidy/config.json': '{"triggers":[{"name":"daily","type":"timer","config":"0 0 3 * * * *"}]}',
      ...fn(
        `exports.main = async (event) => {
  const session = await db.collection('message_log').where({ room: event.FromUserName }).get()
  return session.data.length ? 'success' : ''
}`,
        'push',
      ),
      ...fn(
        `exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const { targetId } = event
  const { data } = await db.collection('users').where({ _openid: targetId }).get()
  return { nickName: data[0].nickName, phone: targetId === OPENID ? data[0].phone : null }
}`,
        'profile',
      ),
    },
    expect: [],
  },
  {
    name: 'MP-CLD-003 in a cloud object of uniCloud, next to a function that asks uni-id who calls',
    files: {
      'uniCloud-aliyun/cloudfunctions/order/index.obj.js': `const uniID = require('uni-id-common')
const db = uniCloud.database()
module.exports = {
  _before() {
    this.uniID = uniID.createInstance({ clientInfo: this.getClientInfo() })
  },
  async mine(id) {
    const { uid, errCode } = await this.uniID.checkToken(this.getUniIdToken())
    if (errCode) return { errCode }
    return db.collection('orders').where({ _id: id, user_id: uid }).get()
  },
  async cancel(id) {
    return db.collection('orders').doc(id).update({ state: 'cancelled' })
  },
}`,
      'uniCloud-aliyun/cloudfunctions/cart/index.js': `const db = uniCloud.database()
exports.main = async (event, context) => db.collection('carts').where({ user_id: event.uid }).remove()`,
    },
    expect: [
      'MP-CLD-002 uniCloud-aliyun/cloudfunctions/cart/index.js:2',
      'MP-CLD-003 uniCloud-aliyun/cloudfunctions/order/index.obj.js:13',
    ],
  },
  {
    name: 'a client that says it is an administrator',
    files: fn(`exports.main = async (event) => {
  if (!event.isAdmin) return { code: 403 }
  return db.collection('goods').doc(event.id).remove()
}`),
    expect: ['MP-API-015 cloudfunctions/f/index.js:6', 'MP-CLD-004 cloudfunctions/f/index.js:5'],
  },
  {
    name: 'MP-CNT-001: the check is an operation of its own, the post is written without it',
    files: {
      ...fn(`exports.main = async (event) => cloud.openapi.security.msgSecCheck({ content: event.text })`, 'check'),
      ...fn(
        `exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  return db.collection('posts').add({ data: { content: event.text, _openid: OPENID } })
}`,
        'post',
      ),
    },
    expect: ['MP-CNT-001 cloudfunctions/post/index.js:7'],
  },
  {
    name: 'the check stands before the write; a project that checks nothing is told so elsewhere',
    files: fn(`exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const { result } = await cloud.openapi.security.msgSecCheck({ content: event.text })
  if (result.suggest !== 'pass') return { code: 451 }
  return db.collection('posts').add({ data: { content: event.text, _openid: OPENID } })
}`),
    expect: [],
  },
  {
    name: 'MP-CNT-002: decrypted and believed; and the same with the watermark compared',
    files: {
      'cloudfunctions/phone/decrypt.js': `const crypto = require('crypto')
module.exports = (sessionKey, encryptedData, iv) => {
  const decipher = crypto.createDecipheriv('aes-128-cbc', Buffer.from(sessionKey, 'base64'), Buffer.from(iv, 'base64'))
  return JSON.parse(decipher.update(encryptedData, 'base64', 'utf8') + decipher.final('utf8'))
}`,
      'cloudfunctions/login/decrypt.js': `const crypto = require('crypto')
module.exports = (sessionKey, encryptedData, iv, appId) => {
  const decipher = crypto.createDecipheriv('aes-128-cbc', Buffer.from(sessionKey, 'base64'), Buffer.from(iv, 'base64'))
  const data = JSON.parse(decipher.update(encryptedData, 'base64', 'utf8') + decipher.final('utf8'))
  if (data.watermark.appid !== appId) throw new Error('foreign')
  return data
}`,
      'cloudfunctions/login/index.js':
        "const cloud = require('wx-server-sdk')\nexports.main = async () => cloud.getWXContext().OPENID",
      'cloudfunctions/phone/index.js':
        "const cloud = require('wx-server-sdk')\nexports.main = async () => cloud.getWXContext().OPENID",
    },
    expect: ['MP-CNT-002 cloudfunctions/phone/decrypt.js:3'],
  },
  {
    name: 'MP-CLD-003 a cloud object inside a uni-app project, and a function that empties everybody’s carts',
    files: {
      'manifest.json': '{}',
      'pages.json': '{"pages":[]}',
      'uniCloud-aliyun/cloudfunctions/order/index.obj.js': `const db = uniCloud.database()
const uniID = require('uni-id-common')
module.exports = {
  _before: async function () {
    this.user = await uniID.createInstance({ clientInfo: this.getClientInfo() }).checkToken(this.getUniIdToken())
  },
  async get(id) {
    return await db.collection('order').doc(id).get()
  },
  async mine() {
    return await db.collection('order').where({ uid: this.user.uid }).get()
  },
}`,
      'uniCloud-aliyun/cloudfunctions/clear/index.js': `const db = uniCloud.database()
exports.main = async () => {
  const carts = db.collection('shopping-cart')
  const list = await carts.get()
  for (const one of list.data) await carts.doc(one._id).remove()
  return { ok: true }
}`,
    },
    expect: [
      'MP-CLD-003 uniCloud-aliyun/cloudfunctions/order/index.obj.js:8',
      'MP-CLD-004 uniCloud-aliyun/cloudfunctions/clear/index.js:2',
    ],
  },
  {
    name: 'nothing: server code of a market module, and a function that empties the caller’s own cart',
    files: {
      'manifest.json': '{}',
      'pages.json': '{"pages":[]}',
      'uni_modules/some-pay/uniCloud/cloudfunctions/pay-co/index.obj.js': `const db = uniCloud.database()
module.exports = {
  async get(id) {
    return await db.collection('order').doc(id).get()
  },
}`,
      'uniCloud-aliyun/cloudfunctions/clear/index.js': `const db = uniCloud.database()
const uniID = require('uni-id')
exports.main = async (event) => {
  const { uid } = await uniID.checkToken(event.uniIdToken)
  const carts = db.collection('shopping-cart')
  const list = await carts.where({ uid }).get()
  for (const one of list.data) await carts.doc(one._id).remove()
  return { ok: true }
}`,
    },
    expect: [],
  },
];
