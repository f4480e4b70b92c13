import { type AddressInfo, createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { type LdapSourceConfig, ldapSourceSchema } from '@menshen/contract';
import ldap, { type Filter, type Request } from 'ldapjs';
import type * as z from 'zod';
import { testTlsPair } from '../../testing/tls-pair.ts';
import { plainDn } from './dn.ts';

/** An entry of the test directory; values are text or bytes. */
export interface TestEntry {
  readonly dn: string;
  readonly attributes: Readonly<Record<string, string | readonly string[] | Buffer>>;
}

export const bindDn = 'cn=reader,dc=example,dc=com';
export const bindSecret = 'reader-secret';
const pagedControl = '1.2.840.113556.1.4.319';
const startTlsOid = '1.3.6.1.4.1.1466.20037';

export interface TestLdap {
  readonly port: number;
  entries: readonly TestEntry[];
  /** Each answer waits for so long, ms. */
  delayMs: number;
  /** Searches that came: filter and page size. */
  readonly searches: { readonly filter: string; readonly page: number | null }[];
  readonly binds: string[];
  /** Called at every page; may throw, or cut the connection. */
  onPage: (request: Request, page: number) => void;
  close(): Promise<void>;
}

/** A small LDAP server of another make (ldapjs) with paging; over TLS when asked. */
export async function startTestLdap(entries: readonly TestEntry[], tls = false): Promise<TestLdap> {
  const pair = testTlsPair('first');
  const server = ldap.createServer(tls ? { certificate: pair.cert, key: pair.key } : {});
  const state: Pick<TestLdap, 'entries' | 'delayMs' | 'onPage'> = {
    entries,
    delayMs: 0,
    onPage: () => undefined,
  };
  const searches: TestLdap['searches'] = [];
  const binds: string[] = [];
  server.on('error', () => undefined);
  server.bind('dc=example,dc=com', (request, response, next) => {
    binds.push(request.dn.toString());
    if (plainDn(request.dn.toString()) !== bindDn || request.credentials !== bindSecret)
      return next(new ldap.InvalidCredentialsError());
    response.end();
    return next();
  });
  server.search('dc=example,dc=com', (request, response, next) => {
    const base = plainDn(request.dn.toString());
    const control = request.controls.find((one) => one.type === pagedControl);
    const size = control === undefined || control.value.size === 0 ? null : control.value.size;
    const from = control === undefined ? 0 : Number(Buffer.from(control.value.cookie).toString() || '0');
    searches.push({ filter: request.filter.toString(), page: size });
    try {
      state.onPage(request, size === null ? 0 : from / size);
    } catch (error) {
      return next(error as Error);
    }
    const scopeIsBase = String(request.scope) === 'base' || request.scope === 0;
    const found = state.entries.filter(({ dn, attributes }) => {
      const plain = plainDn(dn);
      if (scopeIsBase ? plain !== base : plain !== base && !plain.endsWith(`,${base}`)) return false;
      const texts = Object.entries(attributes).map(([name, value]) => [
        name.toLowerCase(),
        (Array.isArray(value) ? value : [value]).map((one: string | Buffer) =>
          typeof one === 'string' ? one : one.toString('latin1'),
        ),
      ]);
      // Its filters compare names with regard to case; here both are lower case.
      return lowerCase(request.filter).matches(Object.fromEntries(texts) as Record<string, string[]>);
    });
    const page = size === null ? found : found.slice(from, from + size);
    const wanted = request.attributes.map((name) => name.toLowerCase());
    // ldapjs compares names with regard to case, which LDAP does not: choosing is done here.
    response.attributes.length = 0;
    for (const { dn, attributes } of page) {
      const shown = Object.entries(attributes).filter(([name]) =>
        wanted.some((one) => name.toLowerCase().split(';')[0] === one.split(';')[0]),
      );
      response.send({ dn, attributes: Object.fromEntries(shown) });
    }
    if (size !== null) {
      const next = from + size < found.length ? Buffer.from(String(from + size)) : Buffer.alloc(0);
      response.addControl(new ldap.PagedResultsControl({ value: { size: found.length, cookie: next } }));
    }
    setTimeout(() => {
      response.end();
      next();
    }, state.delayMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(state, {
    port: server.port,
    searches,
    binds,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  });
}

function lowerCase(filter: Filter): Filter {
  if (filter.attribute !== undefined) filter.attribute = filter.attribute.toLowerCase();
  for (const inner of filter.filters ?? []) lowerCase(inner);
  return filter;
}

export interface StartTlsFront {
  readonly port: number;
  /** Everything that came in clear. */
  readonly clear: Buffer[];
  close(): Promise<void>;
}

/** Stands before a plain LDAP server and upgrades connections (RFC 4511 4.14), or refuses to. */
export async function startTlsFront(target: number, answer: 'upgrade' | 'refuse'): Promise<StartTlsFront> {
  const pair = testTlsPair('first');
  const clear: Buffer[] = [];
  const sockets = new Set<Socket>();
  const { connect } = await import('node:net');
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    const onClear = (bytes: Buffer): void => {
      clear.push(bytes);
      if (!bytes.includes(startTlsOid)) return;
      // The message id of the request is its third element: 30 len 02 01 ID.
      const id = bytes[4] ?? 1;
      const code = answer === 'upgrade' ? 0 : 2;
      socket.write(Buffer.from([0x30, 0x0c, 0x02, 0x01, id, 0x78, 0x07, 0x0a, 0x01, code, 0x04, 0x00, 0x04, 0x00]));
      if (answer === 'refuse') return;
      socket.off('data', onClear);
      const secure = new TLSSocket(socket, { isServer: true, cert: pair.cert, key: pair.key });
      const behind = connect(target, '127.0.0.1');
      sockets.add(behind);
      for (const one of [secure, behind]) one.on('error', () => undefined);
      secure.pipe(behind).pipe(secure);
    };
    socket.on('data', onClear);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    clear,
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** Configuration of a source on a test server. */
export function ldapConfig(port: number, more: Partial<z.input<typeof ldapSourceSchema>> = {}): LdapSourceConfig {
  return ldapSourceSchema.parse({
    id: 'corp',
    url: `ldap://127.0.0.1:${port}`,
    tls: 'off',
    bind: { dn: bindDn, secret: bindSecret },
    people: { base: 'ou=people,dc=example,dc=com', filter: '(objectClass=user)' },
    pageSize: 10,
    timeoutMs: 2_000,
    ...more,
  });
}

const guid = (byte: number): Buffer => Buffer.from([0xc3, byte, 0x00, 0xff, ...Array.from({ length: 12 }, () => byte)]);

export function testUnit(dn: string, key: number, more: TestEntry['attributes'] = {}): TestEntry {
  return {
    dn,
    attributes: { objectClass: 'organizationalUnit', objectGUID: guid(key), ou: dn.slice(3, dn.indexOf(',')), ...more },
  };
}

export function testUser(uid: string, unit: string, key: number, more: TestEntry['attributes'] = {}): TestEntry {
  return {
    dn: `cn=${uid},${unit}`,
    attributes: {
      objectClass: ['top', 'user'],
      objectGUID: guid(key),
      sAMAccountName: uid,
      displayName: `名 ${uid}`,
      userAccountControl: '512',
      ...more,
    },
  };
}
