import { type Case, env } from './case.ts';

const pages = { 'project.config.json': '{"cloudfunctionRoot":"cloud/","miniprogramRoot":"mini/"}' };

const base = (routes: string, more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  'package.json': '{"dependencies":{"express":"5.0.0","mysql2":"3.0.0","redis":"5.0.0","jsonwebtoken":"9.0.0"}}',
  'db.js': `const pool = require('mysql2/promise').createPool({ host: 'db' })
const snake = (row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key.replace(/([A-Z])/g, '_$1').toLowerCase(), value]))
const query = async (sql, params) => {
  const [rows] = await pool.execute(sql, params.map((one) => (one === '' ? null : one)))
  return rows
}
exports.findMany = async (table, where, options) => {
  let sql = \`SELECT * FROM \${table}\`
  const values = []
  if (Object.keys(where).length > 0) {
    const asked = snake(where)
    sql += ' WHERE ' + Object.keys(asked).map((key) => key + ' = ?').join(' AND ')
    values.push(...Object.values(asked))
  }
  sql += \` LIMIT \${options.limit}\`
  return query(sql, values)
}
exports.insert = async (table, data) => {
  const row = snake(data)
  return query(\`INSERT INTO \${table} (\${Object.keys(row).join(', ')}) VALUES (\${Object.keys(row).map(() => '?').join(', ')})\`, Object.values(row))
}`,
  'cache.js': `const client = require('redis').createClient({})
exports.get = async (key) => JSON.parse(await client.get(key))`,
  'app.js': `const express = require('express')
const jwt = require('jsonwebtoken')
const db = require('./db')
const cache = require('./cache')
const app = express()
app.use((req, res, next) => {
  try { req.user = jwt.verify(req.headers.authorization, ${env}.KEY) } catch { return res.status(401).end() }
  next()
})
${routes}`,
  ...more,
});

