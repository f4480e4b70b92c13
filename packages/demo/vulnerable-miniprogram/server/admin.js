const router = require('express').Router();
const jwt = require('jsonwebtoken');
const { Goods } = require('./models');

router.post('/goods', async (req, res) => {
  const admin = jwt.verify(req.headers.authorization, process.env.JWT_KEY); // VULN MP-API-005 用户令牌也能进后台
  if (!admin.id) return res.status(401).end();
  await Goods.create({ title: String(req.body.title), price: 1 });
  res.end();
});
module.exports = router;
