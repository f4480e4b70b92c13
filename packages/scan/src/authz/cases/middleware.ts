import { type Case, env, now } from './case.ts';

/** Koa with the login middleware that most back ends have: it asks for a bearer token and for an account that is in use. */
const koa = (routes: string, more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  'package.json': '{"dependencies":{"koa":"2.0.0"}}',
  'server/auth.js': `const jwt = require('jsonwebtoken')
const { User } = require('./models')
const extractToken = (ctx) => {
  const header = ctx.headers.authorization
  if (header && header.startsWith('Bearer ')) return header.substring(7)
  return null
}
exports.auth = async (ctx, next) => {
  const token = extractToken(ctx)
  if (!token) { ctx.status = 401; return }
  const decoded = jwt.verify(token, ${env}.KEY)
  const user = await User.findByPk(decoded.userId)
  if (!user || user.status !== 'active' || user.tokenVersion !== decoded.tokenVersion || decoded.exp < ${now}) {
    ctx.status = 401
    return
  }
  ctx.state.user = user
  await next()
}
exports.adminOnly = async (ctx, next) => {
  if (ctx.state.user.role !== 'admin') { ctx.status = 403; return }
  await next()
}`,
  'server/models.js': `const { Sequelize } = require('sequelize')
const sequelize = new Sequelize(${env}.DB)
exports.User = sequelize.define('User', { id: 1, status: 1, phone: 1, password: 1 })
exports.Order = sequelize.define('Order', { id: 1, userId: 1, status: 1 })`,
  'server/app.js': `const Koa = require('koa')
const Router = require('koa-router')
const { auth, adminOnly } = require('./auth')
const { User, Order } = require('./models')
const router = new Router()
${routes}
const app = new Koa()
app.use(router.routes())
app.listen(3000)`,
  ...more,
});

/** Routes begin at line 6 of `server/app.js`. */
export const middlewareCases: readonly Case[] = [
  {
    name: 'MP-API-001 neither `Bearer` nor an account in use makes somebody an administrator',
    files: koa(`router.put('/user/:id', auth, async (ctx) => {
  const user = await User.findByPk(ctx.params.id)
  await user.update({ phone: ctx.request.body.phone })
  ctx.body = user.phone
})
router.get('/order/:id', auth, async (ctx) => {
  ctx.body = await Order.findByPk(ctx.params.id)
})`),
    expect: ['MP-API-001 server/app.js:12', 'MP-API-001 server/app.js:7'],
  },
  {
    name: 'nothing: a role is asked for, the owner is compared, or the caller’s own row is meant',
    files: koa(`router.put('/user/:id', auth, adminOnly, async (ctx) => {
  const user = await User.findByPk(ctx.params.id)
  await user.update({ phone: ctx.request.body.phone })
  ctx.body = user.phone
})
router.get('/order/:id', auth, async (ctx) => {
  const order = await Order.findByPk(ctx.params.id)
  if (order.userId !== ctx.state.user.id) ctx.throw(403)
  ctx.body = order
})
router.get('/me', auth, async (ctx) => {
  ctx.body = await User.findByPk(ctx.state.user.id, { attributes: ['phone'] })
})`),
    expect: [],
  },
  {
    name: 'MP-API-001 a `var` that is set in a branch is read behind it',
    files: koa(`router.get('/orders', async (ctx) => {
  const rows = await Order.findAll({ where: { userId: ctx.query.userId } })
  if (rows) {
    var record = rows
  } else {
    var record = 0
  }
  ctx.body = { code: 0, list: record }
})`),
    expect: ['MP-API-001 server/app.js:7'],
  },
  {
    name: 'nothing: a `var` that is set in a branch counts the rows of the caller',
    files: koa(`router.get('/orders', auth, async (ctx) => {
  if (ctx.query.all) {
    var rows = await Order.findAll({ where: { userId: ctx.state.user.id } })
  }
  ctx.body = { code: 0, list: rows }
})`),
    expect: [],
  },
  {
    name: 'MP-API-001 Prisma inside a transaction and behind a parameter that nobody could follow',
    files: {
      'package.json': '{"dependencies":{"express":"5.0.0","@prisma/client":"6.0.0"}}',
      'src/db.ts': `import { PrismaClient } from '@prisma/client'
export const prisma = new PrismaClient()
export const retry = (db: PrismaClient, work: (tx: unknown) => unknown) => db.$transaction((tx) => work(tx))`,
      'src/app.ts': `import express from 'express'
import jwt from 'jsonwebtoken'
import { prisma, retry } from './db'
const app = express()
app.use((req, res, next) => {
  req.user = jwt.verify(req.headers.authorization.slice(7), ${env}.KEY)
  next()
})
app.post('/order/:id/pay', async (req, res) => {
  const order = await retry(prisma, async (tx) => {
    return await tx.order.findUniqueOrThrow({ where: { id: req.params.id } })
  })
  res.json(order)
})
app.get('/address/:id', async (req, res) => {
  const prismaRead = req.app.get('reader')
  res.json(await prismaRead.address.findUnique({ where: { id: req.params.id } }))
})
app.get('/mine/:id', async (req, res) => {
  res.json(await retry(prisma, (tx) => tx.order.findFirst({ where: { id: req.params.id, userId: req.user.id } })))
})
app.listen(3000)`,
    },
    expect: ['MP-API-001 src/app.ts:11', 'MP-API-001 src/app.ts:17'],
  },
  {
    name: 'MP-API-004 a token for whoever’s telephone number the request names',
    files: koa(`const jwt = require('jsonwebtoken')
router.post('/quick', async (ctx) => {
  const { phone } = ctx.request.body
  let user = await User.findOne({ where: { phone } })
  if (!user) user = await User.create({ phone })
  ctx.body = { token: jwt.sign({ userId: user.id }, ${env}.KEY, { expiresIn: '1d' }) }
})`),
    expect: ['MP-API-004 server/app.js:11'],
  },
  {
    name: 'nothing: a code, a password or WeChat proves who logs in',
    files: koa(`const jwt = require('jsonwebtoken')
const bcrypt = require('bcryptjs')
const axios = require('axios')
const sign = (user) => jwt.sign({ userId: user.id }, ${env}.KEY, { expiresIn: '1d' })
router.post('/sms', async (ctx) => {
  const { phone, smsCode } = ctx.request.body
  await verifySms(phone, smsCode)
  ctx.body = { token: sign(await User.findOne({ where: { phone } })) }
})
router.post('/password', async (ctx) => {
  const { phone, password } = ctx.request.body
  const user = await User.findOne({ where: { phone } })
  if (!(await bcrypt.compare(password, user.password))) ctx.throw(401)
  ctx.body = { token: sign(user) }
})
router.post('/wechat', async (ctx) => {
  const { data } = await axios.get('https://api.weixin.qq.com/sns/jscode2session?js_code=' + ctx.request.body.code)
  ctx.body = { token: sign(await User.findOne({ where: { openid: data.openid } })) }
})
router.post('/renew', auth, async (ctx) => {
  ctx.body = { token: sign(await User.findByPk(ctx.state.user.id)) }
})`),
    expect: [],
  },
];
