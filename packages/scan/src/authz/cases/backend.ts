import { type Case, env } from './case.ts';

/** ThinkJS with a login demanded for all but the public actions, and a token service that verifies. */
const think: Readonly<Record<string, string>> = {
  'src/api/controller/base.js': `module.exports = class extends think.Controller {
  async __before() {
    const token = this.ctx.header['x-token'] || ''
    this.ctx.state.userId = await think.service('token', 'api').getUserId(token)
    const publicAction = this.config('publicAction')
    if (!publicAction.includes(this.ctx.controller + '/' + this.ctx.action)) {
      if (this.ctx.state.userId <= 0) {
        return this.fail(401, 'login')
      }
    }
  }
  getLoginUserId() {
    return this.ctx.state.userId
  }
}`,
  'src/api/service/token.js': `const jwt = require('jsonwebtoken')
module.exports = class extends think.Service {
  getUserId(token) {
    try {
      return jwt.verify(token, ${env}.KEY).user_id
    } catch (err) {
      return 0
    }
  }
}`,
  'src/api/config/config.js': "module.exports = { publicAction: ['goods/list'] }",
};

const model = `module.exports = class extends think.Model {
  drop(id) {
    return this.where({ id: id }).update({ is_delete: 1 })
  }
}`;

/** Express, with the application and its middleware in one file. */
const express = (routes: string): Record<string, string> => ({
  'package.json': '{"dependencies":{"express":"5.0.0"}}',
  'app.js': `const express = require('express')
const jwt = require('jsonwebtoken')
const { Order, Address, User } = require('./models')
const app = express()
function requireLogin(req, res, next) {
  try {
    req.user = jwt.verify(req.headers.authorization, ${env}.KEY)
  } catch (err) {
    return res.status(401).end()
  }
  next()
}
${routes}
app.listen(3000)`,
  'models.js': `const mongoose = require('mongoose')
const order = new mongoose.Schema({ no: String, user: String, state: String })
exports.Order = mongoose.model('Order', order)
exports.Address = mongoose.model('Address', new mongoose.Schema({ user: String, phone: String }))
exports.User = mongoose.model('User', new mongoose.Schema({ name: String, password: String }))`,
});

