import type { Rule } from '../../rule.ts';

/** Money: prices, payments, notifications. */
export const paymentRules: readonly Rule[] = [
  {
    id: 'MP-API-008',
    family: 'backend',
    severity: 'high',
    score: 8.1,
    cwe: [472, 602],
    guide: ['P1'],
    asvs: ['ASVS 11.1.1'],
    mlps: ['8.1.4.4'],
    title: { zh: '金额由客户端决定', en: 'The client decides the price' },
    description: {
      zh: '价格、运费、优惠或总额取自请求并计入订单或支付金额。改小或改成负数就能少付钱。',
      en: 'A price, freight, discount or total of the request goes into the order or the payment. A smaller or negative value pays less.',
    },
    fix: {
      zh: '请求只带商品与数量，金额全部由服务端计算。',
      en: 'Let the request name goods and quantities only; compute every amount on the server.',
    },
    examples: {
      thinkjs: {
        bad: "const total = goodsTotal + Number(this.post('freightPrice'))",
        good: 'const total = goodsTotal + (await this.model("freight").priceOf(address, goods))',
      },
      cloud: {
        bad: 'cloud.cloudPay.unifiedOrder({ totalFee: event.totalFee })',
        good: 'const { data: goods } = await db.collection("goods").doc(event.id).get()\ncloud.cloudPay.unifiedOrder({ totalFee: goods.price * quantity })',
      },
      express: {
        bad: 'await Order.create({ amount: req.body.amount })',
        good: 'await Order.create({ amount: await priceOf(req.body.goodsId, quantity) })',
      },
    },
  },
  {
    id: 'MP-API-009',
    family: 'backend',
    severity: 'critical',
    score: 9.1,
    cwe: [306, 489],
    guide: ['P2'],
    asvs: ['ASVS 14.3.2'],
    mlps: ['8.1.4.4'],
    title: { zh: '订单可以不经支付变为已支付', en: 'An order becomes paid without a payment' },
    description: {
      zh: '遗留的测试支付接口用写死的单号更新订单，或只凭客户端请求就把订单标为已支付，没有向微信支付核实；或订单的状态直接取自请求，客户想标成什么就是什么。',
      en: 'A test payment left in place updates orders with a made-up receipt, or an order is marked as paid because the client says so, without asking WeChat Pay, or takes whatever state the request names.',
    },
    fix: {
      zh: '删除测试接口；只在验签后的支付回调或查单成功后更新订单。',
      en: 'Delete test payments; mark orders as paid only after a verified notification or a successful query.',
    },
    examples: {
      thinkjs: {
        bad: "await orderModel.updatePayData(this.get('orderId'), { transaction_id: 123123 })",
        good: 'const result = await weixin.payNotify(this.post("xml"))  // verifies the signature\nif (result) await orderModel.updatePayData(result.out_trade_no, result)',
      },
      cloud: {
        bad: 'await orders.doc(event.id).update({ data: { payStatus: 1 } })',
        good: 'const { tradeState } = await cloud.cloudPay.queryOrder({ outTradeNo })\nif (tradeState === "SUCCESS") await orders.doc(id).update({ data: { payStatus: 1 } })',
      },
    },
  },
  {
    id: 'MP-API-010',
    family: 'backend',
    severity: 'critical',
    score: 9.1,
    cwe: [347],
    guide: ['P1'],
    asvs: ['ASVS 13.2.6'],
    mlps: ['8.1.4.7'],
    title: { zh: '支付回调或消息推送的签名没有真正校验', en: 'The signature of a payment or message callback is not enforced' },
    description: {
      zh: '回调没有验签就更新订单，或验签失败后没有返回、继续处理。任何人都能伪造支付成功或消息。',
      en: 'A callback updates orders before any signature is verified, or goes on after the check has failed. Anybody can forge a payment or a message.',
    },
    fix: {
      zh: '先验签，失败立即返回；再比较金额与订单。',
      en: 'Verify first and return at once on failure; then compare the amount with the order.',
    },
    examples: {
      koa: {
        bad: "if (!checkSignature(query)) ctx.body = 'error'\nawait handle(ctx.request.body)",
        good: 'if (!checkSignature(query)) {\n  ctx.status = 403\n  return\n}\nawait handle(ctx.request.body)',
      },
      express: {
        bad: "app.post('/notify', (req, res) => Order.updateOne({ no: req.body.out_trade_no }, { paid: true }))",
        good: "app.post('/notify', (req, res) => {\n  const result = verifyNotify(req.headers, req.rawBody)\n  if (!result) return res.status(401).end()\n  return settle(result)\n})",
      },
    },
  },
];
