import { describe, expect, it } from 'vitest';
import { findingsIn, rulesIn } from '../testing.ts';
import { scriptPatterns } from './run.ts';

const detectors = [scriptPatterns];

describe('bad', () => {
  it.each([
    ['MP-CRY-001', "if (think.md5(password + '' + admin.password_salt) !== admin.password) return"],
    ['MP-CRY-001', "const h = crypto.createHash('sha256').update(ctx.request.body.password + salt).digest('hex')"],
    ['MP-CRY-001', 'this.app.mysql.get("admin", { userName, password: md5(pwd) })'],
    ['MP-CRY-001', 'user.password = utility.sha1(value)'],
    ['MP-CRY-001', 'const hash = CryptoJS.SHA256(user.password).toString()'],
    ['MP-CRY-001', "const hash = crypto.pbkdf2Sync(password, salt, 1000, 64, 'sha512').toString('hex')"],
    ['MP-CRY-001', "const ROUNDS = 100; crypto.pbkdf2(user.password, user.salt, ROUNDS, 32, 'sha256', done)"],
    ['MP-CRY-001', 'const key = CryptoJS.PBKDF2(user.password, salt, { keySize: 8, iterations: 500 })'],
    ['MP-CRY-001', "import bcrypt from 'bcryptjs'; user.password = await bcrypt.hash(password, 4)"],
    ['MP-CRY-002', "crypto.createCipheriv('aes-128-cbc', 'Zx81kqWe0rTy5uIo', iv)"],
    ['MP-CRY-002', "const key = CryptoJS.enc.Utf8.parse('Zx81kqWe0rTy5uIo'); CryptoJS.AES.encrypt(text, key, {})"],
    ['MP-CRY-002', "const data = { username, password_salt: 'SHOPSALT' }"],
    ['MP-CRY-003', 'const smsCode = Math.floor(Math.random() * 1000000)'],
    ['MP-CRY-003', 'const loginOtp = Math.floor(Math.random() * 10000)'],
    ['MP-CRY-003', 'function createToken() { return Math.random().toString(36) }'],
    [
      'MP-CRY-003',
      "function getCode() { let code = ''; for (let i = 0; i < 4; i++) code += chars[Math.floor(Math.random() * 62)]; return code }",
    ],
    ['MP-CRY-004', "if (sign !== body.sign) throw new Error('bad')"],
    ['MP-API-006', 'const token = jwt.sign({ id: user.id }, secret)'],
    ['MP-API-006', 'const token = await new SignJWT({ id }).setProtectedHeader({ alg }).sign(key)'],
    ['MP-API-006', 'jwt.verify(token, key, { ignoreExpiration: true })'],
    ['MP-API-007', "const jwt = require('jsonwebtoken'); module.exports = ctx => { ctx.user = jwt.decode(ctx.get('token')) }"],
    ['MP-API-007', "jwt.verify(token, key, { algorithms: ['HS256', 'none'] })"],
    ['MP-CFG-002', "ctx.cookies.set('uid', id, { httpOnly: false })"],
    ['MP-CFG-002', "res.cookie('session_id', id, { maxAge: 1 })"],
    ['MP-CFG-003', "app.use(cors({ origin: '*', credentials: true }))"],
    ['MP-CFG-003', 'app.use(cors({ origin: ctx => ctx.get("Origin"), credentials: true }))'],
    [
      'MP-CFG-003',
      "ctx.set('Access-Control-Allow-Origin', ctx.headers.origin); ctx.set('Access-Control-Allow-Credentials', 'true')",
    ],
    ['MP-INJ-005', 'libxmljs.parseXml(body, { noent: true })'],
  ])('%s %s', (rule, text) => expect(rulesIn(detectors, text, 'server/app/a.js')).toEqual([rule]));
});