/** The team's own way to its tables and its cache. The first line of the routes is line 10 of app.js. */
export const helperCases: readonly Case[] = [
  {
    name: 'MP-API-001: lists of a table helper that builds its statement piece by piece, by the user id that the request names',
    files:
      base(`app.get('/orders', async (req, res) => res.json(await db.findMany('orders', { userId: req.query.userId }, { limit: 20 })))
app.get('/mine', async (req, res) => res.json(await db.findMany('orders', { userId: req.user.id }, { limit: 20 })))
app.get('/log', async (req, res) => res.json(await db.findMany('login_logs', { userId: req.query.userId }, { limit: 20 })))`),
    expect: ['MP-API-001 app.js:10', 'MP-API-001 app.js:12'],
  },
  {
    name: 'what others may see of somebody, and what he did himself',
    files:
      base(`app.get('/posts', async (req, res) => res.json(await db.findMany('posts', { userId: req.query.userId }, { limit: 20 })))
app.get('/fans', async (req, res) => res.json(await db.findMany('followers', { userId: req.query.userId }, { limit: 20 })))
app.get('/log', async (req, res) => res.json(await db.findMany('login_logs', { userId: req.user.id }, { limit: 20 })))`),
    expect: [],
  },
  {
    name: 'MP-API-008: the price goes into a row whose columns a helper lists',
    files: base(`app.post('/order', async (req, res) => {
  await db.insert('orders', { userId: req.user.id, totalAmount: req.body.totalAmount, goodsId: req.body.goodsId })
  res.end()
})
app.post('/note', async (req, res) => {
  await db.insert('orders', { userId: req.user.id, totalAmount: 100, remark: req.body.remark })
  res.end()
})`),
    expect: ['MP-API-008 app.js:11'],
  },
  {
    name: 'MP-API-001: a cached article is no session, whatever its parameter ends with, and less stock than wanted no secret',
    files: base(`app.post('/cart', async (req, res) => {
  const goods = await cache.get('goods:' + req.body.goodsId)
  if (goods.stock < req.body.quantity) return res.status(409).end()
  res.json(await db.findMany('carts', { userId: req.body.userId }, { limit: 1 }))
})
app.post('/session', async (req, res) => {
  const session = await cache.get('session:' + req.headers.token)
  res.json(await db.findMany('carts', { userId: session.uid }, { limit: 1 }))
})`),
    expect: ['MP-API-001 app.js:13'],
  },
  {
    name: 'MP-API-001 stands where the id was taken from the request, though the body went along',
    files: base(
      `const users = require('./users')
app.post('/profile', async (req, res) => {
  const { userId } = req.body
  const data = req.body
  res.json(await users.change(userId, data))
})`,
      {
        'users.js': `const db = require('./db')
exports.change = async (userId, data) => {
  const [old] = await db.findMany('users', { id: userId }, { limit: 1 })
  return { ...old, nickname: data.nickname }
}`,
      },
    ),
    expect: ['MP-API-001 app.js:14'],
  },
  {
    name: 'MP-API-001: a row that is made when there is none is a row all the same',
    files: base(
      `const members = require('./members')
app.get('/balance', async (req, res) => res.json({ balance: await members.balance(req.query.userId) }))
app.get('/own', async (req, res) => res.json({ balance: await members.balance(req.user.id) }))`,
      {
        'members.js': `const db = require('./db')
const getOrMake = async (userId) => {
  let [member] = await db.findMany('members', { userId }, { limit: 1 })
  if (!member) {
    member = { userId, balance: '0.00' }
    await db.insert('members', member)
  }
  return member
}
exports.balance = async (userId) => (await getOrMake(userId)).balance`,
      },
    ),
    expect: ['MP-API-001 app.js:11'],
  },
  {
    name: 'MP-API-009: customers name the state of their own order, and what they may name',
    files: base(`app.put('/state/:id', async (req, res) => {
  const [order] = await db.findMany('orders', { id: req.params.id }, { limit: 1 })
  if (order.user_id !== req.user.id) return res.status(404).end()
  const pool = require('mysql2/promise').createPool({ host: 'db' })
  await pool.execute('UPDATE orders SET status = ? WHERE id = ?', [req.body.status, order.id])
  res.end()
})
app.put('/close/:id', async (req, res) => {
  const [order] = await db.findMany('orders', { id: req.params.id }, { limit: 1 })
  if (order.user_id !== req.user.id) return res.status(404).end()
  if (!['cancelled', 'received'].includes(req.body.status)) return res.status(400).end()
  const pool = require('mysql2/promise').createPool({ host: 'db' })
  await pool.execute('UPDATE orders SET status = ? WHERE id = ?', [req.body.status, order.id])
  res.end()
})`),
    expect: ['MP-API-009 app.js:14'],
  },
  {
    name: 'MP-API-012 stands in the function that reads and writes, not in the handler above it',
    files: base(
      `const wallet = require('./wallet')
app.post('/pay', async (req, res) => {
  await wallet.pay(req.user.id, 5)
  res.end()
})`,
      {
        'wallet.js': `const db = require('./db')
const pool = require('mysql2/promise').createPool({ host: 'db' })
exports.pay = async (userId, amount) => {
  const [member] = await db.findMany('members', { userId }, { limit: 1 })
  const balance = parseFloat(member.balance)
  if (balance < amount) throw new Error('too little')
  await pool.execute('UPDATE members SET balance = ? WHERE user_id = ?', [balance - amount, userId])
}`,
      },
    ),
    expect: ['MP-API-012 wallet.js:7'],
  },
  {
    name: 'a script beside the configuration that names another folder for functions is run by hand',
    files: {
      ...pages,
      'mini/app.json': '{"pages":["pages/a/a"]}',
      'clean-users.js': `const cloud = require('wx-server-sdk')
const db = cloud.database()
exports.main = async () => db.collection('users').where({ role: 'test' }).remove()`,
    },
    expect: [],
  },
];
