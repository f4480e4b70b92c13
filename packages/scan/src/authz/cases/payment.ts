import { type Case, env } from './case.ts';

const cloud = (body: string): Record<string, string> => ({
  'cloudfunctions/order/index.js': `const cloud = require('wx-server-sdk')
const db = cloud.database()
${body}`,
});

/** Prices, payments and their notifications. The first line of a cloud body is line 3. */
export const paymentCases: readonly Case[] = [
  {
    name: 'MP-API-008: the request names the freight, and the amount to pay',
    files: {
      ...cloud(`exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  return cloud.cloudPay.unifiedOrder({ openid: OPENID, totalFee: event.totalFee, outTradeNo: String(new Date()) })
}`),
      'src/api/controller/order.js': `module.exports = class extends think.Controller {
  async submitAction() {
    const freightPrice = this.post('freightPrice')
    const goods = await this.model('cart').where({ user_id: this.getLoginUserId() }).select()
    let total = 0
    for (const one of goods) total += one.number * one.retail_price
    const order = { user_id: this.getLoginUserId(), order_price: total + freightPrice }
    return this.success(await this.model('order').add(order))
  }
}`,
    },
    expect: ['MP-API-008 cloudfunctions/order/index.js:5', 'MP-API-008 src/api/controller/order.js:3'],
  },
  {
    name: 'MP-API-008: a price of the request that is only compared with the balance it is paid from, in a transaction',
    files: cloud(`exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const { finalPrice } = event
  return db.runTransaction(async (transaction) => {
    const user = (await transaction.collection('user').where({ _openid: OPENID }).get()).data[0]
    const balance = user.balance || 0
    if (balance < finalPrice) throw new Error('too little')
    return transaction.collection('order').add({ data: { _openid: OPENID, finalPrice, goods: event.goods } })
  })
}`),
    expect: ['MP-API-008 cloudfunctions/order/index.js:10'],
  },
  {
    name: 'MP-API-008: a price of the request behind a count of what the caller has left, which is no role',
    files: cloud(`exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const card = (await db.collection('freeBuy').where({ _openid: OPENID }).get()).data[0]
  if (card.count < 1) throw new Error('none left')
  return db.collection('order').add({ data: { _openid: OPENID, finalPrice: event.finalPrice } })
}`),
    expect: ['MP-API-008 cloudfunctions/order/index.js:7'],
  },
  {
    name: 'a price that an operator sets: the number of his row is his role',
    files: cloud(`exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const caller = (await db.collection('user').where({ _openid: OPENID }).get()).data[0]
  if (caller.role !== 9) throw new Error('no operator')
  return db.collection('order').where({ no: event.no }).update({ data: { finalPrice: event.finalPrice } })
}`),
    expect: [],
  },
  {
    name: 'a price of the request that is compared with the balance and computed from the store’s own',
    files: cloud(`exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const user = (await db.collection('user').where({ _openid: OPENID }).get()).data[0]
  const { data: goods } = await db.collection('goods').doc(event.goodsId).get()
  if (user.balance < goods.price) throw new Error('too little')
  if (event.price !== goods.price) return { code: 409 }
  return db.collection('order').add({ data: { _openid: OPENID, finalPrice: event.price, goods: goods._id } })
}`),
    expect: [],
  },
  {
    name: 'prices of the store times a quantity of the request; a price that is compared with the store’s own',
    files: cloud(`exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const { data: goods } = await db.collection('goods').doc(event.goodsId).get()
  const quantity = Number(event.quantity)
  if (event.price !== goods.price) return { code: 409 }
  await db.collection('orders').add({ data: { _openid: OPENID, total: goods.price * quantity, shownPrice: event.price } })
  return cloud.cloudPay.unifiedOrder({ openid: OPENID, totalFee: goods.price * quantity })
}`),
    expect: [],
  },
  {
    name: 'MP-API-009: a test payment with a made-up receipt, and a client that says it has paid',
    files: {
      ...cloud(`exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  return db.collection('orders').where({ _id: event.id, _openid: OPENID }).update({ data: { payStatus: 1 } })
}`),
      'src/api/controller/pay.js': `module.exports = class extends think.Controller {
  async tryAction() {
    const order = await this.model('order').where({ id: this.get('id'), user_id: this.getLoginUserId() }).find()
    await this.model('order').where({ id: order.id }).update({ pay_status: 2, pay_id: 123123 })
    return this.success()
  }
}`,
    },
    expect: ['MP-API-009 cloudfunctions/order/index.js:3', 'MP-API-009 src/api/controller/pay.js:2'],
  },
  {
    name: 'paid after WeChat Pay was asked',
    files: cloud(`exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const result = await cloud.cloudPay.queryOrder({ outTradeNo: event.no })
  if (result.tradeState !== 'SUCCESS') return { code: 402 }
  return db.collection('orders').where({ no: event.no, _openid: OPENID }).update({ data: { payStatus: 1 } })
}`),
    expect: [],
  },
  {
    name: 'MP-API-010: a notification without a signature, and a check that does not stop anything',
    files: {
      'package.json': '{"dependencies":{"koa":"2.0.0"}}',
      'app.js': `const router = require('koa-router')()
const db = require('knex')({})
router.post('/pay/notify', async (ctx) => {
  const { out_trade_no } = ctx.request.body
  await db('orders').where({ no: out_trade_no }).update({ pay_status: 1 })
  ctx.body = 'SUCCESS'
})
router.post('/message', async (ctx) => {
  const { signature, timestamp, nonce } = ctx.query
  if (!checkSignature(signature, timestamp, nonce)) ctx.body = 'wrong'
  const message = ctx.request.body
  ctx.body = answer(message)
})
module.exports = router`,
    },
    expect: ['MP-API-010 app.js:10', 'MP-API-010 app.js:3'],
  },
  {
    name: 'a notification that a service verifies first, and a signature that is enforced',
    files: {
      'src/api/controller/pay.js': `module.exports = class extends think.Controller {
  async notifyAction() {
    const result = this.service('weixin').payNotify(this.post('xml'))
    if (!result) return this.fail(400)
    const order = await this.model('order').where({ order_sn: result.out_trade_no }).find()
    if (Number(result.total_fee) !== order.actual_price * 100) return this.fail(400)
    await this.model('order').where({ order_sn: result.out_trade_no }).update({ pay_status: 2 })
    return this.success()
  }
}`,
      'src/api/service/weixin.js': `module.exports = class extends think.Service {
  payNotify(body) {
    const sign = body.sign
    const expected = this.signOf(body)
    if (think.isEmpty(sign) || expected !== sign) {
      return false
    }
    return body
  }
  signOf(body) {
    return think.md5(Object.keys(body).sort().join('&') + ${env}.MCH_KEY)
  }
}`,
      'message.js': `const router = require('koa-router')()
router.post('/message', async (ctx) => {
  if (!checkSignature(ctx.query.signature)) {
    ctx.status = 403
    return
  }
  ctx.body = answer(ctx.request.body)
})
module.exports = router`,
    },
    expect: [],
  },
  {
    name: 'a notification behind the middleware of a payment library',
    files: {
      'package.json': '{"dependencies":{"express":"5.0.0"}}',
      'app.js': `const app = require('express')()
const tenpay = require('tenpay')
const db = require('knex')({})
const api = new tenpay({ appid: 'a', mchid: 'b', partnerKey: key })
app.post('/pay/notify', api.middlewareForExpress('pay'), async (req, res) => {
  const order = await db('orders').where({ no: req.weixin.out_trade_no }).first()
  if (order.total !== Number(req.weixin.total_fee)) return res.reply('amount')
  await db('orders').where({ no: req.weixin.out_trade_no }).update({ pay_status: 1 })
  res.reply('')
})`,
    },
    expect: [],
  },
  {
    name: 'MP-API-010 a notification whose signature holds and whose amount nobody compares',
    files: {
      'package.json': '{"dependencies":{"express":"5.0.0"}}',
      'app.js': `const app = require('express')()
const tenpay = require('tenpay')
const db = require('knex')({})
const api = new tenpay({ appid: 'a', mchid: 'b', partnerKey: key })
app.post('/pay/notify', api.middlewareForExpress('pay'), async (req, res) => {
  await db('orders').where({ no: req.weixin.out_trade_no }).update({ pay_status: 1 })
  res.reply('')
})`,
    },
    expect: ['MP-API-010 app.js:5'],
  },
  {
    name: 'MP-API-008 the amount of a payment whose XML the function writes by hand',
    files: {
      'cloudfunctions/pay/index.js': `const cloud = require('wx-server-sdk')
const rp = require('request-promise')
cloud.init()
function toXml(args) {
  const parts = []
  for (const name in args) parts.push('<' + name + '>' + args[name] + '</' + name + '>')
  return '<xml>' + parts.join('') + '</xml>'
}
exports.main = async (event) => {
  const total_fee = event.totalPrice
  const { OPENID } = cloud.getWXContext()
  return await rp({
    url: 'https://api.mch.weixin.qq.com/pay/unifiedorder',
    method: 'POST',
    body: toXml({ openid: OPENID, total_fee, trade_type: 'JSAPI' }),
  })
}`,
    },
    expect: ['MP-API-008 cloudfunctions/pay/index.js:15'],
  },
  {
    name: 'nothing: the amount of such a payment is read from the order',
    files: {
      'cloudfunctions/pay/index.js': `const cloud = require('wx-server-sdk')
const rp = require('request-promise')
cloud.init()
const db = cloud.database()
const toXml = (args) => '<xml>' + Object.keys(args).map((name) => '<' + name + '>' + args[name]).join('') + '</xml>'
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const { data } = await db.collection('order').where({ _id: event.id, _openid: OPENID }).get()
  return await rp({
    url: 'https://api.mch.weixin.qq.com/pay/unifiedorder',
    method: 'POST',
    body: toXml({ openid: OPENID, total_fee: data[0].price, trade_type: 'JSAPI' }),
  })
}`,
    },
    expect: [],
  },
];
