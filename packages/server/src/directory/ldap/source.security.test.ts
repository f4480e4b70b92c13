import { ldapSourceSchema } from '@menshen/contract';
import { afterEach, describe, expect, it } from 'vitest';
import { testTlsPair } from '../../testing/tls-pair.ts';
import { plainDn, splitDn } from './dn.ts';
import { createLdapSource } from './source.ts';
import { bindDn, bindSecret, ldapConfig, startTestLdap, startTlsFront, type TestEntry, testUnit, testUser } from './testing.ts';

const people = 'ou=people,dc=example,dc=com';
const rd = `ou=研发,${people}`;
const team = `ou=team\\, one,${rd}`;
const company: readonly TestEntry[] = [
  testUnit(people, 1, { ou: 'people' }),
  testUnit(rd, 2, { ou: '研发', managedBy: `CN=boss, ${rd}` }),
  testUnit(team, 3, { ou: 'team, one' }),
  testUser('boss', rd, 0x21, { title: '总监', mobile: '+86 13800000001', mail: 'boss@example.com', employeeID: 'E1' }),
  testUser('zhang', team, 0x22),
  testUser('off', rd, 0x23, { userAccountControl: '514' }),
  testUser('expired', rd, 0x24, { accountExpires: '132223104000000000' }),
  testUser('endless', rd, 0x25, { accountExpires: '9223372036854775807' }),
];
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
const clock = (): number => Date.UTC(2026, 0, 1);
const started = async (entries = company, tls = false) => {
  const server = await startTestLdap(entries, tls);
  closers.push(() => server.close());
  return server;
};
const key = (byte: number): string =>
  Buffer.from([0xc3, byte, 0x00, 0xff, ...Array.from({ length: 12 }, () => byte)]).toString('hex');

describe('people and departments of a domain', () => {
  it('units are departments by their lasting key, people have their attributes', async () => {
    const server = await started();
    const image = await createLdapSource(ldapConfig(server.port), { clock }).read();
    expect(image.departments).toEqual([
      { id: `corp:${key(1)}`, name: 'people', parent: null, order: 0 },
      { id: `corp:${key(2)}`, name: '研发', parent: `corp:${key(1)}`, order: 0 },
      { id: `corp:${key(3)}`, name: 'team, one', parent: `corp:${key(2)}`, order: 0 },
    ]);
    expect(image.people.find((one) => one.uid === 'boss')).toEqual({
      key: key(0x21),
      uid: 'boss',
      kind: 'employee',
      name: '名 boss',
      departments: [`corp:${key(2)}`],
      leads: [`corp:${key(2)}`],
      position: '总监',
      phone: '+86 13800000001',
      email: 'boss@example.com',
      number: 'E1',
      roles: [],
      status: 'active',
    });
    expect(image.people.find((one) => one.uid === 'zhang')?.departments).toEqual([`corp:${key(3)}`]);
    expect(image.people.map((one) => [one.uid, one.status])).toEqual([
      ['boss', 'active'],
      ['zhang', 'active'],
      ['off', 'disabled'],
      ['expired', 'disabled'],
      ['endless', 'active'],
    ]);
  });
  it('a unit that moves keeps its key and so its id', async () => {
    const moved = [company[0], testUnit(`ou=研发,ou=x,${people}`, 2), testUnit(`ou=x,${people}`, 9)] as readonly TestEntry[];
    const image = await createLdapSource(ldapConfig((await started(moved)).port), { clock }).read();
    expect(image.departments.find((one) => one.id === `corp:${key(2)}`)?.parent).toBe(`corp:${key(9)}`);
  });
  it('groups can be departments, large ones come in ranges, and groups in groups are below them', async () => {
    const group = (name: string, byte: number, more: TestEntry['attributes']): TestEntry => ({
      dn: `cn=${name},ou=groups,dc=example,dc=com`,
      attributes: { ...testUnit(people, byte).attributes, objectClass: 'group', cn: name, ...more },
    });
    const all = group('all', 0x31, { member: ['CN=RD,OU=groups,DC=example,DC=com', `cn=boss,${rd}`] });
    const part = group('rd', 0x32, { 'member;range=0-1': [`CN=zhang,${team}`, `cn=off,${rd}`] });
    const server = await started([...company, all, part]);
    server.onPage = (request) => {
      if (String(request.scope) !== 'base' && request.scope !== 0) return;
      server.entries = [...company, all, group('rd', 0x32, { 'member;range=2-*': [`cn=endless,${rd}`] })];
    };
    const config = ldapConfig(server.port, { departments: 'group', groups: { base: 'ou=groups,dc=example,dc=com' } });
    const image = await createLdapSource(config, { clock }).read();
    expect(image.departments.map(({ name, parent }) => [name, parent])).toEqual([
      ['all', null],
      ['rd', `corp:${key(0x31)}`],
    ]);
    const inside = Object.fromEntries(image.people.map((one) => [one.uid, one.departments]));
    expect(inside).toMatchObject({
      boss: [`corp:${key(0x31)}`],
      zhang: [`corp:${key(0x32)}`],
      off: [`corp:${key(0x32)}`],
      endless: [`corp:${key(0x32)}`],
      expired: [],
    });
  });
  it('reads page by page', async () => {
    const many = Array.from({ length: 95 }, (_, at) => testUser(`u${at}`, rd, 0x40 + at));
    const server = await started([...company.slice(0, 3), ...many]);
    const image = await createLdapSource(ldapConfig(server.port), { clock }).read();
    expect(image.people).toHaveLength(95);
    expect(server.searches.filter((one) => one.filter.includes('user')).map((one) => one.page)).toEqual(
      Array.from({ length: 10 }, () => 10),
    );
  });
  it('another attribute can say that an account is closed', async () => {
    const users = [
      testUser('a', rd, 0x41, { nsAccountLock: 'TRUE' }),
      testUser('b', rd, 0x42, { nsAccountLock: 'false' }),
      testUser('c', rd, 0x43),
    ];
    const config = ldapConfig((await started(users)).port, { disabled: { attribute: 'nsAccountLock' } });
    expect((await createLdapSource(config, { clock }).read()).people.map((one) => one.status)).toEqual([
      'disabled',
      'active',
      'active',
    ]);
  });
});

