import { type Case, env } from './case.ts';

const cloudFunction = (name: string, body: string): Record<string, string> => ({
  [`cloudfunctions/${name}/index.js`]: `const cloud = require('wx-server-sdk')
const db = cloud.database()
const _ = db.command
exports.main = async (event) => {
  const openid = cloud.getWXContext().OPENID
${body}
}`,
});

const repair = (check: string): Record<string, string> =>
  cloudFunction(
    'closeRepair',
    `  let failed = 0
  let found = {}
  await db.collection('users').where({ _openid: openid }).get().then((res) => {
    ${check}
  })
  if (failed != 0) return { failed }
  await db.collection('repair_order').where({ number: event.number }).get().then((res) => {
    if (res.data.length > 0) {
      found = res.data[0]
    } else {
      failed = 3
    }
  })
  if (failed != 0) return { failed }
  return { failed, data: found }`,
  );

const office = (middle: string): Record<string, string> => ({
  'package.json': '{"dependencies":{"express":"5.0.0","mysql2":"3.0.0","jsonwebtoken":"9.0.0"}}',
  'app.js': `const express = require('express')
const jwt = require('jsonwebtoken')
const pool = require('mysql2/promise').createPool({ host: ${env}.DB })
const app = express()
const staff = async (req, res, next) => {
  const claims = jwt.verify(req.header('Authorization'), ${env}.KEY)
  const [rows] = await pool.execute('SELECT * FROM admins WHERE id = ?', [claims.id])
  if (rows.length === 0) return res.status(401).end()
  next()
}
app.get('/admin/order/list', ${middle}async (req, res) => {
  let sql = 'SELECT o.*, u.phone FROM orders o LEFT JOIN users u ON o.user_id = u.id WHERE 1=1'
  const params = []
  if (req.query.state) {
    sql += ' AND o.state = ?'
    params.push(req.query.state)
  }
  sql += \` ORDER BY o.id DESC LIMIT \${Number(req.query.size)}\`
  const [rows] = await pool.execute(sql, params)
  res.json({ rows })
})
app.get('/admin/order/:id', ${middle}async (req, res) => {
  const [rows] = await pool.execute('SELECT o.*, u.phone FROM orders o LEFT JOIN users u ON o.user_id = u.id WHERE o.id = ?', [req.params.id])
  res.json({ order: rows[0] })
})
app.post('/admin/order/send', staff, async (req, res) => {
  await pool.execute('UPDATE orders SET state = 2 WHERE id = ?', [req.body.id])
  res.json({})
})
app.listen(3000)`,
});

const bindings = (own: string): Record<string, string> =>
  cloudFunction(
    'manageBindings',
    `  const found = await db.collection('users').where({ _openid: openid }).get()
  const me = found.data[0]
  const isAdmin = ['Admin', 'Owner'].includes(me.role)
  const query = { state: 'active' }
  if (event.bossId) query.bossId = event.bossId
  ${own}
  const rows = await db.collection('bindings').where(query).get()
  return { rows: rows.data }`,
  );

const goods = (patch: string): Record<string, string> =>
  cloudFunction(
    'cart',
    `  const { data } = await db.collection('products').doc(event.productId).get()
  const patch = {}
  ${patch}
  await db.collection('products').doc(event.productId).update({ data: { ...patch, unit: 'fen', at: db.serverDate() } })
  return { code: 0 }`,
  );

