const crypto = require('node:crypto');
const https = require('node:https');
const router = require('express').Router();
const { requireLogin } = require('./auth');
const { Order } = require('./models');

// VULN-NEXT MP-API-010 支付通知没有验签
router.post('/notify', async (req, res) => {
  await Order.updateOne({ no: String(req.body.out_trade_no) }, { status: 'paid' });
  res.send('SUCCESS');
});
// VULN-NEXT MP-API-009 遗留的测试支付
router.post('/test', requireLogin, async (req, res) => {
  await Order.updateOne({ _id: req.body.id, userId: req.user.id }, { status: 'paid', transaction_id: '123123' });
  res.end();
});
exports.isSigned = (body, key) => {
  const sign = crypto.createHmac('sha256', key).update(body.text).digest('hex');
  return sign === body.sign; // VULN MP-CRY-004 签名用 == 比较
};
exports.seal = (text) => crypto.createCipheriv('aes-128-cbc', 'Zx81kqWe0rTy5uIo', crypto.randomBytes(16)).update(text, 'utf8', 'hex'); // VULN MP-CRY-002 写死的密钥
exports.query = (no) => https.get({ host: 'pay.shop.cn', path: `/q/${no}`, rejectUnauthorized: false }); // VULN MP-NET-003 不校验证书
exports.router = router;