describe('never a part of an answer', () => {
  const many = Array.from({ length: 45 }, (_, at) => testUser(`u${at}`, rd, 0x40 + at));
  it('a failure on a later page ends the reading', async () => {
    const server = await started(many);
    server.onPage = (_request, page) => {
      if (page === 2) throw Object.assign(new Error('busy'), { code: 51 });
    };
    await expect(createLdapSource(ldapConfig(server.port), { clock }).read()).rejects.toThrow();
  });
  it('so does a connection that breaks: the rest is not asked for as nobody', async () => {
    const server = await started(many);
    server.onPage = (request, page) => {
      if (page === 2) request.connection.destroy();
    };
    await expect(createLdapSource(ldapConfig(server.port), { clock }).read()).rejects.toThrow();
    expect(server.binds).toHaveLength(1);
  });
  it('an account whose state may not be seen is no account to guess about', async () => {
    const { userAccountControl: _hidden, ...rest } = testUser('a', rd, 0x41).attributes as Record<string, string>;
    const server = await started([{ dn: `cn=a,${rd}`, attributes: rest }]);
    await expect(createLdapSource(ldapConfig(server.port), { clock }).read()).rejects.toMatchObject({
      code: 'ldap_status_missing',
    });
  });
  it('more entries than the limit end the reading', async () => {
    const server = await started(many);
    await expect(createLdapSource(ldapConfig(server.port, { maxEntries: 20 }), { clock }).read()).rejects.toMatchObject({
      code: 'ldap_too_many',
    });
  });
  it('ranges of members that never end do', async () => {
    const server = await started(many);
    const group = (from: number): TestEntry => ({
      dn: 'cn=all,ou=groups,dc=example,dc=com',
      attributes: {
        ...testUnit(people, 0x31).attributes,
        ...{
          objectClass: 'group',
          cn: 'all',
          [`member;range=${from}-${from + 9}`]: Array.from({ length: 10 }, (_, at) => `cn=m${from + at}`),
        },
      },
    });
    let from = 0;
    server.entries = [group(0)];
    server.onPage = (request) => {
      if (String(request.scope) !== 'base' && request.scope !== 0) return;
      from += 10;
      server.entries = [group(from)];
    };
    const config = ldapConfig(server.port, {
      ...{ departments: 'group' as const, groups: { base: 'ou=groups,dc=example,dc=com' }, maxEntries: 300 },
    });
    await expect(createLdapSource(config, { clock }).read()).rejects.toMatchObject({ code: 'ldap_too_many' });
    expect(from).toBeLessThan(400);
  });
  it('a server that always answers just in time is not read for ever', async () => {
    const server = await started(many);
    server.delayMs = 400;
    const began = Date.now();
    const source = createLdapSource(ldapConfig(server.port), { clock, withinMs: 1_000 });
    await expect(source.read()).rejects.toMatchObject({ code: 'ldap_too_slow' });
    expect(Date.now() - began).toBeLessThan(5_000);
  });
  it('a wrong password reads nothing', async () => {
    const server = await started(many);
    const config = ldapConfig(server.port, { bind: { dn: bindDn, secret: 'wrong' } });
    await expect(createLdapSource(config, { clock }).read()).rejects.toThrow();
    expect(server.searches).toEqual([]);
  });
});

