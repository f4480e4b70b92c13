import type { Case } from './case.ts';

const trpc = `import { initTRPC, TRPCError } from '@trpc/server'
const t = initTRPC.context<Context>().create()
export const router = t.router
export const publicProcedure = t.procedure
const signedIn = t.middleware(({ ctx, next }) => {
  if (!ctx.user) throw new TRPCError({ code: 'UNAUTHORIZED' })
  return next({ ctx: { user: ctx.user } })
})
export const protectedProcedure = t.procedure.use(signedIn)`;

/** Back ends that a platform runs: LeanCloud, Supabase's edge, tRPC, and routers of cloud functions that a loop fills. */
export const platformCases: readonly Case[] = [
  {
    name: 'MP-API-001 functions of LeanCloud with the master key: by id alone, by id and owner, and with a look at the owner',
    files: {
      'package.json': '{"dependencies":{"leanengine":"3.8.0"}}',
      'server.js': "const AV = require('leanengine')\nAV.Cloud.useMasterKey()\nrequire('./cloud')",
      'orders.js': `const AV = require('leanengine')
exports.cancel = async (request) => {
  const order = AV.Object.createWithoutData('Order', request.params.orderId)
  order.set('status', 'cancelled')
  await order.save()
}
exports.mine = async (request) => {
  const query = new AV.Query('Order')
  query.equalTo('objectId', request.params.orderId)
  query.equalTo('user', request.currentUser)
  return query.first()
}
exports.remove = async (request) => {
  const query = new AV.Query('Order')
  const order = await query.get(request.params.orderId)
  if (order.get('user').id !== request.currentUser.id) throw new AV.Cloud.Error('no')
  await order.destroy()
}`,
      'cloud.js': `const AV = require('leanengine')
const orders = require('./orders')
AV.Cloud.define('cancelOrder', orders.cancel)
AV.Cloud.define('myOrder', orders.mine)
AV.Cloud.define('removeOrder', orders.remove)`,
    },
    expect: ['MP-API-001 orders.js:5'],
  },
  {
    name: 'functions of LeanCloud without the master key: the access list of each object decides',
    files: {
      'package.json': '{"dependencies":{"leanengine":"3.8.0"}}',
      'cloud.js': `const AV = require('leanengine')
AV.Cloud.define('cancelOrder', async (request) => {
  const order = AV.Object.createWithoutData('Order', request.params.orderId)
  order.set('status', 'cancelled')
  await order.save(null, { user: request.currentUser })
})`,
    },
    expect: [],
  },
  {
    name: 'MP-API-001 a function of Supabase with the key of the service role',
    files: {
      'supabase/functions/order/index.ts': `import { createClient } from 'https://esm.sh/@supabase/supabase-js@2.45.2'
const admin = createClient(Deno.env.get('SUPABASE_URL')!, Deno.env.get('SUPABASE_SERVICE_ROLE_KEY')!)
Deno.serve(async (req) => {
  const { orderId } = await req.json()
  const { data: { user } } = await admin.auth.getUser(req.headers.get('authorization'))
  if (!user) return new Response('login', { status: 401 })
  const { data } = await admin.from('orders').select('*').eq('id', orderId).single()
  return Response.json(data)
})`,
      'supabase/functions/address/index.ts': `import { createClient } from 'npm:@supabase/supabase-js@2'
const admin = createClient(url, Deno.env.get('SUPABASE_SERVICE_ROLE_KEY'))
Deno.serve(async (req) => {
  const { id } = await req.json()
  const { data: { user } } = await admin.auth.getUser(req.headers.get('authorization'))
  const { data } = await admin.from('addresses').delete().eq('id', id).eq('user_id', user.id)
  return Response.json(data)
})`,
      'supabase/functions/profile/index.ts': `import { createClient } from '@supabase/supabase-js'
Deno.serve(async (req) => {
  const { id } = await req.json()
  const client = createClient(url, Deno.env.get('SUPABASE_ANON_KEY'), { global: { headers: { Authorization: req.headers.get('authorization') } } })
  const { data } = await client.from('profiles').select('*').eq('id', id)
  return Response.json(data)
})`,
    },
    expect: ['MP-API-001 supabase/functions/order/index.ts:7'],
  },
  {
    name: 'MP-API-001 procedures of tRPC: behind a login and without the owner, with him, and open to all',
    files: {
      'package.json': '{"dependencies":{"@trpc/server":"11.0.0","@prisma/client":"6.0.0"}}',
      'src/trpc.ts': trpc,
      'src/order.ts': `import { z } from 'zod'
import { protectedProcedure, publicProcedure, router } from './trpc'
export const orderRouter = router({
  byId: protectedProcedure.input(z.object({ id: z.string() })).query(({ ctx, input }) =>
    ctx.prisma.order.findUnique({ where: { id: input.id } })),
  mine: protectedProcedure.input(z.object({ id: z.string() })).query(({ ctx, input }) =>
    ctx.prisma.order.findFirst({ where: { id: input.id, userId: ctx.user.id } })),
  goods: publicProcedure.input(z.object({ id: z.string() })).query(({ ctx, input }) =>
    ctx.prisma.product.findUnique({ where: { id: input.id } })),
})`,
    },
    expect: ['MP-API-001 src/order.ts:5'],
  },
  {
    name: 'MP-CLD-010 pages that write states and prices into Bmob, LeanCloud and Supabase themselves',
    files: {
      'app.json': '{"pages":["pages/a/a"]}',
      'pages/a/a.js': `const Bmob = require('../../lib/bmob.js')
Page({
  pay() {
    const order = Bmob.Query('order')
    order.set('id', this.data.id)
    order.set('status', 'paid')
    order.save()
    const row = AV.Object.createWithoutData('Order', this.data.id)
    row.set('price', 1)
    row.set('note', 'x')
    row.save()
    supabase.from('orders').update({ amount: 1 }).eq('id', this.data.id)
    supabase.from('comments').insert({ text: 'x' })
    new Map().set('price', 1)
  }
})`,
    },
    expect: ['MP-CLD-010 pages/a/a.js:6', 'MP-CLD-010 pages/a/a.js:9', 'MP-CLD-010 pages/a/a.js:12'],
  },
  {
    name: 'MP-CLD-003 routes of tcb-router that a loop takes from a table',
    files: {
      'project.config.json': '{"cloudfunctionRoot":"cloud/"}',
      'cloud/order/index.js': `const cloud = require('wx-server-sdk')
const TcbRouter = require('tcb-router')
cloud.init()
const db = cloud.database()
const handlers = {
  async remove(ctx, event) { ctx.body = await db.collection('orders').doc(event.id).remove() },
  async mine(ctx, event) {
    ctx.body = await db.collection('orders').where({ _id: event.id, _openid: cloud.getWXContext().OPENID }).get()
  },
}
exports.main = async (event) => {
  const app = new TcbRouter({ event })
  for (const [name, run] of Object.entries(handlers)) app.router(name, (ctx) => run(ctx, event))
  return app.serve()
}`,
      'cloud/address/index.js': `const cloud = require('wx-server-sdk')
const TcbRouter = require('tcb-router')
cloud.init()
const db = cloud.database()
const handlers = {
  remove: async (ctx) => { ctx.body = await db.collection('addresses').doc(ctx._req.event.id).remove() },
  save: async (ctx) => { ctx.body = 1 },
}
exports.main = async (event) => {
  const app = new TcbRouter({ event })
  Object.keys(handlers).forEach((key) => app.router(key, handlers[key]))
  return app.serve()
}`,
    },
    expect: ['MP-CLD-003 cloud/address/index.js:6', 'MP-CLD-003 cloud/order/index.js:6'],
  },
  {
    name: 'LeanCloud: a pointer made of an id of the request, and one made of the caller',
    files: {
      'package.json': '{"dependencies":{"leanengine":"3.8.0"}}',
      'server.js': "const AV = require('leanengine')\nAV.Cloud.useMasterKey(true)\nrequire('./cloud')",
      'cloud.js': `const AV = require('leanengine')
AV.Cloud.define('ordersOf', async (request) => {
  const query = new AV.Query('Orders')
  query.equalTo('buyer', AV.Object.createWithoutData('_User', request.params.buyerId))
  return query.find()
})
AV.Cloud.define('myOrders', async (request) => {
  const query = new AV.Query('Orders')
  query.equalTo('buyer', AV.Object.createWithoutData('_User', request.currentUser.id))
  return query.find()
})`,
    },
    expect: ['MP-API-001 cloud.js:4'],
  },
  {
    name: 'MP-API-002 LeanCloud: the list of operators for everybody, and one that asks for the role',
    files: {
      'package.json': '{"dependencies":{"leanengine":"3.8.0"}}',
      'cloud.js': `const AV = require('leanengine')
AV.Cloud.useMasterKey(true)
AV.Cloud.define('listOperators', async () => {
  const operators = await new AV.Query('AdminUser').find()
  return operators.map((one) => ({ name: one.get('name'), phone: one.get('phone') }))
})
AV.Cloud.define('listOperatorsForOperators', async (request) => {
  if (request.currentUser.get('role') !== 'admin') throw new AV.Cloud.Error('no')
  const operators = await new AV.Query('AdminUser').find()
  return operators.map((one) => ({ name: one.get('name'), phone: one.get('phone') }))
})
AV.Cloud.define('listShops', async () => (await new AV.Query('Shop').find()).map((one) => one.get('name')))`,
    },
    expect: ['MP-API-002 cloud.js:3'],
  },
];
