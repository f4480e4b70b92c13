import { describe, expect, it } from 'vitest';
import { found } from '../patterns/testing.ts';
import { seededScripts } from './seeded-scripts.ts';

const scan = (text: string, path = 'server/db.js'): string[] => found([seededScripts], { [path]: text });

describe('accounts that a program creates with a password in its code', () => {
  it.each([
    ["const name = 'admin'\nconst pwd = 'a123456'\nawait AdminUser.create({\n  username: name,\n  password: pwd,\n})", 5],
    ["const defaultUsers = [\n  { username: 'admin', password: bcrypt.hashSync('admin123', 10), role: 'admin' },\n]", 2],
    ["db.prepare(sql).run('admin', bcrypt.hashSync('admin123', 10), now)", 1],
    ["await pool.query('INSERT INTO admins VALUES (?, ?)', ['admin', await bcrypt.hash('letmein1', 10)])", 1],
    ["new User({ email: 'a@shop.cn', role: 'superadmin', password: md5('shop2020') }).save()", 1],
  ])('bad: %s', (text, line) => expect(scan(text)).toEqual([`MP-SEC-012 server/db.js:${line}`]));

  it('names the other accounts of a list of seeds too', () => {
    expect(
      scan(
        "const seeds = [\n { username: 'admin', password: hash('admin123') },\n { username: 'teacher1', password: hash('123456') }\n]",
      ),
    ).toEqual(['MP-SEC-012 server/db.js:2', 'MP-SEC-012 server/db.js:3']);
  });

  it.each([
    "await AdminUser.create({ username: 'admin', password: process.env.ADMIN_PASSWORD })",
    "await AdminUser.create({ username: 'admin', password: hashSync(crypto.randomBytes(12).toString('hex'), 10) })",
    "const labels = { username: 'admin', password: 'admin123' }",
    "const rules = [{ name: 'password', password: 'required', message: 'admin only' }]",
    "db.prepare(sql).run('admin', hashSync(request.body.password, 10))",
    "await User.findOne({ username: 'admin', password: md5(body.password) })",
    "await Customer.create({ username: body.name, password: hashSync('guest-pass', 4) }) // root",
  ])('good and trap: %s', (text) => expect(scan(text)).toEqual([]));

  it('leaves unit tests and pages of a mini program alone', () => {
    const text = "User.create({ username: 'admin', password: 'admin123' })";
    expect(
      found([seededScripts], { 'test/user.test.js': text, 'app.json': '{"pages":["pages/a/a"]}', 'pages/a/a.js': text }),
    ).toEqual([]);
  });
});