describe('the connection', () => {
  const ca = testTlsPair('first').cert;
  it('ldaps with a certificate that is known', async () => {
    const server = await started(company, true);
    const config = ldapConfig(server.port, { url: `ldaps://127.0.0.1:${server.port}`, tls: 'ldaps', ca });
    expect((await createLdapSource(config, { clock }).read()).people).toHaveLength(5);
  });
  it.each([
    ['an unknown authority', {}],
    ['another authority', { ca: testTlsPair('second').cert }],
    ['another name', { ca, serverName: 'ldap.example.com' }],
  ])('ldaps with %s is refused before the password is said', async (_name, more) => {
    const server = await started(company, true);
    const config = ldapConfig(server.port, { url: `ldaps://127.0.0.1:${server.port}`, tls: 'ldaps', ...more });
    await expect(createLdapSource(config, { clock }).read()).rejects.toThrow();
    expect(server.binds).toEqual([]);
  });
  it('StartTLS says nothing in clear but that', async () => {
    const server = await started();
    const front = await startTlsFront(server.port, 'upgrade');
    closers.push(() => front.close());
    const config = ldapConfig(front.port, { tls: 'starttls', ca });
    expect((await createLdapSource(config, { clock }).read()).people).toHaveLength(5);
    expect(Buffer.concat(front.clear).includes(bindSecret)).toBe(false);
    expect(Buffer.concat(front.clear).includes('cn=reader')).toBe(false);
  });
  it('a server that refuses StartTLS, or one with another certificate, gets no password', async () => {
    const server = await started();
    for (const [answer, authority] of [
      ['refuse', ca],
      ['upgrade', testTlsPair('second').cert],
    ] as const) {
      const front = await startTlsFront(server.port, answer);
      closers.push(() => front.close());
      await expect(
        createLdapSource(ldapConfig(front.port, { tls: 'starttls', ca: authority }), { clock }).read(),
      ).rejects.toThrow();
      expect(Buffer.concat(front.clear).includes(bindSecret)).toBe(false);
    }
    expect(server.binds).toEqual([]);
  });
  it.each([
    ['an unencrypted connection to another machine', { url: 'ldap://dc.example.com', tls: 'off' }],
    ['a name that only begins like loopback', { url: 'ldap://127.0.0.1.example.com', tls: 'off' }],
    ['ldaps to a plain address', { url: 'ldap://dc.example.com', tls: 'ldaps' }],
    ['an id of a built-in source', { id: 'wecom' }],
    ['groups without a place to look for them', { departments: 'group' }],
    ['a path in the address', { url: 'ldaps://dc.example.com/dc=x' }],
  ])('%s is a mistake of the configuration', (_name, more) => {
    const good = {
      id: 'corp',
      url: 'ldaps://dc.example.com',
      bind: { dn: bindDn, secret: bindSecret },
      people: { base: people },
    };
    expect(ldapSourceSchema.safeParse(good).success).toBe(true);
    expect(ldapSourceSchema.safeParse({ ...good, ...more }).success).toBe(false);
  });
});

describe('one person', () => {
  const text = { attributes: { key: 'sAMAccountName' } };
  it('is read by key, bytes or text', async () => {
    const server = await started();
    const byText = createLdapSource(ldapConfig(server.port, { ...text, departments: 'none' }), { clock });
    expect(await byText.readOne?.('zhang')).toMatchObject({ person: { uid: 'zhang', departments: null } });
    expect(await byText.readOne?.('nobody')).toBe('gone');
  });
  it.each(['*', 'z*', 'x)(objectClass=*', 'zhang)(|(sAMAccountName=*', '\\2a', 'zhang\u0000', '*)(userAccountControl=*'])(
    'a key is never syntax: %s',
    async (attack) => {
      const server = await started();
      const source = createLdapSource(ldapConfig(server.port, text), { clock });
      expect(await source.readOne?.(attack)).toBe('gone');
      // Whatever the key holds, the server was asked for the configured filter and one equality.
      expect(server.searches.at(-1)?.filter).toMatch(/^\(&\(objectclass=user\)\(samaccountname=[^()*]*\)\)$/i);
    },
  );
});

it('names are split at commas that separate', () => {
  expect(splitDn('cn=a\\,b,ou=c')).toEqual({ rdn: 'cn=a\\,b', parent: 'ou=c' });
  expect(splitDn('cn="a,b", ou=c')).toEqual({ rdn: 'cn="a,b"', parent: 'ou=c' });
  expect(plainDn('CN = A , OU=b,DC=c')).toBe('cn=a,ou=b,dc=c');
  expect(plainDn('ou=\\e7\\a0\\94\\E5\\8f\\91,dc=c')).toBe('ou=研发,dc=c');
  expect(plainDn('cn="a,b",dc=c')).toBe(plainDn('cn=a\\,b,dc=c'));
  expect(plainDn('cn=a\\2cb,dc=c')).toBe('cn=a\\,b,dc=c');
  expect(plainDn('cn=a\\,ou=b')).not.toBe(plainDn('cn=a,ou=b'));
});

it('a filter that is none is found before anything is asked', () => {
  expect(() => createLdapSource(ldapConfig(1, { people: { base: people, filter: '(a=b' } }), { clock })).toThrow();
});