/** What is decided on one way only, statements that grow, and rows that a list may hold. */
export const wayCases: readonly Case[] = [
  {
    name: 'MP-CLD-003: a failure that only one way sets does not end the others',
    files: repair('if (res.data.length > 0) { failed = 0 } else { failed = 2 }'),
    expect: ['MP-CLD-003 cloudfunctions/closeRepair/index.js:12'],
  },
  {
    name: 'twin: the failure says that the caller is no administrator',
    files: repair("if (res.data.length === 0 || res.data[0].role !== 'admin') { failed = 8 }"),
    expect: [],
  },
  {
    name: 'MP-CLD-003: constants beside the openid that the caller says',
    files: cloudFunction(
      'finished',
      `  let all = []
  for (let i = 0; i < 3; i++) {
    await db.collection('repair_order').where({ customer_openid: event.openid, state: _.or(_.eq(4), _.eq(5)) }).skip(i * 20).get().then((res) => {
      all = all.concat(res.data)
    })
  }
  return { all }`,
    ),
    expect: ['MP-CLD-002 cloudfunctions/finished/index.js:8'],
  },
  {
    name: 'twin: the caller’s own openid beside constants',
    files: cloudFunction(
      'finished',
      "  return db.collection('repair_order').where({ customer_openid: openid, state: _.in([4, 5]) }).get()",
    ),
    expect: [],
  },
  {
    name: 'MP-API-002: the back office’s orders, listed by a statement that grows, and one by its number, without a login',
    files: office(''),
    expect: ['MP-API-002 app.js:11', 'MP-API-002 app.js:22'],
  },
  { name: 'twin: the same behind the login of the staff', files: office('staff, '), expect: [] },
  {
    name: 'addresses of the caller: each row of a list that may be missing, and a row that is compared before it leaves',
    files: cloudFunction(
      'addressManage',
      `  const own = async (id) => {
    const { data } = await db.collection('addresses').doc(id).get()
    if (!data || data.ownerOpenid !== openid) throw new Error('none')
    return data
  }
  const reset = async () => {
    const found = await db.collection('addresses').where({ ownerOpenid: openid, isDefault: true }).get()
    for (const item of found.data || []) await db.collection('addresses').doc(item._id).update({ data: { isDefault: false } })
  }
  if (event.action === 'detail') return { address: await own(event.id) }
  if (event.action === 'create') {
    await reset()
    const added = await db.collection('addresses').add({ data: { ownerOpenid: openid, city: event.city } })
    const fresh = await db.collection('addresses').doc(added._id).get()
    return { address: fresh.data }
  }`,
    ),
    expect: [],
  },
  {
    name: 'MP-CLD-004: all addresses changed at once, though a list is gone through before',
    files: cloudFunction(
      'addressManage',
      `  const found = await db.collection('addresses').where({ ownerOpenid: openid }).get()
  for (const item of found.data || []) console.log(item.city)
  if (event.action === 'reset') await db.collection('addresses').where({ isDefault: true }).update({ data: { isDefault: false } })`,
    ),
    expect: ['MP-CLD-004 cloudfunctions/addressManage/index.js:8'],
  },
  {
    name: 'an office function in which who is no administrator finds his own rows',
    files: bindings(
      "if (!isAdmin) {\n    if (me.role === 'Boss') query.bossId = me._openid\n    else return { error: 403 }\n  }",
    ),
    expect: [],
  },
  {
    name: 'MP-CLD-004: the same for whoever is not asked',
    files: bindings('console.log(isAdmin)'),
    expect: ['MP-CLD-004 cloudfunctions/manageBindings/index.js:4'],
  },
  {
    name: 'goods put right from what their row holds',
    files: goods('if (data.stock < 0) patch.stock = data.stock * -1'),
    expect: [],
  },
  {
    name: 'MP-CLD-004: goods at the price that the caller says',
    files: goods('if (data.stock > 0) patch.price = event.price'),
    expect: ['MP-CLD-004 cloudfunctions/cart/index.js:4'],
  },
  {
    name: 'who follows whom, which the pages of people show',
    files: cloudFunction(
      'followList',
      `  const type = String(event.type)
  return db.collection('follows').where({ _openid: event.openid, type: _.in(['user', 'shop']), page: type }).get()`,
    ),
    expect: [],
  },
  {
    name: 'rows of Drizzle whose columns the program names, each of a list',
    files: {
      'package.json': '{"dependencies":{"express":"5.0.0","drizzle-orm":"0.40.0"}}',
      'app.js': `const express = require('express')
const { drizzle } = require('drizzle-orm/node-postgres')
const { pgTable, text } = require('drizzle-orm/pg-core')
const orderItems = pgTable('order_items', { id: text('id'), name: text('name') })
const db = drizzle(${env}.DB)
const app = express()
app.post('/items', requireUser, async (req, res) => {
  const named = (req.body.items || []).map((item) => ({ name: String(item.name).trim() }))
  await db.insert(orderItems).values(named.map((item) => ({ id: crypto.randomUUID(), name: item.name })))
  res.json({})
})`,
    },
    expect: [],
  },
  {
    name: 'a row that is made or changed with two objects of the program’s own',
    files: {
      'package.json': '{"dependencies":{"express":"5.0.0","@prisma/client":"6.0.0"}}',
      'app.js': `const express = require('express')
const { PrismaClient } = require('@prisma/client')
const prisma = new PrismaClient()
const app = express()
app.post('/reminder', requireUser, async (req, res) => {
  const at = addMonths(new Date(), req.body.months)
  await prisma.member.upsert({ where: { userId: req.user.id }, create: { userId: req.user.id, at }, update: { at } })
  res.json({})
})`,
    },
    expect: [],
  },
];
