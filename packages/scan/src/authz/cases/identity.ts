import { type Case, env } from './case.ts';

/** Where an identity comes from, is kept, is replaced. */
export const identityCases: readonly Case[] = [
  {
    name: 'MP-API-003: the query is spread over the identity of the session; what follows is one finding, not many',
    files: {
      'package.json': '{"dependencies":{"koa":"2.0.0"}}',
      'app.js': `const Koa = require('koa')
const router = require('koa-router')()
const db = require('knex')({})
const app = new Koa()
app.use(async (ctx, next) => {
  const openId = ctx.session.openId
  if (!openId) ctx.throw(401)
  ctx.request.body.openId = openId
  ctx.request.body = { ...ctx.request.body, ...ctx.query }
  await next()
})
router.get('/address', async (ctx) => {
  const { openId } = ctx.request.body
  ctx.body = await db('address').where({ openId }).select()
})
app.use(router.routes())`,
    },
    expect: ['MP-API-003 app.js:9'],
  },
  {
    name: 'the identity is merged last',
    files: {
      'package.json': '{"dependencies":{"koa":"2.0.0"}}',
      'app.js': `const Koa = require('koa')
const router = require('koa-router')()
const db = require('knex')({})
const app = new Koa()
app.use(async (ctx, next) => {
  const openId = ctx.session.openId
  if (!openId) ctx.throw(401)
  ctx.request.body = { ...ctx.query, ...ctx.request.body, openId }
  await next()
})
router.get('/address', async (ctx) => {
  ctx.body = await db('address').where({ openId: ctx.request.body.openId }).select()
})
app.use(router.routes())`,
    },
    expect: [],
  },
  {
    name: 'MP-API-004: an expired token is renewed from a cookie, and a login that believes the body',
    files: {
      'package.json': '{"dependencies":{"express":"5.0.0"}}',
      'app.js': `const app = require('express')()
const jwt = require('jsonwebtoken')
const KEY = ${env}.KEY
app.post('/session', (req, res) => {
  jwt.verify(req.headers.authorization, KEY, (err, decoded) => {
    if (err && err.name === 'TokenExpiredError') {
      return res.json({ token: jwt.sign({ userId: req.cookies.userId }, KEY, { expiresIn: '2h' }) })
    }
    res.json(decoded)
  })
})
app.post('/wxlogin', (req, res) => {
  res.json({ token: jwt.sign({ openid: req.body.openid }, KEY, { expiresIn: '2h' }) })
})`,
    },
    expect: ['MP-API-004 app.js:13', 'MP-API-004 app.js:7'],
  },
  {
    name: 'a token from the answer of WeChat, and one from a record that the password found',
    files: {
      'package.json': '{"dependencies":{"express":"5.0.0"}}',
      'app.js': `const app = require('express')()
const jwt = require('jsonwebtoken')
const axios = require('axios')
const { User } = require('./models')
const KEY = ${env}.KEY
app.post('/wxlogin', async (req, res) => {
  const { data } = await axios.get('https://api.weixin.qq.com/sns/jscode2session?js_code=' + req.body.code)
  res.json({ token: jwt.sign({ openid: data.openid }, KEY, { expiresIn: '2h' }) })
})
app.post('/login', async (req, res) => {
  const user = await User.findOne({ name: req.body.name, password: hash(req.body.password) })
  if (!user) return res.status(403).end()
  res.json({ token: jwt.sign({ userId: user.id }, KEY, { expiresIn: '2h' }) })
})`,
      'models.js':
        "const mongoose = require('mongoose')\nexports.User = mongoose.model('User', new mongoose.Schema({ name: String, password: String }))",
    },
    expect: [],
  },
  {
    name: 'MP-API-005: the back office verifies with the key of the shop',
    files: {
      'package.json': '{"dependencies":{"express":"5.0.0"}}',
      'app.js': `const app = require('express')()
app.use('/api', require('./api'))
app.use('/admin', require('./admin'))`,
      'api.js': `const router = require('express').Router()
const jwt = require('jsonwebtoken')
router.get('/me', (req, res) => {
  const user = jwt.verify(req.headers.authorization, 'one key for both')
  if (!user.id) return res.status(401).end()
  res.json({ id: user.id })
})
module.exports = router`,
      'admin.js': `const router = require('express').Router()
const jwt = require('jsonwebtoken')
const db = require('knex')({})
router.post('/goods', async (req, res) => {
  const user = jwt.verify(req.headers.authorization, 'one key for both')
  if (!user.id) return res.status(401).end()
  await db('goods').insert({ title: req.body.title })
  res.end()
})
module.exports = router`,
    },
    expect: ['MP-API-005 admin.js:5'],
  },
  {
    name: 'the same key, with a role that is asked for',
    files: {
      'package.json': '{"dependencies":{"express":"5.0.0"}}',
      'app.js': `const app = require('express')()
const jwt = require('jsonwebtoken')
const db = require('knex')({})
app.get('/api/me', (req, res) => res.json({ id: jwt.verify(req.headers.authorization, 'one key for both').id }))
app.post('/admin/goods', async (req, res) => {
  const user = jwt.verify(req.headers.authorization, 'one key for both')
  if (user.role !== 'admin') return res.status(403).end()
  await db('goods').insert({ title: req.body.title })
  res.end()
})`,
    },
    expect: [],
  },
  {
    name: 'MP-API-011: the caller on the process object, read by a model after other awaits',
    files: {
      'src/api/controller/base.js': `module.exports = class extends think.Controller {
  async __before() {
    think.userId = await this.session('userId')
    if (!think.userId) return this.fail(401)
  }
}`,
      'src/api/model/cart.js': `module.exports = class extends think.Model {
  clear() {
    return this.where({ user_id: think.userId }).delete()
  }
}`,
      'src/api/controller/cart.js': `const Base = require('./base.js')
module.exports = class extends Base {
  async clearAction() {
    await this.model('cart').clear()
    return this.success()
  }
}`,
    },
    expect: ['MP-API-011 src/api/controller/base.js:3', 'MP-API-011 src/api/model/cart.js:3'],
  },
  {
    name: 'the caller in the state of the request, and a module variable that no request writes',
    files: {
      'src/api/controller/cart.js': `const limits = { user: 5 }
module.exports = class extends think.Controller {
  async __before() {
    this.ctx.state.userId = await this.session('userId')
    if (!this.ctx.state.userId) return this.fail(401)
  }
  async clearAction() {
    await this.model('cart').where({ user_id: this.ctx.state.userId }).limit(limits.user).delete()
    return this.success()
  }
}`,
    },
    expect: [],
  },
];