describe('good and trap', () => {
  it.each([
    ['returnParams.paySign = md5(paramStr).toUpperCase()', 'WeChat Pay v2'],
    ["crypto.createHash('sha1').update(rawData + session_key).digest('hex')", 'signature of user information'],
    ["crypto.createDecipheriv('aes-128-cbc', sessionKey, iv)", 'encryptedData'],
    [
      "const sha1 = crypto.createHash('sha1').update(user.rawData + session_key).digest('hex'); if (user.signature !== sha1) return null",
      'signature of profile data, which only the owner of the session could forge',
    ],
    ['const hash = await bcrypt.hash(password, 10)', 'slow hash'],
    ['const key = crypto.scryptSync(password, salt, 64)', 'slow hash'],
    ["const hash = crypto.pbkdf2Sync(password, salt, 210000, 64, 'sha512')", 'rounds enough'],
    ["const key = crypto.pbkdf2Sync(masterKey, salt, 1, 32, 'sha256')", 'a key that is none of a person'],
    ["const hash = crypto.pbkdf2Sync(password, salt, config.rounds, 64, 'sha512')", 'rounds that are set elsewhere'],
    ["import bcrypt from 'bcrypt'; user.password = await bcrypt.hash(password, await bcrypt.genSalt(12))", 'cost enough'],
    ["const file = md5(buffer) + '.png'", 'name of a file'],
    ["crypto.createCipheriv('aes-256-gcm', process.env.KEY, crypto.randomBytes(12))", 'key from outside'],
    ['const salt = crypto.randomBytes(16)', 'random salt'],
    ["const rows = [{ password: hash, salt: '$2a$10$abcdefghijklmnopqrstuv' }]", 'salt of one stored row'],
    ['orderSn = date + Math.floor(Math.random() * 1e6)', 'order number'],
    ["function uuid() { return 'xxxx'.replace(/x/g, () => (Math.random() * 16) | 0) }", 'identifier of the interface'],
    ['const color = Math.random()', 'colour'],
    ['function createFootprintId() { return `fp_${Math.random()}` }', 'a word inside of another'],
    ['const captchaId = `c:${Math.random()}`', 'where the answer is kept'],
    ["jwt.sign({ id }, key, { expiresIn: '2h' })", 'expires'],
    ['const payload = { id, exp: now + 3600 }; jwt.sign(payload, key)', 'expires in the payload'],
    ['const options = { expiresIn: 60 }; jwt.sign({ id }, key, options)', 'expires behind a name'],
    ['jwt.sign(payload, key, this.options)', 'options of elsewhere'],
    ['crypto.createSign("RSA-SHA256").sign(privateKey)', 'no token'],
    ['jwt.verify(token, key); const head = jwt.decode(token, { complete: true })', 'verified as well'],
    [
      'this.jwtService.verify<Payload>(token, { secret }); const left = this.jwtService.decode(token).exp',
      'verified as well, with a type',
    ],
    ["ctx.cookies.set('uid', id, { httpOnly: true, signed: true })", 'closed'],
    ["res.cookie('theme', 'dark', { maxAge: 1 })", 'no identity'],
    ["app.use(cors({ origin: ['https://shop.cn'], credentials: true }))", 'list'],
    ["cors({ origin: ctx => (LIST.includes(ctx.get('Origin')) ? ctx.get('Origin') : ''), credentials: true })", 'checked'],
    ['if (sign === undefined || sign === "") return', 'no comparison of signatures'],
  ])('%s (%s)', (text) => expect(rulesIn(detectors, text, 'server/app/a.js')).toEqual([]));

  it('weighs hashing in the client less, and open origins without credentials as a hint', () => {
    const severity = (text: string, path: string) =>
      findingsIn(detectors, { [path]: text, 'mini/app.json': '{"pages":["pages/a/a"]}' })[0]?.severity;
    expect(severity('post({ password: md5(password) })', 'mini/pages/a/a.js')).toBe('low');
    expect(severity("cors({ origin: '*' })", 'server/app.js')).toBe('info');
  });
});
