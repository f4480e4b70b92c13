import { type Case, chance, env } from './case.ts';

const express = { 'package.json': '{"dependencies":{"express":"5.0.0","mysql2":"3.0.0","mongoose":"8.0.0"}}' };
const login = `const express = require('express')
const app = express()
app.use((req, res, next) => { req.user = require('jsonwebtoken').verify(req.get('authorization'), ${env}.KEY); next() })
`;

/** What people have earned, what they offer each other, what everybody shares: rows that nobody guards by an owner's column. */
export const holdingCases: readonly Case[] = [
  {
    name: 'MP-CLD-006 points and balances that a request adds outside cloud functions',
    files: {
      ...express,
      'user.js':
        "const mongoose = require('mongoose')\nmodule.exports = mongoose.model('User', new mongoose.Schema({ name: String, points: Number, balance: Number }))",
      'db.js': "module.exports = require('mysql2/promise').createPool({ host: 'db' })",
      'app.js': `${login}const User = require('./user')
const pool = require('./db')
app.post('/points/add', async (req, res) => {
  await User.updateOne({ _id: req.user.id }, { $inc: { points: req.body.points } })
  res.end()
})
app.post('/recharge', async (req, res) => {
  await pool.query('UPDATE users SET balance = balance + ? WHERE id = ?', [req.body.money, req.user.id])
  res.end()
})
app.post('/game/over', async (req, res) => {
  const user = await User.findById(req.user.id)
  user.points = user.points + req.body.earned
  await user.save()
  res.end()
})`,
    },
    expect: ['MP-CLD-006 app.js:11', 'MP-CLD-006 app.js:16', 'MP-CLD-006 app.js:7'],
  },
  {
    name: 'MP-API-012 and nothing more: points that are spent, given to somebody from what one has, computed by the server or granted by a service with a secret',
    files: {
      ...express,
      'db.js': "module.exports = require('mysql2/promise').createPool({ host: 'db' })",
      'app.js': `${login}const pool = require('./db')
app.post('/points/spend', async (req, res) => {
  await pool.query('UPDATE users SET points = points - ? WHERE id = ?', [req.body.cost, req.user.id])
  res.end()
})
app.post('/points/give', async (req, res) => {
  const [rows] = await pool.query('SELECT points FROM users WHERE id = ?', [req.user.id])
  if (rows[0].points < req.body.points) return res.status(402).end()
  await pool.query('UPDATE users SET points = ? WHERE id = ?', [rows[0].points - req.body.points, req.user.id])
  await pool.query('UPDATE points_account SET points = points + ? WHERE user_id = ? AND shop = ?', [req.body.points, req.user.id, 1])
  res.end()
})
app.post('/sign', async (req, res) => {
  await pool.query('UPDATE users SET points = points + 5 WHERE id = ?', [req.user.id])
  res.end()
})
app.post('/internal/grant', async (req, res) => {
  if (req.get('x-internal-key') !== ${env}.INTERNAL_KEY) return res.status(403).end()
  await pool.query('UPDATE users SET points = points + ? WHERE id = ?', [req.body.points, req.body.userId])
  res.end()
})
app.post('/review', async (req, res) => {
  await pool.query('UPDATE review SET score = ? WHERE id = ? AND user_id = ?', [req.body.score, req.body.id, req.user.id])
  res.end()
})`,
    },
    expect: ['MP-API-012 app.js:12'],
  },
  {
    name: 'MP-API-001 goods that users offer each other, changed by id, and those that the staff entered',
    files: {
      ...express,
      'db.js': "module.exports = require('mysql2/promise').createPool({ host: 'db' })",
      'app.js': `${login}const pool = require('./db')
app.post('/goods', async (req, res) => {
  await pool.query('INSERT INTO goods (name, user_id) VALUES (?, ?)', [req.body.name, req.user.id])
  res.end()
})
app.delete('/goods/:id', async (req, res) => {
  await pool.query('DELETE FROM goods WHERE id = ?', [req.params.id])
  res.end()
})
app.post('/banner', async (req, res) => {
  await pool.query('INSERT INTO banner (url, created_by) VALUES (?, ?)', [req.body.url, req.user.id])
  res.end()
})
app.delete('/banner/:id', async (req, res) => {
  await pool.query('DELETE FROM banner WHERE id = ?', [req.params.id])
  res.end()
})`,
    },
    expect: ['MP-API-001 app.js:10'],
  },
  {
    name: 'MP-API-002 a shop whose every login is a customer from WeChat lets each of them change what it offers',
    files: {
      ...express,
      'db.js': "module.exports = require('mysql2/promise').createPool({ host: 'db' })",
      'app.js': `const express = require('express')
const axios = require('axios')
const jwt = require('jsonwebtoken')
const pool = require('./db')
const app = express()
app.post('/login', async (req, res) => {
  const { data } = await axios.get('https://api.weixin.qq.com/sns/jscode2session', { params: { js_code: req.body.code } })
  res.json({ token: jwt.sign({ openid: data.openid }, ${env}.KEY, { expiresIn: '1h' }) })
})
const signedIn = (req, res, next) => { req.user = jwt.verify(req.get('authorization'), ${env}.KEY); next() }
app.put('/goods/:id', signedIn, async (req, res) => {
  await pool.query('UPDATE goods SET price = ? WHERE id = ?', [req.body.price, req.params.id])
  res.end()
})
app.post('/order', signedIn, async (req, res) => {
  await pool.query('INSERT INTO orders (goods_id, openid) VALUES (?, ?)', [req.body.id, req.user.openid])
  await pool.query('UPDATE goods SET stock = stock - 1 WHERE id = ?', [req.body.id])
  res.end()
})`,
    },
    expect: ['MP-API-002 app.js:11'],
  },
  {
    name: 'the same shop where operators log in too',
    files: {
      ...express,
      'db.js': "module.exports = require('mysql2/promise').createPool({ host: 'db' })",
      'app.js': `const express = require('express')
const axios = require('axios')
const jwt = require('jsonwebtoken')
const pool = require('./db')
const app = express()
app.post('/login', async (req, res) => {
  const { data } = await axios.get('https://api.weixin.qq.com/sns/jscode2session', { params: { js_code: req.body.code } })
  res.json({ token: jwt.sign({ openid: data.openid }, ${env}.KEY, { expiresIn: '1h' }) })
})
app.post('/office/login', async (req, res) => {
  const [rows] = await pool.query('SELECT id FROM admin WHERE name = ? AND password = ?', [req.body.name, req.body.password])
  if (rows.length === 0) return res.status(401).end()
  res.json({ token: jwt.sign({ id: rows[0].id }, ${env}.OFFICE_KEY, { expiresIn: '1h' }) })
})
const staff = (req, res, next) => { req.user = jwt.verify(req.get('authorization'), ${env}.OFFICE_KEY); next() }
app.put('/goods/:id', staff, async (req, res) => {
  await pool.query('UPDATE goods SET price = ? WHERE id = ?', [req.body.price, req.params.id])
  res.end()
})`,
    },
    expect: [],
  },
  {
    name: 'MP-API-002 a setting in Redis that whoever comes may replace',
    files: {
      'package.json': '{"dependencies":{"express":"5.0.0","ioredis":"5.0.0"}}',
      'app.js': `const express = require('express')
const Redis = require('ioredis')
const jwt = require('jsonwebtoken')
const redis = new Redis()
const app = express()
const signedIn = (req, res, next) => { req.user = jwt.verify(req.get('authorization'), ${env}.KEY); next() }
app.post('/theme', async (req, res) => {
  await redis.set('home:config', JSON.stringify(req.body.theme))
  res.end()
})
app.get('/me', signedIn, async (req, res) => res.json(req.user))
app.post('/captcha', async (req, res) => {
  await redis.setex('captcha:' + req.body.phone, 300, String(req.body.seed))
  res.end()
})`,
    },
    expect: ['MP-API-002 app.js:7'],
  },
  {
    name: 'MP-API-001 and MP-CLD-002 activity of whoever the request says he is',
    files: {
      ...express,
      'db.js': "module.exports = require('mysql2/promise').createPool({ host: 'db' })",
      'app.js': `${login}const pool = require('./db')
app.get('/runs', async (req, res) => {
  const [rows] = await pool.query('SELECT * FROM run_track WHERE openid = ?', [req.query.openid])
  res.json(rows)
})
app.get('/live', async (req, res) => {
  const [rows] = await pool.query('SELECT * FROM live_room WHERE openid = ?', [req.query.openid])
  res.json(rows)
})`,
      'cloudfunctions/track/index.js': `const cloud = require('wx-server-sdk')
const db = cloud.database()
exports.main = async (event) => db.collection('track').where({ _openid: event.openid }).get()`,
      'cloudfunctions/track/package.json': '{"dependencies":{"wx-server-sdk":"3.0.0"}}',
    },
    expect: ['MP-API-001 app.js:6', 'MP-CLD-002 cloudfunctions/track/index.js:3'],
  },
  {
    name: 'MP-API-008 a number of pieces below zero, and one that is looked at',
    files: {
      ...express,
      'db.js': "module.exports = require('mysql2/promise').createPool({ host: 'db' })",
      'app.js': `${login}const pool = require('./db')
app.post('/order', async (req, res) => {
  const { id, num } = req.body
  const [rows] = await pool.query('SELECT price FROM goods WHERE id = ?', [id])
  const total = rows[0].price * num
  await pool.query('INSERT INTO orders (goods_id, total_price, user_id) VALUES (?, ?, ?)', [id, total, req.user.id])
  res.end()
})
app.post('/order/checked', async (req, res) => {
  const { id, num } = req.body
  if (!Number.isInteger(num) || num < 1) return res.status(400).end()
  const [rows] = await pool.query('SELECT price FROM goods WHERE id = ?', [id])
  await pool.query('INSERT INTO orders (goods_id, total_price, user_id) VALUES (?, ?, ?)', [id, rows[0].price * num, req.user.id])
  res.end()
})`,
    },
    expect: ['MP-API-008 app.js:6'],
  },
  {
    name: 'MP-API-013 a code that comes back to whoever asked for it, and one that is only sent',
    files: {
      ...express,
      'app.js': `const express = require('express')
const app = express()
app.post('/sms/code', limitByPhone, async (req, res) => {
  const code = String(Math.floor(${chance} * 9000) + 1000)
  await keep(req.body.phone, code)
  res.json({ ok: true, code })
})
app.post('/sms/quiet', limitByPhone, async (req, res) => {
  const code = String(Math.floor(${chance} * 9000) + 1000)
  await keep(req.body.phone, code)
  res.json({ code: 200, ok: true })
})
app.post('/invite', limitByPhone, async (req, res) => {
  res.json({ inviteCode: String(${chance}).slice(2, 8) })
})`,
    },
    expect: ['MP-API-013 app.js:6'],
  },
  {
    name: 'cloud functions in a flat folder, one file each, and one in a folder of another name',
    files: {
      'project.config.json': '{"cloudfunctionRoot":"cloud/","miniprogramRoot":"./"}',
      'app.json': '{"pages":["pages/a/a"]}',
      'pages/a/a.js': 'Page({})',
      'cloud/closeOrder.js': `const cloud = require('wx-server-sdk')
const db = cloud.database()
exports.main = async (event) => db.collection('orders').doc(event.id).update({ data: { closed: true } })`,
      'server/fn/dropOrder.js': `const cloud = require('wx-server-sdk')
const db = cloud.database()
exports.main = async (event) => db.collection('orders').doc(event.id).remove()`,
      'server/fn/mine.js': `const cloud = require('wx-server-sdk')
const db = cloud.database()
exports.main = async (event) => db.collection('orders').where({ _id: event.id, _openid: cloud.getWXContext().OPENID }).remove()`,
    },
    expect: ['MP-CLD-003 cloud/closeOrder.js:3', 'MP-CLD-003 server/fn/dropOrder.js:3'],
  },
];
