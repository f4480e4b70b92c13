const router = require('express').Router();
const { requireLogin } = require('./auth');
const { Order, User, Goods } = require('./models');

router.get('/orders/:id', requireLogin, async (req, res) => {
  const order = await Order.findOne({ _id: req.params.id }); // VULN MP-API-001 没有核对订单归属
  res.json({ status: order.status });
});
router.get('/orders', requireLogin, async (req, res) => {
  res.json(await Order.find({ userId: req.user.id }).select('status amount'));
});
router.post('/orders', requireLogin, async (req, res) => {
  await Order.create({ userId: req.user.id, amount: req.body.amount }); // VULN MP-API-008 价格由客户端决定
  res.end();
});
router.put('/me', requireLogin, async (req, res) => {
  await User.updateOne({ _id: req.user.id }, req.body); // VULN MP-API-014 请求体整个写入
  res.end();
});
router.get('/me', requireLogin, async (req, res) => {
  const me = await User.findOne({ _id: req.user.id });
  res.json(me); // VULN MP-API-013 口令散列给了客户端
});
router.post('/buy', requireLogin, async (req, res) => {
  const user = await User.findOne({ _id: req.user.id });
  if (user.balance < 10) return res.status(409).end();
  await User.updateOne({ _id: req.user.id }, { balance: user.balance - 10 }); // VULN MP-API-012 先查后改，没有事务
  res.end();
});
router.post('/goods/save', requireLogin, async (req, res) => {
  if (req.user.role !== 'admin') return res.status(403).end();
  await Goods.updateOne({ _id: req.body.id }, { title: String(req.body.title) });
  res.end();
});
// VULN-NEXT MP-API-002 兄弟接口都要求登录，只有它没有
router.post('/goods/remove', async (req, res) => {
  await Goods.deleteOne({ _id: req.body.id });
  res.end();
});
module.exports = router;
