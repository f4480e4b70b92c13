import { type Case, env } from './case.ts';

const cloudStart = `const cloud = require('wx-server-sdk')
cloud.init()
const db = cloud.database()
const _ = db.command
`;

/** Shapes that projects nobody had tuned for brought: applications that functions build, statements that are prepared, operators' keys. */
export const unseenCases: readonly Case[] = [
  {
    name: 'MP-API-001 routes of an application that a function builds and another file starts',
    files: {
      'package.json': '{"dependencies":{"fastify":"5.0.0"}}',
      'src/app.ts': `import Fastify from 'fastify'
import { orderRoutes } from './orders'
export function buildApp(options: { db?: Db } = {}) {
  const app = Fastify()
  app.decorate('db', options.db ?? openDatabase())
  app.addHook('preHandler', async (request, reply) => {
    const payload = verifyToken(request.headers.authorization)
    if (!payload) return reply.code(401).send({ error: 'login' })
    request.user = payload
  })
  app.register(orderRoutes)
  return app
}`,
      'src/orders.ts': `export async function orderRoutes(app: FastifyInstance) {
  app.get('/orders/:id', async (request) => app.db.prepare('SELECT * FROM orders WHERE id = ?').get(request.params.id))
  app.get<{ Params: P }>('/mine/:id', async (request) =>
    app.db.prepare('SELECT * FROM orders WHERE id = ? AND user_id = ?').get(request.params.id, request.user.id))
}`,
      'src/main.ts': "import { buildApp } from './app'\nstart(buildApp)",
    },
    expect: ['MP-API-001 src/orders.ts:2'],
  },
  {
    name: 'MP-API-002 a hook of Fastify that ends early where no token was sent, and one that lets public paths pass',
    files: {
      'package.json': '{"dependencies":{"fastify":"5.0.0","jsonwebtoken":"9.0.0"}}',
      'open.ts': `import Fastify from 'fastify'
import { verify } from 'jsonwebtoken'
const app = Fastify()
app.addHook('preHandler', async (request, reply) => {
  const token = request.headers.authorization
  if (!token) return
  request.user = verify(token, ${env}.KEY)
})
app.get('/customers', async () => db.query('select * from customers'))
app.get('/mine', async (request) => db.query('select * from orders where user_id = ?', [request.user.id]))`,
      'closed.ts': `import Fastify from 'fastify'
import { verify } from 'jsonwebtoken'
const app = Fastify()
app.addHook('preHandler', async (request, reply) => {
  if (request.url === '/health') return
  request.user = verify(request.headers.authorization, ${env}.KEY)
})
app.get('/customers', async () => db.query('select * from customers'))`,
    },
    expect: ['MP-API-002 open.ts:9'],
  },
  {
    name: 'MP-CLD-004 a cloud function that empties a collection for whoever calls, and ones that clear away what is old or their own',
    files: {
      'project.config.json': '{"cloudfunctionRoot":"cloudfunctions/"}',
      'cloudfunctions/clearAll/index.js': `${cloudStart}exports.main = async () => {
  await db.collection('goods').where({ _id: _.exists(true) }).remove()
}`,
      'cloudfunctions/forgetOld/index.js': `${cloudStart}exports.main = async () => {
  await db.collection('articles').where({ expires: _.lt(startOfDay()) }).remove()
}`,
      'cloudfunctions/clearMine/index.js': `${cloudStart}exports.main = async () => {
  const { OPENID } = cloud.getWXContext()
  await db.collection('articles').where({ _openid: OPENID }).remove()
}`,
    },
    expect: ['MP-CLD-004 cloudfunctions/clearAll/index.js:5'],
  },
  {
    name: 'MP-API-001 routes that a function adds to what it is handed, and statements by name and by number',
    files: {
      'package.json': '{"dependencies":{"express":"5.0.0","better-sqlite3":"1.0.0"}}',
      'routes/addresses.js': `module.exports = function registerAddressRoutes(app, { db, requireUser }) {
  app.delete('/addresses/:id', requireUser, (req, res) => {
    db.prepare('DELETE FROM address_book WHERE id = ?').run(req.params.id)
    res.json({ ok: true })
  })
  app.put('/addresses/:id', requireUser, (req, res) => {
    db.prepare('UPDATE address_book SET city = @city WHERE id = @id AND user_id = @user').run({ city: req.body.city, id: req.params.id, user: req.user.id })
    res.json({ ok: true })
  })
  app.get('/addresses/:id', requireUser, async (req, res) => {
    res.json(await pool.query('SELECT * FROM address_book WHERE id = $1 AND user_id = $2', [req.params.id, req.user.id]))
  })
}`,
    },
    expect: ['MP-API-001 routes/addresses.js:3'],
  },
  {
    name: 'a condition that is put together elsewhere, and the change behind the row that it finds',
    files: {
      'package.json': '{"dependencies":{"express":"5.0.0"}}',
      'app.js': `const express = require('express')
const app = express()
app.patch('/orders/:id', requireUser, (req, res) => {
  const whose = req.user ? 'user_id = ?' : 'user_id IS NULL'
  const row = db.prepare(\`SELECT id FROM orders WHERE id = ? AND \${whose}\`).get(req.params.id, ...params)
  if (!row) return res.status(404).end()
  db.prepare('UPDATE orders SET note = ? WHERE id = ?').run(req.body.note, req.params.id)
  res.end()
})`,
    },
    expect: [],
  },
  {
    name: 'MP-API-001 a session that is only kept asks nobody to sign in, and a role of customers is none of operators',
    files: {
      'package.json': '{"dependencies":{"express":"5.0.0","express-session":"1.0.0"}}',
      'app.js': `const express = require('express')
const session = require('express-session')
const app = express()
app.use(session({ secret: ${env}.S, resave: false }))
const student = (req, res, next) => {
  const user = db.prepare('SELECT * FROM users WHERE id = ?').get(req.session.userId)
  if (!user || user.role !== 'student') return res.status(403).end()
  req.current = user
  next()
}
app.post('/orders/:id/cancel', student, (req, res) => {
  db.prepare('UPDATE orders SET status = ? WHERE id = ?').run('cancelled', req.params.id)
  res.end()
})
app.post('/group-buys', student, (req, res) => {
  const price = Number(req.body.groupPrice) || 100
  db.prepare('INSERT INTO group_buys (starter_id, group_price) VALUES (?, ?)').run(req.current.id, price)
  res.end()
})`,
    },
    expect: ['MP-API-001 app.js:12', 'MP-API-008 app.js:16'],
  },
  {
    name: 'MP-API-001 tables behind a class of the project’s own, with and without the owner',
    files: {
      'package.json': '{"dependencies":{"express":"5.0.0","mysql2":"3.0.0"}}',
      'db.js': `const mysql = require('mysql2/promise')
const pool = mysql.createPool({})
async function query(sql, values = []) { const [rows] = await pool.execute(sql, values.map(toSql)); return rows }
class Db {
  async findOne(table, where, fields = '*') {
    const conditions = Object.keys(where).map((key) => key + ' = ?').join(' AND ')
    const rows = await query(\`SELECT \${fields} FROM \${table} WHERE \${conditions} LIMIT 1\`, Object.values(where))
    return rows[0]
  }
  async update(table, data, where) {
    const set = Object.keys(data).map((key) => key + ' = ?').join(', ')
    const conditions = Object.keys(where).map((key) => key + ' = ?').join(' AND ')
    return query(\`UPDATE \${table} SET \${set} WHERE \${conditions}\`, [...Object.values(data), ...Object.values(where)])
  }
}
module.exports = new Db()`,
      'app.js': `const express = require('express')
const db = require('./db')
const app = express()
app.get('/orders/:id', requireUser, async (req, res) => {
  res.json(await db.findOne('orders', { id: req.params.id }))
})
app.put('/orders/:id', requireUser, async (req, res) => {
  res.json(await db.update('orders', { note: req.body.note }, { id: req.params.id, user_id: req.user.id }))
})`,
    },
    expect: ['MP-API-001 app.js:5'],
  },
  {
    name: 'MP-API-002 a back office that deletes by the HTTP interface of the cloud and asks nobody',
    files: {
      'package.json': '{"dependencies":{"koa":"2.0.0"}}',
      'shop-admin-api/app.js': `const Koa = require('koa')
const router = require('koa-router')()
const rp = require('request-promise')
const call = async (name, query) =>
  rp({ method: 'POST', uri: \`https://api.weixin.qq.com/tcb/\${name}?access_token=\${await token()}\`, body: { query } })
router.post('/blog/del', async (ctx) => {
  ctx.body = await call('databasedelete', "db.collection('blog').doc('1').remove()")
})
const app = new Koa()
app.use(router.routes())`,
    },
    expect: ['MP-API-002 shop-admin-api/app.js:6'],
  },
  {
    name: 'MP-API-001 a controller of ThinkJS 2 whose methods a base class chooses by the address',
    files: {
      'package.json': '{"dependencies":{"thinkjs":"2.2.0"}}',
      'src/api/controller/rest.js': `export default class extends think.controller.rest {
  async postAction() { return this.success(await this[this.id + 'POST'](this.get(), this.post())) }
}`,
      'src/api/controller/wallet.js': `import Base from './rest.js'
export default class extends Base {
  async closePOST({}, { userId }) {
    await this.model('user_wallet').where({ user_id: userId }).update({ closed: 1 })
  }
}`,
    },
    expect: ['MP-API-001 src/api/controller/wallet.js:4'],
  },
  {
    name: 'routes behind a key that only operators get',
    files: {
      'package.json': '{"dependencies":{"koa":"2.0.0","koa-router":"12.0.0","jsonwebtoken":"9.0.0","mongoose":"8.0.0"}}',
      'app.js': `const Koa = require('koa')
const router = require('koa-router')()
const jwt = require('jsonwebtoken')
const mongoose = require('./conf/mongoose')
const Staff = mongoose.model('AdminUser', new mongoose.Schema({ name: String, password: String }))
const Order = mongoose.model('Order', new mongoose.Schema({ no: String, uid: String }))
const office = async (ctx, next) => {
  ctx.state.jwt = jwt.verify(ctx.headers.authorization, 'office-key-81')
  await next()
}
const buyer = async (ctx, next) => {
  ctx.state.jwt = jwt.verify(ctx.headers.authorization, 'buyer-key-17')
  await next()
}
router.post('/staff/login', async (ctx) => {
  const found = await Staff.findOne({ name: String(ctx.request.body.name), password: String(ctx.request.body.password) })
  if (!found) return
  ctx.body = jwt.sign({ id: found._id }, 'office-key-81', { expiresIn: '1h' })
})
router.get('/api/orders/:no', office, async (ctx) => { ctx.body = await Order.findOne({ no: ctx.params.no }) })
router.get('/app/orders/:no', buyer, async (ctx) => { ctx.body = await Order.findOne({ no: ctx.params.no }) })
const app = new Koa()
app.use(router.routes())`,
    },
    expect: ['MP-API-001 app.js:21'],
  },
  {
    name: 'MP-API-002 an upload beside routes with guards, under a name that begins like a login',
    files: {
      'package.json': '{"dependencies":{"@nestjs/core":"11.0.0"}}',
      'src/auth.controller.ts': `@Controller('auth')
export class AuthController {
  @Post('login')
  async login(@Body('code') code: string) { return this.auth.login(code) }
  @Put('profile')
  @UseGuards(AuthGuard)
  async profile(@CurrentUser() user: User) { return this.auth.profile(user.id) }
  @Post('upload-avatar')
  async upload(@Body('image') image: string) { return keep(image) }
}`,
    },
    expect: ['MP-API-002 src/auth.controller.ts:8'],
  },
  {
    name: 'a check that the settings switch on, and a service that is asked what was paid',
    files: {
      'package.json': '{"dependencies":{"express":"5.0.0"}}',
      'app.js': `const express = require('express')
const app = express()
const token = ${env}.INTERNAL_TOKEN
app.post('/internal/orders/:id', (req, res) => {
  if (token) {
    if (req.headers['x-internal-token'] !== token) return res.status(401).end()
  }
  db.prepare('UPDATE orders SET status = ? WHERE id = ?').run(req.body.status, req.params.id)
  res.end()
})`,
    },
    expect: [],
  },
  {
    name: 'routes that a loop adds from a table, by its keys, by its entries and by a list of what to add',
    files: {
      'package.json': '{"dependencies":{"koa":"3.0.0","koa-router":"13.0.0","mongoose":"8.0.0"}}',
      'order.js':
        "const mongoose = require('mongoose')\nmodule.exports = mongoose.model('Order', new mongoose.Schema({ user: String, address: String }))",
      'app.js': `const Koa = require('koa')
const app = new Koa()
app.use(async (ctx, next) => {
  ctx.state.user = require('jsonwebtoken').verify(ctx.get('authorization'), ${env}.KEY)
  await next()
})
app.use(require('./routes').routes())
app.listen(3000)`,
      'handlers.js': `const Order = require('./order')
exports.detail = async (ctx) => { ctx.body = await Order.findById(ctx.query.id) }
exports.mine = async (ctx) => { ctx.body = await Order.findOne({ _id: ctx.query.id, user: ctx.state.user.id }) }`,
      'routes.js': `const Router = require('koa-router')
const Order = require('./order')
const handlers = require('./handlers')
const router = new Router()
for (const name of Object.keys(handlers)) router.get('/' + name, handlers[name])
const changes = {
  '/order/close': async (ctx) => { await Order.updateOne({ _id: ctx.request.body.id }, { address: '' }) },
  '/order/open': async (ctx) => { await Order.updateOne({ _id: ctx.request.body.id, user: ctx.state.user.id }, { address: 'a' }) },
}
for (const [path, run] of Object.entries(changes)) router.post(path, run)
const list = [{ verb: 'delete', path: '/order/:id', run: async (ctx) => { await Order.deleteOne({ _id: ctx.params.id }) } }]
list.forEach(({ verb, path, run }) => router[verb](path, run))
module.exports = router`,
    },
    expect: ['MP-API-001 handlers.js:2', 'MP-API-001 routes.js:11', 'MP-API-001 routes.js:7'],
  },
  {
    name: 'MP-API-001 pages of an album: elsewhere the album is found by its owner first',
    files: {
      'package.json': '{"dependencies":{"express":"5.0.0","mysql2":"3.0.0"}}',
      'db.js': "module.exports = require('mysql2/promise').createPool({ host: 'db' })",
      'app.js': `const express = require('express')
const pool = require('./db')
const app = express()
app.use((req, res, next) => {
  req.userId = require('jsonwebtoken').verify(req.get('authorization'), ${env}.KEY).id
  next()
})
app.delete('/albums/:albumId', async (req, res) => {
  const [albums] = await pool.query('SELECT id FROM albums WHERE id = ? AND user_id = ?', [req.params.albumId, req.userId])
  if (albums.length === 0) return res.status(404).end()
  await pool.query('DELETE FROM album_pages WHERE album_id = ?', [req.params.albumId])
  res.end()
})
app.put('/albums/:albumId/pages', async (req, res) => {
  for (const page of req.body.pages)
    await pool.query('UPDATE album_pages SET position = ? WHERE album_id = ? AND id = ?', [page.position, req.params.albumId, page.id])
  res.end()
})
app.put('/stickers/:id', async (req, res) => {
  await pool.query('UPDATE stickers SET position = ? WHERE id = ?', [req.body.position, req.params.id])
  res.end()
})`,
    },
    expect: ['MP-API-001 app.js:16'],
  },
  {
    name: 'MP-API-009 that a token was verified is no proof of a payment, and columns that are put together',
    files: {
      'package.json': '{"dependencies":{"express":"5.0.0","mysql2":"3.0.0"}}',
      'db.js': "module.exports = require('mysql2/promise').createPool({ host: 'db' })",
      'authMiddleware.js': `const verifyToken = (text) => require('jsonwebtoken').verify(text, ${env}.KEY)
module.exports = (req, res, next) => {
  const caller = verifyToken(req.get('authorization'))
  if (!caller) return res.status(401).end()
  req.userId = caller.id
  next()
}`,
      'orders.js': `const pool = require('./db')
module.exports = class Orders {
  static async byNumber(number) {
    const [rows] = await pool.query('SELECT * FROM orders WHERE order_no = ?', [number])
    return rows[0]
  }
  static async mark(id, status, extra = {}) {
    const columns = ['status = ?']
    const values = [status]
    if (extra.at) { columns.push('paid_with = ?'); values.push(extra.at) }
    values.push(id)
    await pool.query(\`UPDATE orders SET \${columns.join(', ')}, updated_at = NOW() WHERE id = ?\`, values)
  }
}`,
      'app.js': `const express = require('express')
const pool = require('./db')
const authMiddleware = require('./authMiddleware')
const Orders = require('./orders')
const app = express()
app.post('/orders/:no/settle', authMiddleware, async (req, res) => {
  const order = await Orders.byNumber(req.params.no)
  if (order.user_id !== req.userId) return res.status(403).end()
  await Orders.mark(order.id, 'paid', { at: 'balance' })
  res.end()
})
app.post('/orders/:no/done', authMiddleware, async (req, res) => {
  await pool.query("UPDATE orders SET status = 'paid' WHERE order_no = ? AND user_id = ?", [req.params.no, req.userId])
  res.end()
})
app.post('/orders/:no/cancel', authMiddleware, async (req, res) => {
  await pool.query("UPDATE orders SET status = 'cancelled' WHERE order_no = ? AND user_id = ?", [req.params.no, req.userId])
  res.end()
})
app.post('/orders/:no/asked', authMiddleware, async (req, res) => {
  const answer = await pay.queryOrder({ out_trade_no: req.params.no })
  if (answer.trade_state !== 'SUCCESS') return res.status(402).end()
  await pool.query("UPDATE orders SET status = 'paid' WHERE order_no = ? AND user_id = ?", [req.params.no, req.userId])
  res.end()
})`,
    },
    expect: ['MP-API-009 app.js:12', 'MP-API-009 app.js:6'],
  },
];
