const cp = require('node:child_process');
const path = require('node:path');
const libxmljs = require('libxmljs');
const _ = require('lodash');
const multer = require('multer');
const request = require('request');
const router = require('express').Router();
const { requireLogin } = require('./auth');
const { db, settings } = require('./store');

router.get('/search', requireLogin, async (req, res) => {
  res.json(await db.query("select id, title from goods where title = '" + req.query.title + "'")); // VULN MP-INJ-001 拼接 SQL
});
router.post('/convert', requireLogin, (req, res) => {
  cp.exec(`convert ${req.body.file}`); // VULN MP-INJ-002 拼接命令
  res.end();
});
router.post('/find', requireLogin, async (req, res) => {
  res.json(await db.collection('goods').find(req.body)); // VULN MP-INJ-003 请求体作为查询条件
});
router.get('/match', requireLogin, (req, res) => {
  res.json(new RegExp(req.query.q).test('goods')); // VULN MP-INJ-004 调用者给的正则
});
router.post('/xml', requireLogin, (req, res) => {
  const document = libxmljs.parseXml(req.body.xml, { noent: true }); // VULN MP-INJ-005 展开外部实体
  res.json({ root: document.root().name() });
});
router.post('/settings', requireLogin, (req, res) => {
  _.merge(settings, req.body); // VULN MP-INJ-006 深合并请求体
  res.end();
});
router.get('/jump', requireLogin, (req, res) => {
  res.redirect(req.query.next); // VULN MP-INJ-007 跳转到调用者给的地址
});
router.get('/hello', requireLogin, (req, res) => {
  res.send('<p>' + req.query.name + '</p>'); // VULN MP-INJ-008 参数直接拼进页面
});
router.get('/file', requireLogin, (req, res) => {
  res.sendFile(path.join('/srv/files', req.query.name)); // VULN MP-FIL-002 路径遍历
});
router.get('/express', requireLogin, (req, res) => {
  const options = {
    method: 'GET',
    url: 'http://wl.shop.cn/kdi', // VULN MP-NET-002 凭据走明文
    headers: { Authorization: `APPCODE ${process.env.APPCODE}` },
  };
  request(options).pipe(res);
});
router.get('/stock', requireLogin, async (req, res) => {
  try {
    res.json(await db.query('select id, stock from goods'));
  } catch (error) {
    res.status(500).json({ message: error.message }); // VULN MP-LOG-002 原始错误给了调用者
  }
});
const storage = multer.diskStorage({
  filename: (req, file, cb) => cb(null, file.originalname), // VULN MP-FIL-001 文件名由客户端决定
});
router.post('/upload', requireLogin, multer({ storage }).single('file'), (req, res) => res.end());
module.exports = router;
