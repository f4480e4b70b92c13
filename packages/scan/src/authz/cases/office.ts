import type { Case } from './case.ts';

const sdk = '{"dependencies":{"wx-server-sdk":"3.0.0"}}';
const start = "const cloud = require('wx-server-sdk')\nconst db = cloud.database()\n";

/** Functions of the back office that any user may call, and what only looks like them. */
export const officeCases: readonly Case[] = [
  {
    name: 'MP-CLD-004 functions that show everybody’s rows, or change them all, and ask for no administrator',
    files: {
      'cloudfunctions/adminListOrders/package.json': sdk,
      'cloudfunctions/adminListOrders/index.js': `${start}exports.main = async (event) => db.collection('order').where({ status: event.status }).get()`,
      'cloudfunctions/adminListSuggest/package.json': sdk,
      'cloudfunctions/adminListSuggest/index.js': `${start}exports.main = async () => {
  const found = await db.collection('suggest').orderBy('at', 'desc').get().then((res) => res)
  return found
}`,
      'cloudfunctions/adminRenewCredit/package.json': sdk,
      'cloudfunctions/adminRenewCredit/index.js': `${start}exports.main = async () => db.collection('user').where({ active: 1 }).update({ data: { credit: 100 } })`,
      'cloudfunctions/people/package.json': sdk,
      'cloudfunctions/people/index.js': `${start}exports.main = async () => ({ list: (await db.collection('user').limit(100).get()).data })`,
    },
    expect: [
      'MP-CLD-004 cloudfunctions/adminListOrders/index.js:3',
      'MP-CLD-004 cloudfunctions/adminListSuggest/index.js:3',
      'MP-CLD-004 cloudfunctions/adminRenewCredit/index.js:3',
      'MP-CLD-004 cloudfunctions/people/index.js:3',
    ],
  },
  {
    name: 'the same behind the administrator’s row, sums, names and pictures only, the shop’s goods, and whether the caller is one',
    files: {
      'cloudfunctions/adminListOrders/package.json': sdk,
      'cloudfunctions/adminListOrders/index.js': `${start}exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const { total } = await db.collection('admin').where({ openid: OPENID }).count()
  if (total === 0) return { code: 403 }
  return db.collection('order').where({ status: event.status }).get()
}`,
      'cloudfunctions/adminSums/package.json': sdk,
      'cloudfunctions/adminSums/index.js': `${start}const $ = db.command.aggregate
exports.main = async () => db.collection('order').aggregate().group({ _id: null, sum: $.sum('$price') }).end()`,
      'cloudfunctions/ranking/package.json': sdk,
      'cloudfunctions/ranking/index.js': `${start}exports.main = async () => db.collection('user').field({ nickName: true, avatarUrl: true }).orderBy('score', 'desc').get()`,
      'cloudfunctions/adminGoods/package.json': sdk,
      'cloudfunctions/adminGoods/index.js': `${start}exports.main = async () => db.collection('goods').get()`,
      'cloudfunctions/isAdmin/package.json': sdk,
      'cloudfunctions/isAdmin/index.js': `${start}exports.main = async () => (await db.collection('admin').where({ openid: cloud.getWXContext().OPENID }).get()).data.length > 0`,
    },
    expect: [],
  },
  {
    name: 'MP-CLD-003 sign-ups of an activity, MP-CLD-002 a message that waits for whoever the request names, MP-API-016 and MP-CLD-010',
    files: {
      'app.json': '{"pages":["pages/a/a"]}',
      'cloudfunctions/joined/package.json': sdk,
      'cloudfunctions/joined/index.js': `${start}exports.main = async (event) => db.collection('registerInfo').where({ actId: event.actId }).get()`,
      'cloudfunctions/later/package.json': sdk,
      'cloudfunctions/later/index.js': `${start}exports.main = async (event) =>
  db.collection('messages').add({ data: { touser: event.openid, templateId: event.templateId, at: '1999' } })`,
      'cloudfunctions/mine/package.json': sdk,
      'cloudfunctions/mine/index.js': `${start}exports.main = async (event) =>
  db.collection('messages').add({ data: { touser: cloud.getWXContext().OPENID, templateId: event.templateId, at: event.at } })`,
      'cloudfunctions/notice/package.json': '{"dependencies":{"qcloudsms_js":"0.1.0"}}',
      'cloudfunctions/notice/index.js': `const Sms = require('qcloudsms_js')
exports.main = async (event) => new Promise((resolve) => {
  const sender = Sms(1, 'k').SmsSingleSender()
  sender.sendWithParam('86', event.mobile, 1, [], 's', '', '', (err, res) => resolve(res))
})`,
      'pages/a/a.js': `const db = wx.cloud.database()
Page({
  join() {
    const data = { name: this.data.name, authority: 'superAdmin' }
    db.collection('users').add({ data: data })
  },
  like() {
    const data = { name: this.data.name }
    db.collection('users').add({ data: data })
  },
})`,
    },
    expect: [
      'MP-API-016 cloudfunctions/notice/index.js:4',
      'MP-CLD-002 cloudfunctions/later/index.js:4',
      'MP-CLD-003 cloudfunctions/joined/index.js:3',
      'MP-CLD-010 pages/a/a.js:5',
    ],
  },
  {
    name: 'MP-CLD-003 books that users offer each other, changed by id',
    files: {
      'cloudfunctions/offer/package.json': sdk,
      'cloudfunctions/offer/index.js': `${start}exports.main = async (event) =>
  db.collection('books').add({ data: { title: event.title, _openid: cloud.getWXContext().OPENID } })`,
      'cloudfunctions/sold/package.json': sdk,
      'cloudfunctions/sold/index.js': `${start}exports.main = async (event) => db.collection('books').doc(event.id).update({ data: { bookStatus: 2 } })`,
    },
    expect: ['MP-CLD-003 cloudfunctions/sold/index.js:3'],
  },
  {
    name: 'MP-API-002 a back end of Nest in which nobody is ever asked who he is',
    files: {
      'package.json': '{"dependencies":{"@nestjs/core":"11.0.0","@nestjs/mongoose":"11.0.0"}}',
      'src/quiz.controller.ts': `@Controller('quiz')
export class QuizController {
  constructor(@InjectModel('question') private readonly questions: Model<Question>) {}
  @Get()
  async list() { return this.questions.find() }
  @Post()
  async add(@Body('title') title: string) { return this.questions.create({ title }) }
  @Delete(':id')
  async drop(@Param('id') id: string) { return this.questions.deleteOne({ _id: id }) }
}`,
    },
    expect: ['MP-API-002 src/quiz.controller.ts:6', 'MP-API-002 src/quiz.controller.ts:8'],
  },
];
