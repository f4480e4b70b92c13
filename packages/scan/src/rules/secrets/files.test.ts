import { describe, expect, it } from 'vitest';
import { found } from '../patterns/testing.ts';
import { keyFiles } from './key-files.ts';
import { seededAccounts } from './seeded-accounts.ts';

const app = { 'mini/app.json': '{"pages":["pages/a/a"]}', 'mini/pages/a/a.js': 'Page({})' };

describe('key files and files in the package', () => {
  it('finds what is a key, and what is uploaded by mistake', () => {
    expect(
      found([keyFiles], {
        ...app,
        deploy_key: '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNz\n',
        'how.txt': 'A key begins with\n-----BEGIN OPENSSH PRIVATE KEY-----\n',
        'cert/apiclient_key.pem': '-----BEGIN PRIVATE KEY-----\nMIIB\n',
        'cert/apiclient_cert.p12': new Uint8Array([1, 2]),
        'cert/ca.pem': '-----BEGIN CERTIFICATE-----\n',
        'cert/public.key': '-----BEGIN PUBLIC KEY-----\n',
        'mini/.env': 'A=1',
        'mini/pages/a/a.js.map': '{}',
        'mini/backup.zip': new Uint8Array([1]),
        'server/.env': 'A=1',
      }),
    ).toEqual([
      'MP-SEC-003 cert/apiclient_cert.p12:1',
      'MP-SEC-003 cert/apiclient_key.pem:1',
      'MP-SEC-003 deploy_key:1',
      'MP-SEC-014 mini/.env:1',
      'MP-SEC-014 mini/backup.zip:1',
      'MP-SEC-014 mini/pages/a/a.js.map:1',
    ]);
  });

  it('trusts packOptions.ignore', () => {
    const ignore = [
      { type: 'file', value: '.env' },
      { type: 'suffix', value: '.map' },
      { type: 'glob', value: '**/*.zip' },
    ];
    expect(
      found([keyFiles], {
        ...app,
        'project.config.json': JSON.stringify({ miniprogramRoot: 'mini/', packOptions: { ignore } }),
        'mini/.env': 'A=1',
        'mini/a.js.map': '{}',
        'mini/backup.zip': new Uint8Array([1]),
      }),
    ).toEqual([]);
  });
});

describe('seeded accounts', () => {
  it('finds administrators with a constant password', () => {
    expect(
      found([seededAccounts], {
        'db/migrations/1-init.js':
          "exports.up = q => q.bulkInsert('admin', [{\n  userType: 'admin',\n  userName: 'admin',\n  password: '21232f297a57a5a743894a0e4a801fc3',\n}])",
        'sql/data.sql':
          "INSERT INTO `shop_goods` VALUES (1,'admin chair');\nINSERT INTO `shop_admin` VALUES (1,'admin123','$2a$10$abcdefghijklmnopqrstuuKxyzKxyzKxyzKxyzKxyzKxyzKxyzK',NULL);\n",
      }),
    ).toEqual(['MP-SEC-012 db/migrations/1-init.js:4', 'MP-SEC-012 sql/data.sql:2']);
  });

  it('leaves connections, customers and computed passwords alone', () => {
    expect(
      found([seededAccounts], {
        'db/config.json': '{"host":"h","username":"root","password":"kq81Zx"}',
        'db/seeds/a.js': "bulkInsert('admin', [{ userName: 'admin', password: hash(random()), role: 1 }])",
        'src/admin-model.js':
          "const add = (a) => query('INSERT INTO admins (name, password) VALUES (?, ?)', a)\nfunction stats() {\n  return query(`SELECT COUNT(CASE WHEN role = 'admin' THEN 'yes!' END), (1) FROM admins`)\n}\nconst more = (a) => query(`INSERT INTO admins VALUES (?)`, a) && query(`SELECT (CASE role WHEN 'admin' THEN 'boss' END)`)",
        'sql/log.sql': "INSERT INTO `shop_log` VALUES (1,'admin123','0:0:0:0:0:0:0:1',1);",
        'src/login.js': "login({ username: 'admin', password: input.value, remember: true })",
      }),
    ).toEqual([]);
  });
});
