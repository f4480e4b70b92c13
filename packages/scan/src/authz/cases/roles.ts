import { type Case, env, koaProject, now } from './case.ts';

const koa = (routes: string): Record<string, string> =>
  koaProject(
    {
      User: 'name: DataTypes.STRING, phone: DataTypes.STRING, password: DataTypes.STRING, isAdmin: DataTypes.BOOLEAN',
      Role: 'title: DataTypes.STRING',
      Order: 'userId: DataTypes.INTEGER, payStatus: DataTypes.STRING',
      Code: 'text: DataTypes.STRING, userId: DataTypes.INTEGER',
      QuestionBank: 'title: DataTypes.STRING, createdBy: DataTypes.INTEGER',
    },
    routes,
  );

const cloudFunction =
  (name: string) =>
  (body: string): Record<string, string> => ({
    [`cloudfunctions/${name}/index.js`]: `const cloud = require('wx-server-sdk')
const db = cloud.database()
exports.main = async (event) => {
  const openid = cloud.getWXContext().OPENID
${body}
}`,
  });
const cloud = cloudFunction('getOrders');
const office = cloudFunction('admin-update-order');

const begin = (check: string): Record<string, string> => ({
  'cloudfunctions/init_staff/index.js': `const cloud = require('wx-server-sdk')
const db = cloud.database()
exports.main = async (event) => {
  const found = await db.collection('users').where({ role: 'admin' }).get()
${check}
  return db.collection('users').add({ data: { name: event.name, password: event.password, role: 'admin' } })
}`,
});

const job = (files: Record<string, string>): Record<string, string> => ({
  'cloudfunctions/cleanup_pictures/index.js': `const cloud = require('wx-server-sdk')
const db = cloud.database()
exports.main = async (event) => {
  return db.collection('users').where({ picture: db.command.exists(true) }).update({ data: { picture: '' } })
}`,
  ...files,
});

const ticket = (body: string): Record<string, string> => ({
  'cloudfunctions/ticket/index.js': `const tcb = require('@cloudbase/node-sdk')
const bcrypt = require('bcryptjs')
const app = tcb.init({ env: ${env}.ENV })
const db = app.database()
exports.main = async (event) => {
${body}
}`,
});

const egg = (router: string, files: Record<string, string>): Record<string, string> => ({
  'package.json': '{"dependencies":{"egg":"3.0.0","egg-sequelize":"6.0.0","egg-jwt":"3.0.0"}}',
  'app/router.js': `module.exports = (app) => {
  const { router, controller } = app
${router}
}`,
  'app/middleware/auth.js': `module.exports = () => async (ctx, next) => {
  ctx.state.user = ctx.app.jwt.verify(ctx.get('token'), ctx.app.config.jwt.secret)
  await next()
}`,
  ...files,
});