/** Back ends. In Express cases the first line of the routes is line 13 of `app.js`. */
export const backendCases: readonly Case[] = [
  {
    name: 'MP-API-001 ThinkJS: by id alone, through a model method, and read again after an owner-checked update',
    files: {
      ...think,
      'src/api/model/order.js': model,
      'src/api/controller/order.js': `const Base = require('./base.js')
module.exports = class extends Base {
  async detailAction() {
    const info = await this.model('order').where({ id: this.get('id') }).find()
    return this.success(info)
  }
  async deleteAction() {
    const id = this.post('orderId')
    return this.success(await this.model('order').drop(id))
  }
  async saveAddressAction() {
    const id = this.post('id')
    await this.model('address').where({ id: id, user_id: this.getLoginUserId() }).update({ name: this.post('name') })
    const saved = await this.model('address').where({ id: id }).find()
    return this.success(saved)
  }
}`,
    },
    expect: [
      'MP-API-001 src/api/controller/order.js:14',
      'MP-API-001 src/api/controller/order.js:4',
      'MP-API-001 src/api/controller/order.js:9',
    ],
  },
  {
    name: 'ThinkJS: bound to the caller, compared after reading, and a back office behind a logic class',
    files: {
      ...think,
      'src/api/controller/order.js': `const Base = require('./base.js')
module.exports = class extends Base {
  async detailAction() {
    const info = await this.model('order').where({ id: this.get('id'), user_id: this.getLoginUserId() }).find()
    return this.success(info)
  }
  async goodsAction() {
    const goods = await this.model('order_goods').where({ id: this.get('id') }).find()
    const order = await this.model('order').where({ id: goods.order_id }).find()
    if (order.user_id !== this.getLoginUserId()) {
      return this.fail(403)
    }
    return this.success(goods)
  }
}`,
      'src/admin/logic/order.js': `module.exports = class extends think.Logic {
  async __before() {
    const admin = await this.model('admin').where({ id: this.ctx.state.adminId }).find()
    if (think.isEmpty(admin)) return this.fail(401)
  }
}`,
      'src/admin/controller/order.js': `module.exports = class extends think.Controller {
  async storeAction() {
    return this.success(await this.model('order').where({ id: this.post('id') }).update({ state: this.post('state') }))
  }
}`,
    },
    expect: [],
  },
  {
    name: 'a model base class that renames columns keeps the condition',
    files: {
      ...think,
      'src/api/model/base.js': `module.exports = class extends think.Model {
  where(where) {
    return super.where(Object.fromEntries(Object.entries(where).map(([key, value]) => [think.snakeCase(key), value])))
  }
}`,
      'src/api/model/order.js': "const Base = require('./base.js')\nmodule.exports = class extends Base {}",
      'src/api/controller/order.js': `const Base = require('./base.js')
module.exports = class extends Base {
  async detailAction() {
    return this.success(await this.model('order').where({ id: this.get('id'), userId: this.getLoginUserId() }).find())
  }
}`,
    },
    expect: [],
  },
  {
    name: 'MP-API-001 Express: a user id of the request, and a document deleted by id',
    files: express(`app.get('/orders', requireLogin, async (req, res) => res.json(await Order.find({ user: req.query.userId })))
app.delete('/address/:id', requireLogin, async (req, res) => {
  await Address.findByIdAndDelete(req.params.id)
  res.end()
})`),
    expect: ['MP-API-001 app.js:13', 'MP-API-001 app.js:15'],
  },
  {
    name: 'Express: the verified user in the condition, a comparison before the write, a lookup by a proven password',
    files: express(`app.get('/orders', requireLogin, async (req, res) => res.json(await Order.find({ user: req.user.id })))
app.put('/orders/:id', requireLogin, async (req, res) => {
  const order = await Order.findById(req.params.id)
  if (!order || order.user !== req.user.id) return res.status(404).end()
  await Order.updateOne({ _id: req.params.id }, { note: req.body.note })
  res.end()
})
app.post('/password', async (req, res) => {
  const user = await User.findOne({ name: req.body.name })
  if (user.password !== hash(req.body.old)) return res.status(403).end()
  await User.updateOne({ name: req.body.name }, { password: hash(req.body.next) })
  res.end()
})`),
    expect: [],
  },
  {
    name: 'MP-API-001 Koa with knex, raw SQL, and a helper that throws for strangers',
    files: {
      'package.json': '{"dependencies":{"koa":"2.0.0"}}',
      'app.js': `const Koa = require('koa')
const Router = require('koa-router')
const db = require('knex')({})
const pool = require('mysql2').createPool({})
const app = new Koa()
const router = new Router({ prefix: '/api' })
app.use(async (ctx, next) => {
  const session = ctx.session.user
  if (!session) ctx.throw(401)
  ctx.state.user = session
  await next()
})
async function own(ctx, id) {
  const row = await db('orders').where({ id }).first()
  if (row.user_id !== ctx.state.user.id) throw new Error('stranger')
  return row
}
router.post('/address/delete', async (ctx) => {
  await db('address').where('id', ctx.request.body.id).del()
})
router.get('/coupon', async (ctx) => {
  ctx.body = await pool.query('SELECT * FROM user_coupon WHERE id = ?', [ctx.query.id])
})
router.post('/order/close', async (ctx) => {
  await own(ctx, ctx.request.body.id)
  await db('orders').where({ id: ctx.request.body.id }).update({ state: 'closed' })
})
router.get('/mine', async (ctx) => {
  ctx.body = await pool.query('SELECT * FROM orders WHERE id = ? AND user_id = ?', [ctx.query.id, ctx.state.user.id])
})
app.use(router.routes())`,
    },
    expect: ['MP-API-001 app.js:19', 'MP-API-001 app.js:22'],
  },
  {
    name: 'MP-API-001 Egg: controller, service and model in files of their own',
    files: {
      'package.json': '{"dependencies":{"egg":"3.0.0"}}',
      'app/router.js': `module.exports = (app) => {
  const { router, controller } = app
  const login = app.role.can('login')
  router.get('/order', login, controller.order.show)
  router.get('/cart', login, controller.order.cart)
}`,
      'app/controller/order.js': `const { Controller } = require('egg')
module.exports = class extends Controller {
  async show() {
    const { ctx } = this
    ctx.body = await ctx.service.order.detail(ctx.query.id)
  }
  async cart() {
    this.ctx.body = await this.ctx.service.order.cart(this.ctx.query.id)
  }
}`,
      'app/service/order.js': `const { Service } = require('egg')
module.exports = class extends Service {
  async detail(id) {
    const { model } = this.ctx
    return model.Order.findOne({ where: { id } })
  }
  async cart(id) {
    const { model, state } = this.ctx
    return model.Cart.findOne({ where: { id, user_id: state.user.id } })
  }
}`,
      'app/model/order.js': "module.exports = (app) => app.model.define('order', { id: 1, user_id: 1 })",
      'app/model/cart.js': "module.exports = (app) => app.model.define('cart', { id: 1, user_id: 1 })",
    },
    expect: ['MP-API-001 app/service/order.js:5'],
  },
  {
    name: 'MP-API-001 Nest: decorators give guards, parameters and repositories',
    files: {
      'package.json': '{"dependencies":{"@nestjs/common":"11.0.0"}}',
      'src/order.controller.ts': `import { Controller, Delete, Get, Param, UseGuards } from '@nestjs/common'
import { AuthGuard } from './auth.guard'
import { CurrentUser } from './current-user'
import { OrderService } from './order.service'
@Controller('orders')
@UseGuards(AuthGuard)
export class OrderController {
  constructor(private readonly orders: OrderService) {}
  @Get(':id')
  show(@Param('id') id: string, @CurrentUser() user: { id: string }) {
    return this.orders.find(id, user.id)
  }
  @Delete(':id')
  remove(@Param('id') id: string) {
    return this.orders.remove(id)
  }
}`,
      'src/order.service.ts': `import { InjectRepository } from '@nestjs/typeorm'
import { Repository } from 'typeorm'
import { Order } from './order.entity'
export class OrderService {
  constructor(@InjectRepository(Order) private readonly repository: Repository<Order>) {}
  find(id: string, userId: string) {
    return this.repository.findOne({ where: { id, userId } })
  }
  remove(id: string) {
    return this.repository.delete(id)
  }
}`,
    },
    expect: ['MP-API-001 src/order.controller.ts:15'],
  },
  {
    name: 'MP-API-002: one route without the middleware of its siblings; login, notification and search stay open',
    files: {
      'package.json': '{"dependencies":{"koa":"2.0.0"}}',
      'routes.js': `const router = require('koa-router')()
const { requireLogin } = require('./auth')
const db = require('knex')({})
router.post('/login', async (ctx) => {
  await db('sessions').insert({ code: ctx.request.body.code })
})
router.post('/goods/save', requireLogin, async (ctx) => {
  await db('goods').where({ id: ctx.request.body.id }).update({ title: ctx.request.body.title })
})
router.post('/goods/remove', async (ctx) => {
  await db('goods').where({ id: ctx.request.body.id }).del()
})
router.post('/search', async (ctx) => {
  await db('search_history').insert({ word: ctx.request.body.word })
})
module.exports = router`,
      'auth.js': "exports.requireLogin = require('company-auth').guard()",
    },
    expect: ['MP-API-002 routes.js:10'],
  },
  {
    name: 'MP-API-002: a scheduled job that is a public action',
    files: {
      ...think,
      'src/api/controller/crontab.js': `module.exports = class extends think.Controller {
  async timetaskAction() {
    await this.model('order').where({ order_status: 101, add_time: ['<', new Date()] }).update({ order_status: 102 })
    return this.success()
  }
}`,
    },
    expect: ['MP-API-002 src/api/controller/crontab.js:2'],
  },
  {
    name: 'MP-API-012: stock that is read, compared and written back',
    files: express(`app.post('/buy', requireLogin, async (req, res) => {
  const user = await User.findOne({ id: req.user.id })
  if (user.balance < 10) return res.status(409).end()
  await User.updateOne({ id: req.user.id }, { balance: user.balance - 10 })
  res.end()
})`),
    expect: ['MP-API-012 app.js:16'],
  },
  {
    name: 'the same with the comparison in the condition of the write',
    files: express(`app.post('/buy', requireLogin, async (req, res) => {
  const user = await User.findOne({ id: req.user.id })
  if (user.balance < 10) return res.status(409).end()
  await User.updateOne({ id: req.user.id, balance: { $gte: 10 } }, { $inc: { balance: -10 } })
  res.end()
})`),
    expect: [],
  },
  {
    name: 'MP-API-013: a list of columns with secrets, and a row with a password',
    files: express(`const { Shop } = require('./shops')
app.post('/login', async (req, res) => {
  const user = await User.findOne({ name: req.body.name, password: hash(req.body.password) })
  res.json({ token: jwt.sign({ id: user.id }, ${env}.KEY) })
})
app.get('/shop', async (req, res) => {
  res.json(await Shop.findOne({ where: { id: req.query.id }, attributes: ['name', 'appSecret'] }))
})
app.get('/me', requireLogin, async (req, res) => {
  const me = await User.findOne({ id: req.user.id })
  res.json(me)
})
app.get('/card', requireLogin, async (req, res) => {
  const me = await User.findOne({ id: req.user.id }).select('-password')
  res.json(me)
})`),
    expect: ['MP-API-013 app.js:19', 'MP-API-013 app.js:23'],
  },
  {
    name: 'MP-API-014: the body becomes the row',
    files: express(`app.put('/me', requireLogin, async (req, res) => {
  await User.updateOne({ id: req.user.id }, req.body)
  res.end()
})
app.put('/nick', requireLogin, async (req, res) => {
  const { nickname } = req.body
  await User.updateOne({ id: req.user.id }, { nickname })
  res.end()
})`),
    expect: ['MP-API-014 app.js:14'],
  },
  {
    name: 'MP-API-015: the client says that it is an administrator',
    files: express(`app.put('/me', requireLogin, async (req, res) => {
  await User.updateOne({ id: req.user.id }, { name: req.body.name, role: req.body.role })
  res.end()
})`),
    expect: ['MP-API-015 app.js:14'],
  },
  {
    name: 'a role demanded in the branch that goes on, and a back office whose open route only writes a log',
    files: express(`const { Admin } = require('./admins')
function superAdmin(req, res, next) {
  if (!req.session.adminId) {
    res.status(401).end()
    return
  } else {
    Admin.findOne({ id: req.session.adminId }).then((admin) => {
      if (!admin || admin.status !== 2) {
        res.status(403).end()
        return
      }
      next()
    })
  }
}
app.delete('/shop/:id', superAdmin, async (req, res) => {
  await Order.deleteMany({ user: req.params.id })
  res.end()
})
app.get('/admin/ping', async (req, res) => {
  await require('./logs').OperLog.create({ path: '/admin/ping' })
  res.end()
})`),
    expect: [],
  },
  {
    name: 'rows found by the owner are read by their ids, and filters choose nobody’s row',
    files: express(`app.get('/orders', requireLogin, async (req, res) => {
  const mine = await Order.find({ user: req.user.id, state: req.query.state })
  const items = await Address.find({ _id: { $in: mine.map((order) => order.addressId) }, type: req.query.type })
  res.json({ mine, items })
})
app.get('/orders/open', requireLogin, async (req, res) => {
  res.json(await Order.find({ state: req.query.state }).countDocuments())
})`),
    expect: [],
  },
  {
    name: 'MP-API-001 Fastify with Prisma: hooks by name give login and role, a unique key of several columns names the owner',
    files: {
      'package.json': '{"dependencies":{"fastify":"5.0.0"}}',
      'app.js': `const fastify = require('fastify')()
const { PrismaClient } = require('@prisma/client')
const prisma = new PrismaClient()
fastify.get('/attempt', { preHandler: [fastify.authenticate] }, async (request) => {
  const userId = request.user.id
  const { questionId } = request.query
  return prisma.userAttempt.findUnique({ where: { userId_questionId: { userId, questionId } } })
})
fastify.post('/orders/hand-over', { preHandler: [fastify.authenticate, fastify.requireRole('STAFF')] }, async (request) => {
  return prisma.order.update({ where: { pickupCode: request.body.code }, data: { state: 'DONE' } })
})
fastify.delete('/orders/:id', { preHandler: [fastify.authenticate] }, async (request) => {
  return prisma.order.delete({ where: { id: request.params.id } })
})`,
    },
    expect: ['MP-API-001 app.js:13'],
  },
  {
    name: 'MP-API-001 with the driver of MongoDB and the identity of a service that a controller creates',
    files: {
      'package.json': '{"dependencies":{"express":"5.0.0"}}',
      'app.js': `const app = require('express')()
const { MessageController } = require('./message')
const controller = new MessageController()
app.post('/message/read', (req, res) => controller.read(req, res))`,
      'message.js': `const { MongoClient } = require('mongodb')
class MessageService {
  async connect() {
    const client = new MongoClient(${env}.URI)
    await client.connect()
    this.db = client.db('app')
  }
  async read(id) {
    await this.connect()
    return this.db.collection('messages').updateOne({ _id: id }, { $set: { read: true } })
  }
}
exports.MessageController = class {
  constructor() {
    this.messages = new MessageService()
  }
  async read(req, res) {
    res.json(await this.messages.read(req.body.id))
  }
}`,
    },
    expect: ['MP-API-001 message.js:18'],
  },
  {
    name: 'MP-API-001 Wafer: a reply in the state of the context',
    files: {
      'server/package.json': '{"dependencies":{"koa":"2.0.0"}}',
      'server/routes.js': `const router = require('koa-router')()
const { mysql } = require('./qcloud')
router.get('/orders', async (ctx) => {
  const { openid } = ctx.request.query
  const orders = await mysql('orders').where('openid', openid)
  ctx.state.data = { orders }
})
module.exports = router`,
      'server/qcloud.js': "module.exports = require('wafer2-node-sdk')({})",
    },
    expect: ['MP-API-001 server/routes.js:5'],
  },
  {
    name: 'MP-API-001 in a handler that a library wraps',
    files: express(`const asyncHandler = require('express-async-handler')
const show = asyncHandler(async (req, res) => {
  res.json(await Order.findById(req.params.id))
})
app.route('/orders/:id').get(requireLogin, show)`),
    expect: ['MP-API-001 app.js:15'],
  },
  {
    name: 'MP-API-016: codes without end, and codes that the last one holds back',
    files: express(`const { sendSms } = require('company-sms')
const { SmsLog } = require('./logs')
app.post('/code', async (req, res) => {
  await sendSms(req.body.mobile, '1234')
  res.end()
})
app.post('/code/limited', async (req, res) => {
  const last = await SmsLog.findOne({ mobile: req.body.mobile })
  if (last && new Date() - last.at < 60000) return res.status(429).end()
  await sendSms(req.body.mobile, '1234')
  res.end()
})`),
    expect: ['MP-API-016 app.js:16'],
  },
  {
    name: 'ThinkJS: several named parameters are not the whole body',
    files: {
      ...think,
      'src/api/controller/address.js': `const Base = require('./base.js')
module.exports = class extends Base {
  async saveAction() {
    const address = this.post(['name', 'tel'].join(','))
    Object.assign(address, { user_id: this.getLoginUserId() })
    return this.success(await this.model('address').add(address))
  }
}`,
    },
    expect: [],
  },
];
