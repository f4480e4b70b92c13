const router = require('express').Router();

router.use((req, res, next) => {
  const openId = req.session.openId;
  if (!openId) return res.status(401).end();
  req.body.openId = openId;
  req.body = { ...req.body, ...req.query }; // VULN MP-API-003 请求参数盖过已验证的身份
  next();
});
router.post('/event', (req, res) => {
  const { MsgType, Event } = req.body;
  if (MsgType === 'event' && Event === 'user_enter_tempsession') res.send('success'); // VULN MP-PRV-008 没有处理授权撤回
  else res.end();
});
module.exports = router;
