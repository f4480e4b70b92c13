const router = require('express').Router();
const { Order } = require('./models');

let currentUser;

router.use((req, res, next) => {
  currentUser = req.session.user; // VULN MP-API-011 请求的身份放在整个进程共用的变量里
  if (!currentUser) return res.status(401).end();
  next();
});
router.get('/mine', async (req, res) => {
  res.json(await Order.find({ userId: currentUser }).select('status'));
});
module.exports = router;
