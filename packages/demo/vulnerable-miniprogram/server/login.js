const crypto = require('node:crypto');
const router = require('express').Router();
const jwt = require('jsonwebtoken');
const { sendSms } = require('company-sms');
const { User } = require('./models');

router.post('/password', async (req, res) => {
  const user = await User.findOne({ name: String(req.body.name), password: md5(req.body.password) }); // VULN MP-CRY-001 口令用 MD5
  if (!user) return res.status(403).end();
  res.cookie('session_id', user.id); // VULN MP-CFG-002 身份 Cookie 没有 httpOnly
  res.json({ token: jwt.sign({ id: user.id }, process.env.JWT_KEY) }); // VULN MP-API-006 令牌没有有效期
});
router.post('/refresh', (req, res) => {
  res.json({ token: jwt.sign({ openid: req.body.openid }, process.env.JWT_KEY, { expiresIn: '2h' }) }); // VULN MP-API-004 凭请求里的 openid 换令牌
});
router.get('/who', (req, res) => {
  const claims = jwt.decode(req.headers.authorization); // VULN MP-API-007 只解码不验签
  res.json({ id: claims.id });
});
router.post('/sms', (req, res) => {
  const smsCode = Math.floor(Math.random() * 1000000); // VULN MP-CRY-003 验证码可以预测
  sendSms(req.body.phone, smsCode); // VULN MP-API-016 短信可以无限次发送
  res.end();
});

const md5 = (text) => crypto.createHash('md5').update(text).digest('hex');
module.exports = router;
