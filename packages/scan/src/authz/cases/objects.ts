import { type Case, env } from './case.ts';

const express = { 'package.json': '{"dependencies":{"express":"5.0.0","mysql2":"3.0.0"}}' };
const pool = { 'db.js': "module.exports = require('mysql2/promise').createPool({ host: 'db' })" };
const place = 'uniCloud-aliyun/cloudfunctions/office/index.obj.js';
const roles = `const db = uniCloud.database()
async function verifyStaff(token, allowed = ['admin']) {
  if (!token) throw new Error('login')
  let found = await db.collection('users').where({ token }).limit(1).get()
  if (!found.data || !found.data.length) found = await db.collection('users').where({ 'sessions.token': token }).limit(1).get()
  const user = found.data && found.data[0]
  if (!user || user.disabled) throw new Error('login')
  const session = (Array.isArray(user.sessions) ? user.sessions : []).find((one) => one && one.token === token)
  if (session ? session.ends < 1 : user.ends < 1) throw new Error('expired')
  if (user.must_change && !allowed.includes('new')) throw new Error('change it')
  if (user.role !== 'superadmin' && !allowed.includes(user.role)) throw new Error('not allowed')
  return user
}
function demand(self) { return verifyStaff(self.token, ['admin']) }
`;

/** Guards that stand in other functions than what they guard, and lists and owners of back ends without cloud functions. */
export const objectCases: readonly Case[] = [
  {
    name: 'MP-CLD-004 cloud objects of the back office: a role asked for before all, in the function, by a function that asks another, and by none',
    files: {
      'uniCloud-aliyun/cloudfunctions/admin-parts/index.obj.js': `${roles}module.exports = {
  async _before() { await verifyStaff(this.getParams()[0].token, ['admin']) },
  async save({ id, name }) { return db.collection('parts').doc(id).update({ name }) },
  async list() { return db.collection('orders').get() },
}`,
      'uniCloud-aliyun/cloudfunctions/admin-notes/index.obj.js': `${roles}module.exports = {
  async save({ token, id, text }) {
    try {
      await verifyStaff(token, ['admin'])
      return await db.collection('notices').doc(id).update({ text })
    } catch (error) { return { code: -1 } }
  },
  async drop({ token, id }) {
    await demand({ token })
    return db.collection('notices').doc(id).remove()
  },
  async wipe({ id }) { return db.collection('notices').doc(id).remove() },
}`,
    },
    expect: ['MP-CLD-004 uniCloud-aliyun/cloudfunctions/admin-notes/index.obj.js:26'],
  },
  {
    name: 'a function that asks only in a branch asks nobody else',
    files: {
      [place]: `${roles}function perhaps(self, strict) { if (strict) verifyStaff(self.token, ['admin']) }
module.exports = {
  async wipeOrders({ token, id, strict }) {
    perhaps({ token }, strict)
    return db.collection('orders').doc(id).remove()
  },
}`,
    },
    expect: [`MP-CLD-003 ${place}:19`],
  },
  {
    name: 'picked members of a request, a counter of requests, and a token that jwt-simple verifies',
    files: {
      'uniCloud-aliyun/cloudfunctions/mine/index.obj.js': `const db = uniCloud.database()
async function verifyUser(token) {
  const found = await db.collection('users').where({ token }).get()
  if (!found.data[0]) throw new Error('login')
  return found.data[0]
}
function pickFields(source = {}, fields = []) {
  return fields.reduce((out, field) => { if (field in source) out[field] = source[field]; return out }, {})
}
module.exports = {
  async add({ token, address }) {
    const user = await verifyUser(token)
    await db.collection('rate_limits').where({ key: address.phone }).update({ count: 1 })
    return db.collection('addresses').add({ ...pickFields(address, ['name', 'phone']), user_id: user._id })
  },
}`,
      'server/package.json': '{"dependencies":{"koa":"3.0.0","koa-router":"13.0.0","jwt-simple":"0.5.6","mongoose":"8.0.0"}}',
      'server/app.js': `const Koa = require('koa')
const Router = require('koa-router')
const jwt = require('jwt-simple')
const mongoose = require('mongoose')
const User = mongoose.model('user', new mongoose.Schema({ name: String }))
const app = new Koa()
const router = new Router()
router.post('/update', async (ctx) => {
  const user = jwt.decode(ctx.request.body.token, ${env}.KEY)
  ctx.body = await User.findByIdAndUpdate(user.sub, { name: ctx.request.body.name })
})
router.post('/unverified', async (ctx) => {
  const user = jwt.decode(ctx.request.body.token, ${env}.KEY, true)
  ctx.body = await User.findByIdAndUpdate(user.sub, { name: ctx.request.body.name })
})
app.use(router.routes())`,
    },
    expect: ['MP-API-001 server/app.js:14'],
  },
  {
    name: 'MP-API-008 the price of a parcel in a statement that calls the clock, and one from the table of prices',
    files: {
      ...express,
      ...pool,
      'app.js': `const express = require('express')
const pool = require('./db')
const app = express()
app.use((req, res, next) => { req.user = require('jsonwebtoken').verify(req.get('authorization'), ${env}.KEY); next() })
app.post('/parcel', async (req, res) => {
  const { number, price } = req.body
  await pool.execute("INSERT INTO express(no, made, price, user_id) VALUES ('" + number + "', date_format(now(), '%Y'), '" + price + "', '" + req.user.id + "')")
  res.end()
})
app.post('/parcel/priced', async (req, res) => {
  const [rows] = await pool.execute('SELECT price FROM offer WHERE way = ?', [req.body.way])
  await pool.execute('INSERT INTO express(no, made, price, user_id) VALUES (?, now(), ?, ?)', [req.body.number, rows[0].price, req.user.id])
  res.end()
})`,
    },
    expect: ['MP-API-008 app.js:6'],
  },
  {
    name: 'MP-API-002 and MP-API-001 a whole table for whoever comes, and comments in anybody’s name',
    files: {
      ...express,
      ...pool,
      'app.js': `const express = require('express')
const pool = require('./db')
const app = express()
const signedIn = (req, res, next) => { req.user = require('jsonwebtoken').verify(req.get('authorization'), ${env}.KEY); next() }
app.get('/orders/all', async (req, res) => { res.json(await pool.query('SELECT * FROM orders')) })
app.get('/rank', async (req, res) => { res.json(await pool.query('SELECT name, avatar, sum(points) AS points FROM users ORDER BY points')) })
app.post('/comment', signedIn, async (req, res) => {
  await pool.query('INSERT INTO comment (user_id, content) VALUES (?, ?)', [req.body.userId, req.body.content])
  res.end()
})
app.post('/reply', signedIn, async (req, res) => {
  await pool.query('INSERT INTO reply (user_id, content) VALUES (?, ?)', [req.user.id, req.body.content])
  res.end()
})
app.post('/password', async (req, res) => {
  await pool.query('UPDATE users SET password = ? WHERE email = ? AND code = ?', [req.body.password, req.body.email, req.body.code])
  res.end()
})
app.post('/hide', signedIn, async (req, res) => {
  let sql = \`DELETE FROM reply WHERE id = \${req.body.id}\`
  if (req.body.type === 'comment') sql = \`DELETE FROM comment WHERE comment_id = \${req.body.id}\`
  await pool.query(sql)
  res.end()
})`,
    },
    expect: ['MP-API-001 app.js:22', 'MP-API-001 app.js:8', 'MP-API-002 app.js:5'],
  },
];
