import { describe, expect, it } from 'vitest';
import { findingsIn, found, rulesIn } from '../patterns/testing.ts';
import { literalSecrets } from './literals.ts';

// Made up for these tests: none opens anything.
const hex = '5d41402abc4b2a76b9719d911017c592';
const mixed = 'q8ZrT3vXk1LmN7pW2sYd5fGh9jKb4cVu';
const akid = 'AKIDz8krbsJ5yKBZQpn74WFkmLPx3gnPhESA';
const lbs = 'QK5BZ-7RTLW-9XMV4-B33DE-D8LYH-G2F7S';
const detectors = [literalSecrets];
const part = (text: string): string => btoa(text).replaceAll('=', '');
const bearer = (claims: string): string => `${part('{"alg":"HS256","typ":"JWT"}')}.${part(claims)}.${mixed}x`;

describe('bad: credentials', () => {
  it.each([
    ['MP-SEC-001', `module.exports = { weixin: { appid: 'wx1a2b3c4d5e6f7a8b', secret: '${hex}' } }`],
    ['MP-SEC-001', `const APP_SECRET = "${hex}"`],
    ['MP-SEC-001', `const u = 'https://api.weixin.qq.com/sns/jscode2session?appid=x&secret=${hex}&js_code=' + code`],
    ['MP-SEC-001', `exports.appSercet = process.env.S || '${hex}'`],
    ['MP-SEC-002', `weixin = { mch_id: '1500000001', partner_key: '${mixed}' }`],
    ['MP-SEC-002', `module.exports = { MCHID: '1500000001', KEY: '${mixed}' }`],
    ['MP-SEC-003', 'const key = `-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n`'],
    ['MP-SEC-004', `const id = '${akid}'`],
    ['MP-SEC-004', `new COS({ SecretId: process.env.ID, SecretKey: '${mixed}' })`],
    ['MP-SEC-005', "const jwt = require('jsonwebtoken')\nconst secret = 'sdf9!ASDasd'\n"],
    ['MP-SEC-005', "jwt.sign({ id: 1 }, 'abc123')"],
    ['MP-SEC-005', "const config = { session: { key: 'k81Zq0Xr7Tn3' } }"],
    ['MP-SEC-005', "module.exports = app => { const config = {}; config.keys = app.name + '_1530154885564'; }"],
    ['MP-SEC-005', 'module.exports = (app) => ({ keys: `${app.name}_1530154885564` })'],
    ['MP-SEC-005', 'config.keys = `${info.name}_15784_87,${info.name}_15784_88`'],
    ['MP-SEC-005', "app.keys = ['im a newer secret', 'i-like-turtle9']"],
    ['MP-SEC-005', "config.jwt = { secret: '123456' }"],
    ['MP-SEC-005', "config.jwt = { secret: '123' }"],
    ['MP-SEC-006', "config.mysql = { client: { host: 'h', user: 'root', password: 'root' } }"],
    ['MP-SEC-006', "const url = 'mongodb://admin:Zx81kq@db.internal:27017/shop'"],
    ['MP-SEC-007', `wx.request({ url: 'https://apis.map.qq.com/ws/geocoder/v1/?key=${lbs}&get_poi=1' })`],
    ['MP-SEC-007', "const client = new OpenAI({ apiKey: 'sk-Zk3Vt9Qw2Lm8Xc5Rb7Np4Yh6' })"],
    ['MP-SEC-011', "module.exports = { wxMessageToken: 'abcdefgh' }"],
    ['MP-SEC-001', `<?php define('WX_APPSECRET', '${hex}');`],
    ['MP-SEC-005', "app.use(session({ secret: 'keyboard cat', resave: false }))"],
    ['MP-SEC-005', "export default { name: 'sid', type: 'file', secret: 'Rt)4@D83', timeout: 3600, cookie: { httponly: true } }"],
    ['MP-SEC-005', "const key = { JWT_SECRET: process.env.JWT_SECRET || 'your-secret-key-change-in-production' }"],
    ['MP-SEC-005', "jwt.verify(token, process.env.JWT_SECRET || 'your_kitchen_secret')"],
    ['MP-SEC-005', "jwt.sign(\n  { id },\n  process.env.JWT_RESET_SECRET ?? 'kitchen-reset-81',\n  { expiresIn: '1h' },\n)"],
    ['MP-SEC-005', "app.use(koajwt({ secret: 'shop_token_9527' }).unless({ path: [/login/] }))"],
    ['MP-SEC-006', "new Sequelize('shop', 'root', 'root123', { host: 'localhost', dialect: 'mysql' })"],
    ['MP-SEC-006', "nodemailer.createTransport({ host: 'smtp.shop.cn', auth: { user: 'a@shop.cn', pass: 'abzdwxyqqrstuvjk' } })"],
    ['MP-SEC-007', `new amapFile.AMapWX({ key: '${hex}' })`],
    ['MP-SEC-007', `const key = '${hex}'; wx.request({ url: 'https://devapi.qweather.com/v7/weather/now?key=' + key })`],
    ['MP-SEC-002', `$key = '${mixed}'; $mch_id = '1500000000';`],
    ['MP-SEC-011', "const token = 'weixin123'; const list = [token, timestamp, nonce].sort()"],
    ['MP-SEC-003', `const pem = '-----BEGIN PRIVATE KEY-----\\n' + '${mixed}${mixed}'`],
    ['MP-SEC-004', `const u = 'https://api.example.com/oauth?client_id=abc&client_secret=${mixed}'`],
    ['MP-SEC-004', `const SECRETKEY = '${hex}0f1e2d3c4b5a69788796a5b4c3d2e1f0'`],
    ['MP-SEC-004', `const header = { token: '${bearer('{"id":7,"name":"cook"}')}' }`],
    ['MP-SEC-005', "app.keys = ['a secret of the kitchen']"],
    ['MP-SEC-007', `const header = { Authorization: 'Bearer pat_${mixed}${mixed}' }`],
    ['MP-SEC-007', `const appCertificate = '${hex}'`],
    ['MP-SEC-013', `// const appSecret = '${hex}'`],
  ])('%s %s', (rule, text) => expect(rulesIn(detectors, text)).toEqual([rule]));

  it('reads settings of other languages', () => {
    expect(
      found(detectors, {
        'core/src/main/resources/application.yml': `wx:\n  app-id: wx1a2b3c4d5e6f7a8b\n  app-secret: ${hex}\ntencent:\n  secretId: ${akid}\n  secretKey: ${mixed}\n`,
        'db.properties':
          'spring.datasource.url=jdbc:mysql://h/d\nspring.datasource.username=root\nspring.datasource.password=shop123456\n',
        'src/JwtHelper.java': 'import com.auth0.jwt.JWT;\nclass A { static final String SECRET = "X-Shop-Signing-81"; }',
        'config.php': `<?php return ['wechat' => ['app_id' => 'wx1a2b3c4d5e6f7a8b', 'secret' => '${hex}']];`,
        'settings.py': `import os\nWECHAT_APP_SECRET = "${hex}"  # real\n`,
        '.env.production': `WX_SECRET=${hex}\nDB_HOST=h\nDB_PASSWORD=kq81Zx\n`,
        'README.md': `appsecret: ${hex}`,
      }),
    ).toEqual([
      'MP-SEC-001 .env.production:1',
      'MP-SEC-001 config.php:1',
      'MP-SEC-001 core/src/main/resources/application.yml:3',
      'MP-SEC-001 settings.py:2',
      'MP-SEC-004 core/src/main/resources/application.yml:5',
      'MP-SEC-004 core/src/main/resources/application.yml:6',
      'MP-SEC-005 src/JwtHelper.java:2',
      'MP-SEC-006 .env.production:3',
      'MP-SEC-006 db.properties:3',
      'MP-SEC-013 README.md:1',
    ]);
  });

  it('knows the cookie keys of Egg and Midway by the file of their settings', () => {
    const keys = "export default { keys: '1699900690011_7312', koa: { port: 80 } }";
    expect(
      found(detectors, {
        'src/config/config.default.ts': keys,
        'src/config/config.prod.ts': "export default { keys: 'title, price', list: { keys: 'abcdefgh' } }",
        'src/table.ts': keys,
      }),
    ).toEqual(['MP-SEC-005 src/config/config.default.ts:1']);
  });

  it('gives a module that is nothing but a value the name of its file', () => {
    expect(
      found(detectors, {
        'conf/jwtKey.js': "// key of the office\nmodule.exports = '!@#rty2019_shop'",
        'conf/mapKey.js': `export default '${hex}'`,
        'conf/prefix.js': "module.exports = '/server/api'",
        'conf/tokenKey.js': "module.exports = 'access_token'",
      }),
    ).toEqual(['MP-SEC-005 conf/jwtKey.js:2', 'MP-SEC-007 conf/mapKey.js:1']);
  });

  it('weighs by place', () => {
    const severity = (path: string, more: Record<string, string> = {}) =>
      findingsIn(detectors, { [path]: `const o = { appSecret: '${hex}' }`, ...more })[0]?.severity;
    expect(severity('config/config.default.js')).toBe('critical');
    expect(severity('config/config.local.js')).toBe('high');
    expect(severity('test/config.js')).toBe('medium');
    expect(severity('pages/a/a.js', { 'app.json': '{"pages":["pages/a/a"]}' })).toBe('critical');
  });
});

