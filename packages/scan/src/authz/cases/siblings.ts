import { type Case, koaProject } from './case.ts';

const koa = (routes: string): Record<string, string> =>
  koaProject(
    {
      User: 'name: DataTypes.STRING, isAdmin: DataTypes.BOOLEAN',
      Question: 'title: DataTypes.STRING',
      Draft: 'title: DataTypes.STRING, userId: DataTypes.INTEGER',
    },
    routes,
  );

const cloud = (name: string, body: string): Record<string, string> => ({
  [`cloudfunctions/${name}/index.js`]: `const cloud = require('wx-server-sdk')
const db = cloud.database()
${body}`,
});

/** What others like it ask for, and what another function says of the caller. The first route is line 11 of app.js, a cloud body begins in line 3. */
export const siblingCases: readonly Case[] = [
  {
    name: 'MP-API-002: questions that one route lets administrators delete, and another whoever has logged in',
    files: koa(`router.delete('/question/:id', auth, async (ctx) => {
  if (!ctx.state.user.isAdmin) return ctx.throw(403)
  await Question.destroy({ where: { id: ctx.params.id } })
})
router.put('/question/:id', auth, async (ctx) => {
  await Question.update({ title: ctx.request.body.title }, { where: { id: ctx.params.id } })
})`),
    expect: ['MP-API-002 app.js:17'],
  },
  {
    name: 'what administrators delete and its owner changes',
    files: koa(`router.delete('/draft/:id', auth, async (ctx) => {
  if (!ctx.state.user.isAdmin) return ctx.throw(403)
  await Draft.destroy({ where: { id: ctx.params.id } })
})
router.put('/draft/:id', auth, async (ctx) => {
  await Draft.update({ title: ctx.request.body.title }, { where: { id: ctx.params.id, userId: ctx.state.user.id } })
})
router.put('/question/:id', auth, async (ctx) => {
  if (!ctx.state.user.isAdmin) return ctx.throw(403)
  await Question.update({ title: ctx.request.body.title }, { where: { id: ctx.params.id } })
})`),
    expect: [],
  },
  {
    name: 'another function is asked whether the caller is an administrator, and a row that only administrators have',
    files: {
      ...cloud(
        'user',
        `exports.main = async (event) => {
  const asked = await cloud.callFunction({ name: 'auth', data: { action: 'checkAdminPermission' } })
  if (!asked.result || !asked.result.isAdmin) return { ok: false }
  await db.collection('users').doc(event.userId).update({ data: { credits: db.command.inc(event.amount) } })
  return { ok: true }
}`,
      ),
      ...cloud(
        'grant',
        `exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const found = await db.collection('admin_users').where({ _openid: OPENID, is_active: true }).get()
  if (found.data.length === 0) throw new Error('no administrator')
  await db.collection('admin_users').add({ data: { _openid: event.target, role: event.role } })
}`,
      ),
    },
    expect: [],
  },
  {
    name: 'MP-CLD-006: another function is asked about whomever the request names',
    files: cloud(
      'user',
      `exports.main = async (event) => {
  const asked = await cloud.callFunction({ name: 'auth', data: { action: 'checkAdminPermission', openid: event.openid } })
  if (!asked.result || !asked.result.isAdmin) return { ok: false }
  await db.collection('users').doc(event.userId).update({ data: { credits: db.command.inc(event.amount) } })
  return { ok: true }
}`,
    ),
    expect: ['MP-CLD-002 cloudfunctions/user/index.js:6', 'MP-CLD-006 cloudfunctions/user/index.js:6'],
  },
  {
    name: 'MP-API-010: the notification of payments is one operation of a function that any user can call',
    files: cloud(
      'payment',
      `async function done(event) {
  const { data } = await db.collection('orders').where({ _id: event.outTradeNo }).get()
  await db.collection('orders').doc(event.outTradeNo).update({ data: { status: 'completed', paid_at: new Date() } })
  return data.length
}
exports.main = async (event) => {
  switch (event.action) {
    case 'paymentCallback':
      return done(event)
    case 'state':
      return db.collection('orders').where({ _id: event.id, _openid: cloud.getWXContext().OPENID }).get()
  }
}`,
    ),
    expect: ['MP-API-010 cloudfunctions/payment/index.js:3'],
  },
];