/** Whom a check lets through: roles that callers give themselves, roles that exist and are asked for nowhere. The first route is line 12 of app.js. */
export const roleCases: readonly Case[] = [
  {
    name: 'MP-API-015: everybody’s orders for whoever calls himself an administrator',
    files: cloud(`  const query = {}
  if (event.role !== 'admin') query.openid = openid
  return db.collection('orders').where(query).get()`),
    expect: ['MP-API-015 cloudfunctions/getOrders/index.js:6'],
  },
  {
    name: 'the role that the caller’s own row has',
    files: cloud(`  const me = (await db.collection('users').where({ _openid: openid }).get()).data[0]
  const query = {}
  if (me.role !== 'admin') query.openid = openid
  return db.collection('orders').where(query).get()`),
    expect: [],
  },
  {
    name: 'the caller’s own rows on either side, or no other side at all',
    files: cloud(`  const query = {}
  if (event.role === 'buyer') query.openid = openid
  else query.ownerId = openid
  if (event.kind === 'sent') return db.collection('orders').where({ openid, status: 2 }).get()
  const other = {}
  if (event.scope === 'mine') other.openid = openid
  else return { ok: false }
  return db.collection('orders').where(other).get()`),
    expect: [],
  },
  {
    name: 'MP-API-001: a choice of the request between everybody’s orders and the caller’s',
    files: koa(`router.get('/orders', auth, async (ctx) => {
  const where = ctx.query.all ? {} : { userId: ctx.state.user.id }
  ctx.body = await Order.findAll({ where })
})`),
    expect: ['MP-API-001 app.js:13'],
  },
  {
    name: 'the same choice for administrators',
    files: koa(`router.get('/orders', auth, async (ctx) => {
  const where = ctx.state.user.isAdmin ? {} : { userId: ctx.state.user.id }
  if (ctx.query.state) where.payStatus = ctx.query.state
  ctx.body = await Order.findAll({ where })
})`),
    expect: [],
  },
  {
    name: 'MP-API-009: that one’s own order was not paid before is no right to call it paid',
    files: koa(`router.post('/orders/:id/test-pay', auth, async (ctx) => {
  const order = await Order.findOne({ where: { id: ctx.params.id, userId: ctx.state.user.id } })
  if (!order) return ctx.throw(404)
  if (order.payStatus === 'paid') return ctx.throw(409)
  await Order.update({ payStatus: 'paid' }, { where: { id: ctx.params.id, userId: ctx.state.user.id } })
})`),
    expect: ['MP-API-009 app.js:12'],
  },
  {
    name: 'an order that WeChat Pay says was paid',
    files: koa(`router.post('/orders/:id/check', auth, async (ctx) => {
  const order = await Order.findOne({ where: { id: ctx.params.id, userId: ctx.state.user.id } })
  if (order.payStatus === 'paid') return
  const answer = await require('axios').get('https://api.mch.weixin.qq.com/v3/pay/transactions/out-trade-no/' + order.id)
  if (answer.data.trade_state !== 'SUCCESS') return ctx.throw(409)
  await Order.update({ payStatus: 'paid' }, { where: { id: order.id, userId: ctx.state.user.id } })
})`),
    expect: [],
  },
  {
    name: 'MP-API-002: all users for whoever has logged in, beside a route for administrators',
    files: koa(`router.get('/users', auth, async (ctx) => {
  const where = {}
  if (ctx.query.word) where[Op.or] = [{ phone: { [Op.like]: ctx.query.word } }, { name: { [Op.like]: ctx.query.word } }]
  ctx.body = await User.findAll({ where, attributes: { exclude: ['password'] } })
})
router.delete('/users/:id', auth, async (ctx) => {
  if (!ctx.state.user.isAdmin) return ctx.throw(403)
  await User.destroy({ where: { id: ctx.params.id } })
})`),
    expect: ['MP-API-002 app.js:15'],
  },
  {
    name: 'all users for administrators, a board of the best, and names and pictures for everybody',
    files: koa(`router.get('/users', auth, async (ctx) => {
  if (!ctx.state.user.isAdmin) return ctx.throw(403)
  ctx.body = await User.findAll({ attributes: { exclude: ['password'] } })
})
router.get('/study/leaderboard', auth, async (ctx) => {
  ctx.body = await User.findAll({ order: [['id', 'DESC']], limit: 10 })
})
router.get('/members', auth, async (ctx) => {
  ctx.body = await User.findAll({ attributes: ['id', 'name', 'avatar'] })
})`),
    expect: [],
  },
  {
    name: 'MP-API-002: there are roles, and any account makes new ones and sets up accounts',
    files: koa(`router.post('/roles', auth, async (ctx) => {
  await Role.create({ title: ctx.request.body.title })
})
router.post('/users', auth, async (ctx) => {
  await User.create({ name: ctx.request.body.name, phone: ctx.request.body.phone })
})`),
    expect: ['MP-API-002 app.js:13', 'MP-API-002 app.js:16'],
  },
  {
    name: 'roles that are asked for, in an administrator’s hands',
    files: koa(`const admin = async (ctx, next) => {
  if (ctx.state.user.role !== 'admin') return ctx.throw(403)
  await next()
}
router.post('/roles', auth, admin, async (ctx) => {
  await Role.create({ title: ctx.request.body.title })
})
router.post('/users', auth, admin, async (ctx) => {
  await User.create({ name: ctx.request.body.name, phone: ctx.request.body.phone })
})`),
    expect: [],
  },
  {
    name: 'a back office of one role, where whoever has an account works in it',
    files: koa(`router.post('/users', auth, async (ctx) => {
  await User.create({ name: ctx.request.body.name, phone: ctx.request.body.phone })
})`),
    expect: [],
  },
  {
    name: 'a bank of questions that its maker changes and everybody reads',
    files: koa(`router.get('/banks/:id', auth, async (ctx) => {
  ctx.body = await QuestionBank.findByPk(ctx.params.id)
})
router.delete('/banks/:id', auth, async (ctx) => {
  const bank = await QuestionBank.findByPk(ctx.params.id)
  if (bank.createdBy !== ctx.state.user.id) return ctx.throw(403)
  await bank.destroy()
})`),
    expect: [],
  },
  {
    name: 'a login by a hash of the team’s own, which nobody can look into',
    files: koa(`const hash = (text) => {
  const made = new (require('jssha'))('SHA-512', 'TEXT')
  made.update(text)
  return made.getHash('HEX')
}
router.post('/login', async (ctx) => {
  const password = hash(ctx.request.body.password)
  const user = await User.findOne({ where: { name: ctx.request.body.name } })
  if (user.password != password) return ctx.throw(401)
  ctx.body = { token: jwt.sign({ id: user.id }, ${env}.KEY) }
})`),
    expect: [],
  },
  {
    name: 'MP-API-004: the same login without the comparison',
    files: koa(`router.post('/login', async (ctx) => {
  const user = await User.findOne({ where: { name: ctx.request.body.name } })
  ctx.body = { token: jwt.sign({ id: user.id }, ${env}.KEY) }
})`),
    expect: ['MP-API-004 app.js:14'],
  },
  {
    name: 'MP-API-001: a controller in a folder beside a file of that name',
    files: egg(`  router.put('/users/:id', app.middleware.auth(), controller.people.user.update)`, {
      'app/controller/people.js': `module.exports = class extends require('egg').Controller {
  async index() { this.ctx.body = [] }
}`,
      'app/controller/people/user.js': `module.exports = class extends require('egg').Controller {
  async update() {
    await this.ctx.model.User.update({ nickname: this.ctx.request.body.nickname }, { where: { id: this.ctx.params.id } })
  }
}`,
      'app/model/user.js': `module.exports = (app) => app.model.define('user', { nickname: app.Sequelize.STRING })`,
    }),
    expect: ['MP-API-001 app/controller/people/user.js:3'],
  },
  {
    name: 'MP-API-002: a list of public addresses names one that changes goods, and no other',
    files: egg(
      `  const open = async (ctx, next) => {
    if (['/login', '/goods/price'].includes(ctx.url.split('?')[0])) return next()
    ctx.state.user = app.jwt.verify(ctx.get('token'), app.config.jwt.secret)
    await next()
  }
  router.post('/goods/price', open, controller.goods.price)
  router.post('/goods/stock', open, controller.goods.stock)
  router.post('/login', open, controller.goods.login)`,
      {
        'app/controller/goods.js': `module.exports = class extends require('egg').Controller {
  async price() {
    await this.ctx.model.Goods.update({ price: this.ctx.request.body.price }, { where: { id: this.ctx.request.body.id } })
  }
  async stock() {
    await this.ctx.model.Goods.update({ title: this.ctx.request.body.title }, { where: { id: this.ctx.request.body.id } })
  }
  async login() { this.ctx.body = {} }
}`,
        'app/model/goods.js': `module.exports = (app) => app.model.define('goods', { title: app.Sequelize.STRING })`,
      },
    ),
    expect: ['MP-API-002 app/router.js:8'],
  },
  {
    name: 'MP-CLD-005, MP-API-004: uni-id is handed what the caller sends, role and code with it',
    files: {
      'uniCloud-aliyun/cloudfunctions/user-center/index.js': `const uniID = require('uni-id')
exports.main = async (event) => {
  const params = event.params || {}
  const open = ['register', 'setVerifyCode']
  if (open.indexOf(event.action) === -1) {
    const payload = await uniID.checkToken(event.uniIdToken)
    if (payload.code > 0) return payload
    params.uid = payload.uid
  }
  switch (event.action) {
    case 'register':
      return uniID.register(params)
    case 'updateUser':
      return uniID.updateUser(params)
    case 'setVerifyCode':
      return uniID.setVerifyCode(params)
  }
}`,
    },
    expect: [
      'MP-CLD-005 uniCloud-aliyun/cloudfunctions/user-center/index.js:12',
      'MP-CLD-005 uniCloud-aliyun/cloudfunctions/user-center/index.js:14',
      'MP-API-004 uniCloud-aliyun/cloudfunctions/user-center/index.js:16',
    ],
  },
  {
    name: 'uni-id with chosen columns and a code that the program makes',
    files: {
      'uniCloud-aliyun/cloudfunctions/user-center/index.js': `const uniID = require('uni-id')
exports.main = async (event) => {
  const { uid } = await uniID.checkToken(event.uniIdToken)
  switch (event.action) {
    case 'register':
      return uniID.register({ username: event.username, password: event.password })
    case 'updateUser':
      return uniID.updateUser({ uid, nickname: event.nickname })
    case 'sendCode':
      return uniID.setVerifyCode({ mobile: event.mobile, code: require('crypto').randomInt(100000, 999999), type: 'login' })
  }
}`,
    },
    expect: [],
  },
  {
    name: 'MP-API-002: an upload beside routes with a guard of the team’s own, and an answer that is for everybody',
    files: koa(`router.post('/files/upload', async (ctx) => {
  ctx.body = { file: ctx.request.files.file }
})
router.post('/files/rename', auth, async (ctx) => {
  await QuestionBank.update({ title: ctx.request.body.title }, { where: { id: ctx.request.body.id, createdBy: ctx.state.user.id } })
})
router.post('/files/kinds', async (ctx) => {
  ctx.body = ['png', 'jpg']
})`),
    expect: ['MP-API-002 app.js:12'],
  },
  {
    name: 'what customers send without a login, beside what operators do behind one',
    files: koa(`router.post('/questions', async (ctx) => {
  await QuestionBank.create({ title: ctx.request.body.title })
})
router.put('/admin/banks/:id', auth, async (ctx) => {
  await QuestionBank.update({ title: ctx.request.body.title }, { where: { id: ctx.params.id } })
})`),
    expect: [],
  },
  {
    name: 'MP-API-003: a cookie that holds nothing but the id of an account',
    files: koa(`const operator = async (ctx, next) => {
  const found = await User.findOne({ where: { id: ctx.cookies.get('admin_token') } })
  if (!found) return ctx.throw(401)
  await next()
}
router.delete('/banks/:id', operator, async (ctx) => {
  await QuestionBank.destroy({ where: { id: ctx.params.id } })
})`),
    expect: ['MP-API-003 app.js:13'],
  },
  {
    name: 'a cookie with a token that is kept, and one that was signed',
    files: koa(`const operator = async (ctx, next) => {
  const found = await User.findOne({ where: { token: ctx.cookies.get('admin_token') } })
  if (!found) return ctx.throw(401)
  await next()
}
const signed = async (ctx, next) => {
  const found = await User.findOne({ where: { id: ctx.cookies.get('token', { signed: true }) } })
  if (!found) return ctx.throw(401)
  await next()
}
router.delete('/banks/:id', operator, async (ctx) => {
  await QuestionBank.destroy({ where: { id: ctx.params.id } })
})
router.put('/banks/:id', signed, async (ctx) => {
  await QuestionBank.update({ title: ctx.request.body.title }, { where: { id: ctx.params.id } })
})`),
    expect: [],
  },
  {
    name: 'an administrator on one side, the buyer on the other',
    files: koa(`router.post('/orders/:id/close', auth, async (ctx) => {
  const order = await Order.findByPk(ctx.params.id)
  if (ctx.request.body.automatic) {
    if (!ctx.state.user.isAdmin) return ctx.throw(403)
  } else {
    if (order.userId !== ctx.state.user.id) return ctx.throw(403)
  }
  await Order.update({ closed: true }, { where: { id: ctx.params.id } })
})`),
    expect: [],
  },
  {
    name: 'MP-API-001: an administrator on one side, and nobody on the other',
    files: koa(`router.post('/orders/:id/close', auth, async (ctx) => {
  if (ctx.request.body.automatic) {
    if (!ctx.state.user.isAdmin) return ctx.throw(403)
  } else {
    ctx.set('x-closed', 'by hand')
  }
  await Order.update({ closed: ctx.request.body.reason }, { where: { id: ctx.params.id } })
})`),
    expect: ['MP-API-001 app.js:18'],
  },
  {
    name: 'MP-API-008: how much is paid in is the payer’s choice, what goods cost is not',
    files: koa(`router.post('/recharge/create', auth, async (ctx) => {
  await Order.create({ userId: ctx.state.user.id, amount: ctx.request.body.amount })
})
router.post('/orders', auth, async (ctx) => {
  await Order.create({ userId: ctx.state.user.id, amount: ctx.request.body.amount })
})`),
    expect: ['MP-API-008 app.js:16'],
  },
  {
    name: 'MP-API-012: a code that is found free and taken in a second step',
    files: koa(`router.post('/codes/redeem', auth, async (ctx) => {
  const found = await Code.findOne({ where: { text: ctx.request.body.text } })
  if (!found || found.userId) return ctx.throw(409)
  await found.update({ userId: ctx.state.user.id })
})`),
    expect: ['MP-API-012 app.js:15'],
  },
  {
    name: 'a code that is taken where it is still free',
    files: koa(`router.post('/codes/redeem', auth, async (ctx) => {
  const found = await Code.findOne({ where: { text: ctx.request.body.text } })
  if (!found || found.userId) return ctx.throw(409)
  await Code.update({ userId: ctx.state.user.id }, { where: { id: found.id, userId: null } })
})`),
    expect: [],
  },
  {
    name: 'MP-CLD-004: a function that repairs all goods, which any user can start',
    files: {
      'cloudfunctions/fixGoods/index.js': `const cloud = require('wx-server-sdk')
const db = cloud.database()
exports.main = async () => {
  const { data } = await db.collection('goods').get()
  for (const one of data) await db.collection('goods').doc(one._id).update({ data: { code: 'g' + ${now} } })
}`,
    },
    expect: ['MP-CLD-004 cloudfunctions/fixGoods/index.js:3'],
  },
  {
    name: 'MP-API-001: rights that anybody changes at an address beside the login',
    files: koa(`router.post('/auth/login', async (ctx) => {
  const user = await User.findOne({ where: { name: ctx.request.body.name } })
  if (user.password !== ctx.request.body.password) return ctx.throw(401)
  ctx.body = { token: jwt.sign({ id: user.id }, ${env}.KEY) }
})
router.post('/auth/update-profile', async (ctx) => {
  await User.update({ phone: ctx.request.body.phone }, { where: { id: ctx.request.body.id } })
})`),
    expect: ['MP-API-001 app.js:18'],
  },
  {
    name: 'MP-API-002: all users for whoever comes, from a client that Prisma generates',
    files: {
      'package.json': '{"dependencies":{"express":"5.0.0","@prisma/client":"7.0.0"}}',
      'src/db.ts': `import { PrismaClient } from './generated/prisma/client'
export const prisma = new PrismaClient()`,
      'src/app.ts': `import express from 'express'
import { prisma } from './db'
const app = express()
app.get('/users', async (req, res) => {
  res.json(await prisma.user.findMany())
})
app.get('/members', async (req, res) => {
  res.json(await prisma.user.findMany({ select: { id: true, nickname: true } }))
})
app.listen(3000)`,
    },
    expect: ['MP-API-002 src/app.ts:4'],
  },
  {
    name: 'MP-API-001: the page of anybody, his telephone number on it',
    files: koa(`router.get('/people/:userId', auth, async (ctx) => {
  const user = await User.findByPk(ctx.params.userId)
  ctx.body = { id: user.id, nickname: user.nickname, avatar: user.avatar || '/none.png', contact: user.phone }
})`),
    expect: ['MP-API-001 app.js:13'],
  },
  {
    name: 'MP-API-001: the page of anybody, and the row saved by whoever opens it',
    files: koa(`router.get('/people/:userId', auth, async (ctx) => {
  const user = await User.findByPk(ctx.params.userId)
  await User.update({ phone: ctx.query.phone }, { where: { id: ctx.params.userId } })
  ctx.body = { id: user.id, nickname: user.nickname }
})`),
    expect: ['MP-API-001 app.js:13'],
  },
  {
    name: 'MP-API-001: written in the name of whoever the request says, and his name shown',
    files: koa(`router.post('/notices', async (ctx) => {
  const author = await User.findByPk(ctx.request.body.userId)
  if (!author.isAdmin) return ctx.throw(403)
  const made = await Code.create({ text: ctx.request.body.text, author: author.nickname })
  ctx.body = { author: author.nickname, text: ctx.request.body.text, id: made.id }
})
router.get('/mine', auth, async (ctx) => {
  ctx.body = await Code.findAll({ where: { userId: ctx.state.user.id } })
})`),
    expect: ['MP-API-001 app.js:13', 'MP-API-002 app.js:12'],
  },
  {
    name: 'twin: the page of anybody, with what people show each other',
    files: koa(`router.get('/people/:userId', auth, async (ctx) => {
  const user = await User.findByPk(ctx.params.userId)
  ctx.body = { success: true, data: { id: user.id, nickname: user.nickname, avatar: user.avatar || '/none.png', bio: user.bio } }
})`),
    expect: [],
  },
  {
    name: 'MP-API-002: all paid orders for whoever asks, without a login',
    files: koa(`router.get('/paid', async (ctx) => {
  ctx.body = await Order.findAll({ where: { payStatus: 'paid' } })
})
router.post('/pay', auth, async (ctx) => {
  ctx.body = await Order.create({ userId: ctx.state.user.id })
})`),
    expect: ['MP-API-002 app.js:12'],
  },
  {
    name: 'twin: a board of ranks, and what there is to be bought',
    files: {
      ...koa(`const { RechargePackage } = require('./packages')
router.get('/leaderboard', async (ctx) => {
  ctx.body = await User.findAll({ order: [['points', 'DESC']], limit: 20 })
})
router.post('/recharge/:packageId', auth, async (ctx) => {
  const chosen = await RechargePackage.findByPk(ctx.params.packageId)
  ctx.body = await Order.create({ userId: ctx.state.user.id, amount: chosen.amount })
})`),
      'packages.js': `const { Sequelize, DataTypes } = require('sequelize')
exports.RechargePackage = new Sequelize('sqlite::memory:').define('RechargePackage', { amount: DataTypes.INTEGER })`,
    },
    expect: [],
  },
  {
    name: 'MP-CLD-004: the back office’s order, changed by whoever gives its number',
    files: office(`  const found = await db.collection('orders').where({ number: event.number }).get()
  return db.collection('orders').doc(found.data[0]._id).update({ data: { state: event.state } })`),
    expect: ['MP-CLD-004 cloudfunctions/admin-update-order/index.js:3'],
  },
  {
    name: 'MP-CLD-004: the same where being a user is all that is asked',
    files: office(`  const users = await db.collection('users').where({ _openid: openid }).get()
  if (users.data.length === 0) return { code: 403 }
  return db.collection('orders').where({ number: event.number }).update({ data: { state: event.state } })`),
    expect: ['MP-CLD-004 cloudfunctions/admin-update-order/index.js:3'],
  },
  {
    name: 'twin: the caller’s own row with the number of a role, asked for before',
    files: office(`  const users = await db.collection('users').where({ _openid: openid, roles: 0 }).get()
  if (!users.data || users.data.length === 0) return { code: 403 }
  return db.collection('orders').where({ number: event.number }).update({ data: { state: event.state } })`),
    expect: [],
  },
  {
    name: 'MP-API-004: a ticket for whoever the caller says he is',
    files: ticket('  return { ticket: app.auth().createTicket(event.userId, { refresh: 3600 }) }'),
    expect: ['MP-API-004 cloudfunctions/ticket/index.js:6'],
  },
  {
    name: 'twin: a ticket for the account whose password was given',
    files: ticket(`  const { data } = await db.collection('staff_accounts').where({ name: event.name }).get()
  if (data.length === 0 || !(await bcrypt.compare(event.password, data[0].password))) return { code: 401 }
  return { ticket: app.auth().createTicket(data[0]._id, { refresh: 3600 }) }`),
    expect: [],
  },
  {
    name: 'MP-CLD-003: anybody’s card by its number',
    files: cloud(`  await db.collection('gift_cards').where({ holder_openid: openid }).get()
  const { data } = await db.collection('gift_cards').where({ card_no: event.card_no }).get()
  return data[0]`),
    expect: ['MP-CLD-003 cloudfunctions/getOrders/index.js:6'],
  },
  {
    name: 'twin: a card that its number makes the caller’s',
    files: cloud(`  await db.collection('gift_cards').where({ holder_openid: openid }).get()
  const { data } = await db.collection('gift_cards').where({ card_no: event.card_no, state: 'new' }).get()
  if (data.length === 0) return { code: 404 }
  await db.collection('gift_cards').where({ _id: data[0]._id, state: 'new' }).update({ data: { state: 'used', holder_openid: openid } })
  return { amount: data[0].amount }`),
    expect: [],
  },
  {
    name: 'MP-CLD-004: an account with the rights of an administrator for whoever asks for one',
    files: begin('  if (!event.force) {\n    if (found.data.length > 0) return { code: 409 }\n  }'),
    expect: ['MP-CLD-004 cloudfunctions/init_staff/index.js:3'],
  },
  {
    name: 'twin: the first administrator, as long as there is none',
    files: begin('  if (found.data.length > 0) return { code: 409 }'),
    expect: [],
  },
  {
    name: 'MP-CLD-004: a job on everybody’s rows that anybody starts',
    files: job({}),
    expect: ['MP-CLD-004 cloudfunctions/cleanup_pictures/index.js:3'],
  },
  {
    name: 'twin: the job of a timer',
    files: job({
      'cloudfunctions/cleanup_pictures/config.json': '{"triggers":[{"name":"nightly","type":"timer","config":"0 0 3 * * * *"}]}',
    }),
    expect: [],
  },
  {
    name: 'MP-CLD-004: an administrator is asked for unless the caller says that he needs none',
    files: office(`  if (!event.internal) {
    const users = await db.collection('users').where({ _openid: openid, role: 'admin' }).get()
    if (users.data.length === 0) return { code: 403 }
  }
  return db.collection('orders').where({ number: event.number }).update({ data: { state: event.state } })`),
    expect: ['MP-CLD-004 cloudfunctions/admin-update-order/index.js:3'],
  },
];