describe('good and trap: no credentials', () => {
  it.each([
    ['secret: process.env.WX_SECRET', 'from the environment'],
    ['module.exports = (app) => ({ keys: `${app.name}_${process.env.COOKIE_KEY}` })', 'name of the project before a setting'],
    ["exports.session = { key: 'EGG_SESS', encrypt: true }", 'name of a cookie'],
    ["const config = { storage: { sessionKey: 'sessionKey', tokenKey: 'token_key' } }", 'name of a place in the storage'],
    ['const APPSECRET = process.env.AppSecret', 'environment variable named secret'],
    ["module.exports = { secret: '', appSecret: '', mch_key: '' }", 'empty'],
    [
      "module.exports = { weixin: { appid: 'wx1a2b3c4d5e6f7a8b', secret: 'cb8e5adce569f9bddce5b8123123e1115aaddce505' } }",
      'typed placeholder of 42 digits',
    ],
    ["module.exports = { partner_key: 'asdasdasdasdasdasdasd', appkey: '123123123123123123123123' }", 'keyboard'],
    ["qiniu: { access_key: 'asdlakjsdlajlajsdlas', secret_key: 'alskdjalksjdlasjdlajsd' }", 'keyboard rows'],
    ["module.exports = { MCHID: 'xxxxxxxxx', KEY: 'xxxxxx' }", 'example'],
    ["return 'TXWzXjO4C0odXCwQk4idgBtGcgSKBEWXJETYBZcRAzE'", 'template id'],
    ["const openid = 'onsgK5Zc7t-bFdnFk3_krqdIRZYY'", 'openid'],
    ["const BotId = '61a6d821-b1e9-4c5c-a789-fb6150670f1b'", 'identifier'],
    ["module.exports = { sdkAppID: 1400450467, appid: 'wx1a2b3c4d5e6f7a8b' }", 'public ids'],
    ["profile_password: 'Change password', password: '密码'", 'labels'],
    ['wx.request({ data: { username: this.data.username, password: this.data.password } })', 'user input'],
    ["if (password === 'hunter22') { host = user }", 'comparison'],
    [`const integrity = 'sha512-${'q8ZrT3vXk1LmN7pW2sYd5fGh'}=='`, 'integrity'],
    [`var img = 'https://x.tcb.qcloud.la/a.jpg?sign=${hex}&t=1765509278'`, 'signed address of a public image'],
    [`const icon = 'data:image/png;base64,iVBORw0KGgo${mixed}AAAA'`, 'image'],
    [`const md5 = '${hex}'; const etag = '${hex}'; const fileHash = '${hex}'`, 'hashes'],
    [
      "const jwt = require('jsonwebtoken'); const tokenHeader = 'X-Shop-Token'; const tokenKey = 'accessToken'",
      'names of headers and keys',
    ],
    ["wx.setStorageSync('token', res.data.token); const TOKEN_KEY = 'user_token'", 'storage keys'],
    ["const config = { token: '', appid: 'wx1a2b3c4d5e6f7a8b', secret: '<your secret>' }", 'hole'],
    ["const url = 'mysql://root:${PASSWORD}@db/shop'", 'hole in an address'],
    ["app.use(session({ secret: 'your secret here' }))", 'asks to be replaced'],
    ["new Sequelize(name, user, process.env.DB_PASSWORD, { dialect: 'mysql' })", 'from the environment'],
    [
      "const sessionSecret = process.env.SESSION_SECRET || 'local-planner-secret'\nif (production && !process.env.SESSION_SECRET) {\n  console.error('set SESSION_SECRET'); process.exit(1)\n}",
      'a default that works for developers only',
    ],
    [
      "if (!process.env.JWT_SECRET) throw new Error('JWT_SECRET')\njwt.verify(token, process.env.JWT_SECRET || 'kitchen-81')",
      'a default that is never reached, as an argument',
    ],
    [
      "const list = [page(1, process.env.PAGE_KEY || 'home'), request(url, process.env.REGION || 'ap-beijing')]",
      'defaults of settings',
    ],
    ["const list = [{ key: 'group-more-style' }, { key: 'a1b2c3d4e5f6a7b8c9d0e1f2' }]", 'keys of a list'],
    ["this.setData({ token: 'abc123' }); const timestamp = Date.now(); const nonce = rand()", 'a member of an object'],
    ["const lng = { secret: '密钥', apiKey: 'please enter key' }", 'interface text'],
    ["out.write('-----BEGIN RSA PRIVATE KEY-----\\n'); out.write(encoder.encode(key))", 'writes a key'],
    ["text = text.replace('-----BEGIN PRIVATE KEY-----\\n', '').trim()", 'takes a key apart'],
    [`const anonKey = '${bearer('{"role":"anon"}')}'; const key = '${bearer('{"role":"anon"}')}'`, 'meant for everybody'],
    [`// curl -H 'token: ${bearer('{"id":7,"name":"cook"}')}'`, 'shown in a comment'],
  ])('%s (%s)', (text) => expect(rulesIn(detectors, text)).toEqual([]));

  it('takes nothing weak from builds that are thrown away and from files that show how to fill in the real ones', () => {
    const settings = 'MYSQL_ROOT_PASSWORD=root\nJWT_SECRET=kitchen81\n';
    expect(
      found(detectors, {
        '.github/workflows/ci.yml': 'env:\n  MYSQL_ROOT_PASSWORD: root81\n  JWT_SECRET: ci-kitchen-secret\n',
        'server/.env.example': `${settings}WX_SECRET=${hex}\n`,
        'server/.env': settings,
      }),
    ).toEqual(['MP-SEC-001 server/.env.example:3', 'MP-SEC-005 server/.env:2', 'MP-SEC-006 server/.env:1']);
  });

  it('leaves bindings, lockfiles and translations alone', () => {
    expect(
      found(detectors, {
        'vant/field/index.wxml': `<input password="{{ password || type === 'password' }}" />`,
        'package-lock.json': `{"packages":{"x":{"integrity":"sha512-${mixed}","secret":"${hex}"}}}`,
        'src/locales/en.js': `export default { appSecret: '${hex}' }`,
        'project.config.json': '{"appid":"wx1a2b3c4d5e6f7a8b","setting":{}}',
      }),
    ).toEqual([]);
  });
});
