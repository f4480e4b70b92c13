import { describe, expect, test } from 'vitest';
import { createValueInspector, type ValueAt } from '../testing/value.ts';
import { nosqlDetector } from './detector.ts';

const inspect = createValueInspector([nosqlDetector]);

describe('nosqlDetector', () => {
  const attacks: readonly (readonly [string, string, ValueAt?])[] = [
    ['nosqli', '{"$gt":""}'],
    ['nosqli', '{"$ne":null}'],
    ['nosqli', '{"$regex":".*"}'],
    ['nosqli', '{"username":{"$ne":"x"},"password":{"$ne":"y"}}'],
    ['nosqli', '$where', { place: 'key', name: '' }],
    ['nosqli', 'password[$ne]', { place: 'key', name: '' }],
    ['nosqli', 'user[$regex]', { place: 'key', name: '' }],
    ['nosqli', 'username[$ne]=a&password[$ne]=b'],
    ['nosqli', "' || 'a'=='a"],
    ['nosqli', "' || this.password != '"],
    ['nosqli', "'; while(true){}; var x='"],
    ['nosqli', "admin' && this.role == 'admin' || 'a'=='b"],
    ['nosqli', '{"$where":"sleep(5000)"}'],
    ['nosqli', "'; return this.a == 1; //"],
    ['nosqli', "1, $where: '1 == 1'"],
    ['nosqli', '{"$or":[{},{"a":"a"}]}'],
    ['nosqli', "';sleep(3000);'"],
    ['nosqli', "true, $where: 'sleep(1)'"],
    ['nosqli', 'db.users.find({$where:"1"})'],
    ['nosqli', '{"script":{"lang":"painless","source":"Runtime"}}'],
    ['nosqli', '{"$type":"System.Windows.Data.ObjectDataProvider, PresentationFramework"}'],
    ['nosqli', '{"$where":"this.a==1"}'],
    ['nosqli', '{"a":{"$exists":true}}'],
    ['nosqli', '{"$nin":[]}'],
    ['nosqli', '{"$gte":0}'],
    ['nosqli', '[{"$match":{}}]'],
    ['nosqli', '{"$lookup":{"from":"users"}}'],
    ['nosqli', "' || 1==1 //"],
    ['nosqli', "' || 1==1%00"],
    ['nosqli', "a'; return true; var b='"],
    ['nosqli', '"; return true; var a="'],
    ['nosqli', "' && this.password.match(/.*/)//"],
    ['nosqli', '{"username":"admin","password":{"$gt":""}}'],
    ['nosqli', 'password[$regex]=^a'],
    ['nosqli', '{"selector":{"_id":{"$gt":null}}}'],
  ];

  test.each(attacks.map(([attackClass, text, at]) => ({ attackClass, text, at })))(
    '$attackClass: $text',
    ({ attackClass, text, at }) => {
      const { action, findings } = inspect(text, at);
      expect({ action, classes: [...new Set(findings.map((finding) => finding.class))] }).toMatchObject({
        action: 'block',
        classes: expect.arrayContaining([attackClass]),
      });
    },
  );
});
