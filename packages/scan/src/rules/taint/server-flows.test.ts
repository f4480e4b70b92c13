import { describe, expect, it } from 'vitest';
import { backend, cloud, scanFiles } from '../../testing/scan-files.ts';

const found = (files: Readonly<Record<string, string>>): readonly string[] =>
  scanFiles(files, 'MP-INJ', 'MP-FIL', 'MP-CLD-001', 'MP-CLD-005', 'MP-CLD-007', 'MP-API-014', 'MP-TNT-006');

const express = (body: string): Readonly<Record<string, string>> =>
  backend('express', {
    'app.js': `const fs = require('fs'), path = require('path'), cp = require('child_process'), axios = require('axios')\nmodule.exports = (app, db, User) => app.post('/x', async (req, res) => {\n${body}\n})`,
  });
const koa = (body: string): Readonly<Record<string, string>> =>
  backend('koa', { 'app.js': `const fs = require('fs')\nmodule.exports = async (ctx) => {\n${body}\n}` });

const cases: readonly (readonly [string, Readonly<Record<string, string>>, readonly string[]])[] = [
  // Next.js
  [
    'a route handler: the body, a search parameter and a part of the address',
    backend('next', {
      'app/api/item/[id]/route.ts':
        "import cp from 'node:child_process'\nimport fs from 'node:fs'\nexport async function POST(request, { params }) {\n  const { name } = await request.json()\n  await db.query(`select * from t where n='${name}'`)\n  const { id } = await params\n  cp.exec('convert ' + id)\n  const file = request.nextUrl.searchParams.get('file')\n  return new Response(fs.readFileSync('/data/' + file))\n}",
    }),
    [
      'MP-FIL-002 app/api/item/[id]/route.ts:9',
      'MP-INJ-001 app/api/item/[id]/route.ts:5',
      'MP-INJ-002 app/api/item/[id]/route.ts:7',
    ],
  ],
  [
    'a route handler that redirects within its own address and asks with parameters',
    backend('next', {
      'app/api/item/route.ts':
        "import { NextResponse } from 'next/server'\nexport async function GET(request) {\n  const id = request.nextUrl.searchParams.get('id')\n  await db.query('select * from t where id = ?', [id])\n  return NextResponse.redirect(new URL('/login', request.url))\n}",
    }),
    [],
  ],
  // MP-INJ-001
  ['SQL put together', express("db.query('select * from t where id=' + req.query.id)"), ['MP-INJ-001 app.js:3']],
  [
    'SQL in a template, kept in a variable',
    express("const { name } = req.body\nconst sql = `select * from t where n='${name}'`\nawait db.query(sql)"),
    ['MP-INJ-001 app.js:4'],
  ],
  [
    'from an Egg controller into its service',
    backend('egg', {
      'app/controller/item.js':
        "const { Controller } = require('egg')\nmodule.exports = class extends Controller {\n async index() {\n  const { ctx } = this\n  ctx.body = await ctx.service.item.find(ctx.query.id)\n }\n}",
      'app/service/item.js':
        "const { Service } = require('egg')\nmodule.exports = class extends Service {\n async find(id) {\n  return this.app.mysql.query(`select * from t where id=${id}`)\n }\n}",
    }),
    ['MP-INJ-001 app/service/item.js:4'],
  ],
  [
    'in a ThinkJS controller',
    backend('thinkjs', {
      'src/controller/item.js':
        "module.exports = class extends think.Controller {\n async listAction() {\n  const id = this.get('id')\n  return this.model('item').where('id = ' + id).select()\n }\n}",
    }),
    ['MP-INJ-001 src/controller/item.js:4'],
  ],
  [
    'in a Nest controller and an injected service',
    backend('@nestjs/core', {
      'src/item.controller.ts':
        "@Controller('item')\nexport class ItemController {\n constructor(private readonly items: ItemService) {}\n @Get()\n find(@Query('q') q: string) { return this.items.find(q) }\n}",
      'src/item.service.ts':
        "@Injectable()\nexport class ItemService {\n constructor(private readonly db: DataSource) {}\n find(q: string) {\n  return this.db.query(`select * from t where n = '${q}'`)\n }\n}",
    }),
    ['MP-INJ-001 src/item.service.ts:5'],
  ],
  [
    'through a helper that runs statements, in a file chosen between two: where the text is put together',
    backend('koa', {
      'c/find.js':
        "const config = require('../config')\nconst dao = require(`../${config.isTest ? 'stub' : 'dao'}/spot`)\nmodule.exports = async (ctx, next) => {\n const run = (operation) => operation()\n ctx.body = await run(() => dao.byWord(ctx.query.word))\n}",
      'dao/spot.js':
        "const query = require('./base')\nconst find = (sql, values) => query(sql, values)\nmodule.exports = {\n byWord(word) {\n  const sql = `select * from spot where name like '%${word}%'`\n  return find(sql)\n },\n byId: (id) => find('select * from spot where id = ?', [id])\n}",
      'dao/base.js':
        "const pool = require('mysql').createPool({})\nmodule.exports = (sql, values) => new Promise((done) => pool.query(sql, values, done))",
    }),
    ['MP-INJ-001 dao/spot.js:5'],
  ],
  ['trap: parameters', express("db.query('select * from t where id = ?', [req.query.id])"), []],
  ['trap: a number', express("db.query('select * from t limit ' + parseInt(req.query.n, 10))"), []],
  ['trap: constant text', express("db.query('select * from t where a = ' + 1)"), []],
  [
    'trap: a listed column',
    express(
      "const COLUMNS = ['a', 'b']\nif (!COLUMNS.includes(req.query.by)) return\ndb.query('select * from t order by ' + req.query.by)",
    ),
    [],
  ],
  ['trap: escaped', express("db.query('select * from t where a = ' + db.escape(req.query.a))"), []],
  // MP-INJ-002
  ['a command', express('cp.exec(`convert ${req.body.f}`)'), ['MP-INJ-002 app.js:3']],
  ['trap: a list of arguments', express("cp.execFile('convert', [req.body.f])"), []],
  // MP-INJ-003
  [
    'a query of Nest with a type that is gone when the program runs',
    backend('@nestjs/core', {
      'src/item.controller.ts':
        "@Controller('item')\nexport class ItemController {\n constructor(@InjectModel('item') private readonly itemModel: Model<Item>) {}\n @Get()\n find(@Query() query: ItemFilter) {\n  return this.itemModel.find(query)\n }\n}",
    }),
    ['MP-INJ-003 src/item.controller.ts:6'],
  ],
  [
    'trap: the same where a pipe holds it to the type',
    backend('@nestjs/core', {
      'src/main.ts': 'app.useGlobalPipes(new ValidationPipe({ whitelist: true }))',
      'src/item.controller.ts':
        "@Controller('item')\nexport class ItemController {\n constructor(@InjectModel('item') private readonly itemModel: Model<Item>) {}\n @Get()\n find(@Query() query: ItemFilter) {\n  return this.itemModel.find(query)\n }\n}",
    }),
    [],
  ],
  ['the body as a condition', express('await User.findOne(req.body)'), ['MP-INJ-003 app.js:3']],
  [
    'the event as a condition',
    cloud(
      "const cloud = require('wx-server-sdk')\nconst db = cloud.database()\nexports.main = async (event) => {\n return db.collection('t').where(event.where).get()\n}",
    ),
    ['MP-INJ-003 cloud/f/index.js:4'],
  ],
  [
    'a query of the cloud database that is put together as text',
    backend('koa', {
      'app.js':
        "router.post('/del', async (ctx) => {\n const { id } = ctx.request.body\n const query = `db.collection('blog').doc('${id}').remove()`\n await rp({ uri: api, body: { query } })\n})",
    }),
    ['MP-INJ-003 app.js:3'],
  ],
  [
    'the ending of a file that a text of the caller names, and one from a list',
    backend('express', {
      'app.js':
        "const fs = require('fs')\napp.post('/a', (req, res) => {\n const found = req.body.image.match(/^data:image\\/(\\w+);base64,(.+)$/)\n if (!found) throw new Error('x')\n const file = `${id()}.${found[1]}`\n fs.writeFileSync(file, found[2])\n})\napp.post('/b', (req, res) => {\n const found = req.body.image.match(/^data:image\\/(png|jpeg);base64,(.+)$/)\n if (!found) throw new Error('x')\n fs.writeFileSync(`${id()}.${found[1]}`, found[2])\n})",
    }),
    ['MP-FIL-001 app.js:6'],
  ],
  [
    'methods of a controller that a base class calls with all that was sent',
    backend('thinkjs', {
      'src/api/controller/rest.js':
        'export default class extends think.controller.rest {\n postAction() { return this[this.id + method](this.get(), this.post()) }\n}',
      'src/api/controller/prize.js':
        "import Base from './rest.js'\nexport default class extends Base {\n async listPOST({}, { day }) {\n  return this.model('prize').query(`SELECT * FROM prize WHERE day = '${day}'`)\n }\n}",
    }),
    ['MP-INJ-001 src/api/controller/prize.js:4'],
  ],
  ['trap: one field as text', express('await User.findOne({ name: String(req.body.name) })'), []],
  // MP-INJ-004
  [
    'a pattern',
    cloud(
      "const cloud = require('wx-server-sdk')\nconst db = cloud.database()\nexports.main = async (event) => db.collection('t').where({\n n: db.RegExp({ regexp: event.q })\n}).get()",
    ),
    ['MP-INJ-004 cloud/f/index.js:4'],
  ],
  ['trap: a constant pattern', express('new RegExp("a").test(req.query.q)'), []],
  // MP-INJ-006
  [
    'a deep merge',
    backend('koa', {
      'app.js': "const _ = require('lodash')\nmodule.exports = async (ctx) => {\n _.merge({}, ctx.request.body)\n}",
    }),
    ['MP-INJ-006 app.js:3'],
  ],
  [
    'trap: chosen keys',
    backend('koa', {
      'app.js': "const _ = require('lodash')\nmodule.exports = async (ctx) => _.merge({}, _.pick(ctx.request.body, ['a']))",
    }),
    [],
  ],
  // MP-INJ-007
  ['a redirect', koa(' ctx.redirect(ctx.query.next)'), ['MP-INJ-007 app.js:3']],
  ['trap: an own path', koa(" ctx.redirect('/login?next=' + encodeURIComponent(ctx.query.next))"), []],
  // MP-INJ-008
  ['markup around a parameter', express("res.send('<p>' + req.query.name + '</p>')"), ['MP-INJ-008 app.js:3']],
  ['trap: JSON', express('res.send({ name: req.query.name })'), []],
  // MP-FIL-001
  [
    'the extension is what the client says',
    backend('thinkjs', {
      'src/controller/u.js':
        "const fs = require('fs')\nmodule.exports = class extends think.Controller {\n upAction() {\n  const file = this.file('f')\n  const ext = file.type.split('/')[1]\n  const name = think.uuid(32) + '.' + ext\n  fs.createReadStream(file.path).pipe(fs.createWriteStream('www/' + name))\n }\n}",
    }),
    ['MP-FIL-001 src/controller/u.js:5'],
  ],
  [
    'the extension of an Egg stream, by way of a service',
    backend('egg', {
      'app/controller/up.js':
        "const fs = require('fs')\nmodule.exports = class extends require('egg').Controller {\n async up() {\n  const parts = this.ctx.multipart()\n  let stream\n  while ((stream = await parts()) != null) {\n   const place = await this.service.tools.place(stream.filename)\n   stream.pipe(fs.createWriteStream(place.full))\n  }\n }\n}",
      'app/service/tools.js':
        "const path = require('path')\nmodule.exports = class extends require('egg').Service {\n async place(name) {\n  const full = path.join('app/public', Date.now() + path.extname(name))\n  return { full, short: full.slice(3) }\n }\n}",
    }),
    ['MP-FIL-001 app/controller/up.js:7'],
  ],
  [
    'the name is what the client says',
    backend('express', {
      'app.js':
        "const multer = require('multer')\nmulter.diskStorage({\n filename: (req, file, cb) => cb(null, file.originalname),\n})",
    }),
    ['MP-FIL-001 app.js:3'],
  ],
  [
    'trap: a listed type',
    backend('thinkjs', {
      'src/controller/u.js':
        "const fs = require('fs')\nconst EXT = { 'image/png': 'png' }\nmodule.exports = class extends think.Controller {\n upAction() {\n  const file = this.file('f')\n  fs.createReadStream(file.path).pipe(fs.createWriteStream('www/' + think.uuid(32) + '.' + EXT[file.type]))\n }\n}",
    }),
    [],
  ],
  [
    'a filter that asks for the type alone, which the client claims as well',
    backend('express', {
      'app.js':
        "const multer = require('multer'), path = require('path')\nconst storage = multer.diskStorage({\n filename: (req, file, cb) => cb(null, Date.now() + path.extname(file.originalname)),\n})\nmulter({ storage, fileFilter: (req, file, cb) => cb(null, file.mimetype.startsWith('image/')) })",
    }),
    ['MP-FIL-001 app.js:3'],
  ],
  [
    'trap: a filter that lists endings',
    backend('express', {
      'app.js':
        "const multer = require('multer'), path = require('path')\nconst storage = multer.diskStorage({\n filename: (req, file, cb) => cb(null, Date.now() + path.extname(file.originalname)),\n})\nconst fileFilter = (req, file, cb) => cb(null, /^.(png|jpe?g)$/.test(path.extname(file.originalname)))\nmulter({ storage, fileFilter })",
    }),
    [],
  ],
  // MP-FIL-002
  ['a path', express("res.sendFile(path.join('/srv/files', req.query.name))"), ['MP-FIL-002 app.js:3']],
  ['trap: only its last part', express("res.sendFile(path.join('/srv/files', path.basename(req.query.name)))"), []],
  // MP-CLD-001
  [
    'a collection',
    cloud(
      "const cloud = require('wx-server-sdk')\nconst db = cloud.database()\nexports.main = async ({ list, id }) => {\n return db.collection(list).doc(id).get()\n}",
    ),
    ['MP-CLD-001 cloud/f/index.js:4'],
  ],
  // MP-CLD-005, MP-API-014
  [
    'a whole object of the event',
    cloud(
      "const cloud = require('wx-server-sdk')\nconst db = cloud.database()\nexports.main = async (event) => {\n return db.collection('c').add({\n  data: event.comment\n })\n}",
    ),
    ['MP-CLD-005 cloud/f/index.js:5'],
  ],
  [
    'trap: a whole object that only an administrator can send, and one beside it that everybody can',
    cloud(
      "const cloud = require('wx-server-sdk')\nconst db = cloud.database()\nconst put = (name, data) => db.collection(name).add({ data: { ...data, at: db.serverDate() } })\nexports.main = async (event) => {\n const mine = await db.collection('users').where({ _openid: cloud.getWXContext().OPENID }).get()\n if (mine.data.length === 0 || !['Admin', 'Owner'].includes(mine.data[0].role)) return { error: 403 }\n const { banner } = event\n return put('banner', banner)\n}",
      {
        'cloud/g/index.js':
          "const cloud = require('wx-server-sdk')\nconst db = cloud.database()\nconst put = (name, data) => db.collection(name).add({ data: { ...data, at: db.serverDate() } })\nexports.main = async (event) => {\n const { comment } = event\n return put('c', comment)\n}",
      },
    ),
    ['MP-CLD-005 cloud/g/index.js:3', 'MP-CLD-005 cloud/g/index.js:6'],
  ],
  [
    'the whole body',
    backend('egg', {
      'app/controller/u.js':
        "module.exports = class extends require('egg').Controller {\n async save() {\n  const { ctx } = this\n  await ctx.model.User.create({ ...ctx.request.body })\n }\n}",
    }),
    ['MP-API-014 app/controller/u.js:4'],
  ],
  [
    'trap: chosen fields',
    cloud(
      "const cloud = require('wx-server-sdk')\nconst db = cloud.database()\nexports.main = async (event) => db.collection('c').add({ data: { text: event.text } })",
    ),
    [],
  ],
  [
    'trap: keys from a list of the program',
    backend('express', {
      'app.js':
        "module.exports = (app, Item) => app.post('/x', async (req, res) => {\n const listed = ['title', 'body']\n const fields = {}\n listed.forEach((name) => { fields[name] = req.body[name] })\n for (const name of ['tag']) fields[name] = req.body[name]\n await Item.update(fields, { where: { id: 1 } })\n})",
    }),
    [],
  ],
  [
    'keys that the caller chooses',
    backend('express', {
      'app.js':
        "module.exports = (app, Item) => app.post('/x', async (req, res) => {\n const fields = {}\n for (const name of Object.keys(req.body)) fields[name] = req.body[name]\n await Item.update(fields, { where: { id: 1 } })\n})",
    }),
    ['MP-API-014 app.js:4'],
  ],
  [
    'trap: a method of the project that takes the object apart',
    backend('express', {
      'app.js':
        "class Film {\n static async find(query) { return db.query('SELECT * FROM films WHERE status = ?', [query.status]) }\n}\nmodule.exports = (app) => app.get('/films', async (req, res) => res.json(await Film.find(req.query)))",
    }),
    [],
  ],
  // MP-CLD-007
  [
    'a request to the address of the caller',
    cloud(
      "const rp = require('request-promise')\nexports.main = async (event) => {\n switch (event.action) {\n  case 'get': return read(event)\n }\n}\nasync function read(event) {\n const { target } = event\n if (!target || target === '') return\n return rp({\n  url: target })\n}",
    ),
    ['MP-CLD-007 cloud/f/index.js:11'],
  ],
  ['trap: the host is constant', express('await axios.get(`https://api.example/item/${encodeURIComponent(req.query.id)}`)'), []],
  [
    'trap: the host is listed',
    express("const u = new URL(req.query.u)\nif (!['a.example'].includes(u.host)) return\nawait axios.get(u)"),
    [],
  ],
  [
    'a host that may stand anywhere in the address',
    express("const { url } = req.body\nif (!url.includes('news.example.com')) return\nawait axios.get(url)"),
    ['MP-CLD-007 app.js:5'],
  ],
  [
    'trap: the address begins with the host',
    express("const { url } = req.body\nif (!url.startsWith('https://news.example.com/')) return\nawait axios.get(url)"),
    [],
  ],
  // MP-TNT-006
  ['a parameter run as code', express('eval(req.query.e)'), ['MP-TNT-006 app.js:3']],
  [
    'trap: files of the own folder',
    backend('koa', { 'app.js': "const fs = require('fs')\nfs.readdirSync(__dirname).forEach((f) => require('./' + f))" }),
    [],
  ],
];

describe('flows on a server', () => {
  it.each(cases)('%s', (_name, files, expected) => {
    expect(found(files)).toEqual(expected);
  });
});
