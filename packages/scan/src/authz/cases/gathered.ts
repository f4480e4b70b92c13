import { type Case, chance, env } from './case.ts';

const express = '{"dependencies":{"express":"4.0.0","jsonwebtoken":"9.0.0","mysql2":"3.0.0"}}';
const guard = `const jwt = require('jsonwebtoken')
module.exports = (req, res, next) => {
  try {
    req.user = jwt.verify(req.headers.authorization, ${env}.KEY)
    next()
  } catch { res.status(401).end() }
}`;

const app = (body: string): Readonly<Record<string, string>> => ({
  'package.json': express,
  'auth.js': guard,
  'app.js': `const app = require('express')()
const auth = require('./auth')
const db = require('mysql2/promise').createPool({})
${body}`,
});

const gather = `const _ = require('lodash')
const fs = require('fs')
const path = require('path')
const collect = (root) => {
  const found = {}
  const [folders, files] = _(fs.readdirSync(root)).partition((name) => fs.statSync(path.join(root, name)).isDirectory())
  folders.forEach((name) => { found[name] = collect(path.join(root, name)) })
  files.forEach((name) => { found[path.basename(name, '.js')] = require(path.join(root, name)) })
  return found
}
module.exports = collect(__dirname)`;

/** Shapes of a further set of projects that nobody had tuned for: gathered folders, helpers over SQL, what only developers see. */
export const gatheredCases: readonly Case[] = [
  {
    name: 'MP-API-001 handlers in the index of a folder that another file gathers at run time',
    files: {
      'package.json': '{"dependencies":{"koa":"2.0.0","koa-router":"9.0.0","knex":"1.0.0"}}',
      'app.js': `const app = new (require('koa'))()
app.use(require('./routes').routes())`,
      'routes/index.js': `const router = require('koa-router')()
const handlers = require('../handlers')
router.get('/address/list', handlers.address.index.list)
router.get('/address/show', handlers.address.show)
module.exports = router`,
      'handlers/index.js': gather,
      'handlers/address/index.js': `const { sql } = require('../../store')
async function list(ctx) {
  ctx.body = await sql('shop_address').where({ user_id: ctx.query.openId }).select()
}
async function show(ctx) {
  ctx.body = await sql('shop_address').where({ id: ctx.query.id }).select()
}
module.exports = { list, show }`,
      'store.js': "module.exports = { sql: require('knex')({ client: 'mysql' }) }",
    },
    expect: ['MP-API-001 handlers/address/index.js:3', 'MP-API-001 handlers/address/index.js:6'],
  },
  {
    name: 'MP-API-008 a row that INSERT … SET takes whole, and one whose columns a helper reads off an object',
    files:
      app(`const add = (table, row) => db.query(\`INSERT INTO \${table} (\${Object.keys(row).join(',')}) VALUES (?,?)\`, Object.values(row))
app.post('/a', auth, async (req, res) => {
  await db.query('INSERT INTO orders SET ?', { user_id: req.user.id, total_price: req.body.price * req.body.count })
  res.end()
})
app.post('/b', auth, async (req, res) => {
  await add('orders', { user_id: req.user.id, total_price: req.body.totalPrice })
  res.end()
})`),
    expect: ['MP-API-008 app.js:6', 'MP-API-008 app.js:10'],
  },
  {
    name: 'MP-API-001 the table of the statement itself, not the one that it counts in brackets',
    files: app(`app.get('/topic/:id', auth, async (req, res) => {
  const [rows] = await db.query(\`SELECT t.*, (SELECT COUNT(*) FROM favorites WHERE topic_id = t.id) AS liked FROM topics t WHERE t.id = ?\`, [req.params.id])
  res.json(rows)
})
app.get('/order/:id', auth, async (req, res) => {
  const [rows] = await db.query(\`SELECT o.*, (SELECT COUNT(*) FROM topics WHERE user_id = o.user_id) AS n FROM orders o WHERE o.id = ?\`, [req.params.id])
  res.json(rows)
})`),
    expect: ['MP-API-001 app.js:9'],
  },
  {
    name: 'MP-CLD-003 MP-CLD-004 one function for a whole program, by a table of routes, with helpers that rewrite conditions and a function that always throws',
    files: {
      'project.config.json': '{"cloudfunctionRoot":"cloud/"}',
      'cloud/all/index.js': "const app = require('./core/app')\nexports.main = (event, context) => app.run(event, context)",
      'cloud/all/core/app.js': `exports.run = async (event) => {
  const [name, method] = require('../public/route.js')[event.route].split('@')
  const Controller = require('project/controller/' + name + '.js')
  return new Controller(event.route, cloud.getWXContext().OPENID, event)[method]()
}`,
      'cloud/all/public/route.js': `module.exports = {
  'note/del': 'note_controller@del',
  'note/mine': 'note_controller@delMine#demo',
  'admin/clear': 'admin_controller@clear',
  'admin/open': 'admin_controller@open',
}`,
      'cloud/all/controller/base.js': `const db = require('../framework/db_util')
module.exports = class Base {
  constructor(route, openId, event) { this.userId = openId; this.token = event.token; this.request = event.params }
  async initSetup() { await db.del('setup', { old: 1 }) }
}`,
      'cloud/all/controller/note_controller.js': `const Base = require('./base')
const db = require('../framework/db_util')
module.exports = class extends Base {
  async del() { return db.del('notes', { _id: this.request.id }) }
  async delMine() { return db.del('notes', { _id: this.request.id, NOTE_USER_ID: this.userId }) }
}`,
      'cloud/all/controller/admin_controller.js': `const Base = require('./base')
const Service = require('../service')
const db = require('../framework/db_util')
module.exports = class extends Base {
  async isAdmin() { this.admin = await new Service().isAdmin(this.token) }
  async clear() { await this.isAdmin(); return db.del('setup', { kind: 1 }) }
  async open() { return db.del('setup', { kind: 1 }) }
}`,
      'cloud/all/service.js': `const db = require('./framework/db_util')
module.exports = class {
  fail(text) { throw new Error(text) }
  async isAdmin(token) {
    const admin = await db.getOne('admins', { ADMIN_TOKEN: token, ADMIN_STATUS: 1 })
    if (!admin) this.fail('no')
    return admin
  }
}`,
      'cloud/all/framework/db_util.js': `const cloud = require('wx-server-sdk')
const db = cloud.database()
function format(where) {
  for (const key in where) if (Array.isArray(where[key])) where[key] = where[key][1]
  return where
}
async function narrowed(name, where) {
  let query = await db.collection(name)
  if (where) {
    if (typeof where === 'string') query = await query.doc(where)
    else query = await query.where(format(where))
  }
  return query
}
exports.getOne = async (name, where) => (await (await narrowed(name, where)).limit(1).get()).data[0]
exports.del = async (name, where) => {
  let query = await db.collection(name)
  if (where) {
    if (typeof where === 'string') query = await query.doc(where)
    else query = await query.where(format(where))
  }
  return (await query.remove()).stats.removed
}`,
    },
    expect: ['MP-CLD-003 cloud/all/controller/note_controller.js:4', 'MP-CLD-004 cloud/all/controller/admin_controller.js:7'],
  },
  {
    name: 'MP-API-001 the level that everybody has who is logged in is no role',
    files: app(`const level = (least) => (req, res, next) => {
  const caller = require('jsonwebtoken').verify(req.headers.authorization, ${env}.KEY)
  if (caller.scope < least) throw new Error('no')
  req.caller = caller
  next()
}
app.get('/order', level(1), async (req, res) => res.json(await db.query('SELECT * FROM orders WHERE id = ?', [req.query.id])))
app.get('/any', level(16), async (req, res) => res.json(await db.query('SELECT * FROM orders WHERE id = ?', [req.query.id])))
app.get('/mine', level(1), async (req, res) => res.json(await db.query('SELECT * FROM orders WHERE user_id = ?', [req.caller.uid])))`),
    expect: ['MP-API-001 app.js:10'],
  },
  {
    name: 'changed columns that are put together elsewhere stand before the key of the caller',
    files: app(`const save = async (id, changes) => {
  const columns = []
  const values = []
  for (const name of ['nickname', 'avatar']) { columns.push(\`\${name} = ?\`); values.push(changes[name]) }
  values.push(id)
  await db.query(\`UPDATE users SET \${columns.join(', ')} WHERE id = ?\`, values)
}
app.put('/me', auth, async (req, res) => { await save(req.user.id, req.body); res.end() })`),
    expect: [],
  },
  {
    name: 'the pieces of a tagged statement, each in its place',
    files: app(`app.post('/order/note', auth, async (req, res) => {
  await prisma.$executeRaw\`UPDATE orders SET note = \${req.body.note} WHERE id = \${req.body.id} AND user_id = \${req.user.id}\`
  res.end()
})`),
    expect: [],
  },
  {
    name: 'MP-API-013 a code for a telephone in the answer, not the code under which a paper is shared, and not what developers see',
    files: app(`app.post('/paper/code', auth, async (req, res) => {
  const code = Math.floor(${chance} * 1e6)
  await db.query('UPDATE papers SET code = ? WHERE id = ? AND user_id = ?', [code, req.body.id, req.user.id])
  res.json({ code })
})
app.post('/sms/dev', async (req, res) => {
  const code = Math.floor(${chance} * 1e6)
  await cache.set(req.body.phone, code)
  res.json({ sent: true, ...(${env}.NODE_ENV !== 'production' && { code }) })
})
app.post('/sms', async (req, res) => {
  const code = Math.floor(${chance} * 1e6)
  await cache.set(req.body.phone, code)
  res.json({ sent: true, code })
})`),
    expect: ['MP-API-013 app.js:17'],
  },
  {
    name: 'what a library says of the request, and chosen members of rows, are no whole rows',
    files: {
      ...app(`const { validationResult } = require('express-validator')
app.post('/login', async (req, res) => {
  const [rows] = await db.query('SELECT * FROM users WHERE name = ? AND password = ?', [req.body.name, req.body.password])
  res.json({ roles: [...new Set(rows.map((row) => row.role))] })
})
app.post('/note', auth, async (req, res) => {
  const [rows] = await db.query('SELECT * FROM users WHERE id = ?', [req.user.id])
  req.user = rows[0]
  const errors = validationResult(req)
  if (!errors.isEmpty()) return res.status(400).json({ errors: errors.array() })
  res.end()
})`),
    },
    expect: [],
  },
  {
    name: 'levels of members and types of cards are what the operator offers',
    files:
      app(`app.get('/levels', async (req, res) => { const [rows] = await db.query('SELECT * FROM member_levels'); res.json(rows) })
app.get('/card/:id', auth, async (req, res) => {
  const [rows] = await db.query('SELECT * FROM membership_card_types WHERE id = ?', [req.params.id])
  res.json(rows[0])
})`),
    expect: [],
  },
  {
    name: 'a search by pattern, codes that were sent, comments on roles, and what is on show',
    files: {
      'uniCloud-aliyun/cloudfunctions/find/index.js': `const db = uniCloud.database()
exports.main = async (event) => db.collection('member_profiles').where({ nickname: new RegExp(event.word, 'i'), city: event.city }).field({ nickname: true }).get()`,
      'uniCloud-aliyun/cloudfunctions/send-sms/index.js': `const db = uniCloud.database()
exports.main = async (event) => { await db.collection('sms-codes').where({ phone: event.phone }).remove(); return 1 }`,
      'uniCloud-aliyun/cloudfunctions/system/index.obj.js': `const db = uniCloud.database()
module.exports = {
  async getHome() { return (await db.collection('scripts').where({ status: 1 }).limit(6).get()).data },
}`,
    },
    expect: [],
  },
];
