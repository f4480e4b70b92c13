import { describe, expect, it } from 'vitest';
import { backendHeaders, clientHeaders, namesReservedInConnection } from './headers.ts';

const ours = {
  address: '198.51.100.7',
  host: 'app.example.com',
  secure: true,
  requestId: 'rid',
  identity: 'ours',
  risk: 0,
  contentLength: null,
};
const request = (rawHeaders: string[], connection?: string) => ({ rawHeaders, headers: { connection } });
const pairs = (flat: readonly string[]): [string, string][] =>
  flat.flatMap((name, at) => (at % 2 === 0 ? [[name.toLowerCase(), flat[at + 1] ?? '']] : []));
const linePairs = (lines: string): [string, string][] =>
  lines
    .split('\r\n')
    .slice(0, -1)
    .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]);

describe('identity towards the backend', () => {
  it.each([
    'X-Menshen-Identity',
    'x-menshen-identity',
    'X_MENSHEN_IDENTITY',
    'x-menshen_identity',
    'X-Menshen--Identity',
    'x_menshen__identity',
    'X-MENSHEN-RISK',
    'x-menshenidentity',
    'X_Menshen-Request-Id',
    'X.Menshen.Identity',
    'x!menshen~identity',
  ])('drops %s from the client', (name) => {
    const sent = pairs(backendHeaders(request([name, 'forged', 'Accept', 'a']), ours));
    expect(sent.filter(([, value]) => value === 'forged')).toEqual([]);
    expect(sent.filter(([header]) => header === 'x-menshen-identity')).toEqual([['x-menshen-identity', 'ours']]);
    expect(sent).toContainEqual(['accept', 'a']);
  });
  it('drops every forwarding header of the client and says its own', () => {
    const sent = pairs(
      backendHeaders(
        request(['X-Forwarded-For', '6.6.6.6', 'X-Real-IP', '6.6.6.6', 'Forwarded', 'for=6.6.6.6', 'Host', 'evil']),
        ours,
      ),
    );
    expect(sent.filter(([, value]) => value.includes('6.6.6.6') || value === 'evil')).toEqual([]);
    expect(sent).toContainEqual(['x-forwarded-for', '198.51.100.7']);
  });
  it.each([
    // As CGI, WSGI, Rack and PHP read a name.
    'X_Forwarded_For',
    'x_real_ip',
    'X.Forwarded.Host',
    'X_Forwarded-Proto',
    'X-Forwarded-Prefix',
    'X-Forwarded-Uri',
    'True-Client-IP',
    'CF-Connecting-IP',
    'Client_IP',
    // Another path, method or host than the one that was decided upon.
    'X-Original-URL',
    'X_Rewrite_Url',
    'X-HTTP-Method-Override',
    'x_http_method_override',
    'X-Method-Override',
    'X-Original-Host',
    'X-Middleware-Subrequest',
    // A proxy for the requests that the backend makes itself (CVE-2016-5385).
    'Proxy',
    'Transfer_Encoding',
    'Keep_Alive',
  ])('drops %s, by which a backend would be told something else than the gateway has judged', (name) => {
    const sent = pairs(backendHeaders(request([name, 'forged', 'X-Trace_Id', 'kept']), ours));
    expect(sent.filter(([, value]) => value === 'forged')).toEqual([]);
    expect(sent).toContainEqual(['x-trace_id', 'kept']);
  });
  it("keeps the session token from the backend, but not the app's own credentials", () => {
    expect(pairs(backendHeaders(request(['Authorization', 'Bearer mst1.abc']), ours)).map(([name]) => name)).not.toContain(
      'authorization',
    );
    expect(pairs(backendHeaders(request(['Authorization', 'Basic abc']), ours))).toContainEqual(['authorization', 'Basic abc']);
  });
  it('drops what Connection names, and detects an attempt to have our headers dropped by the next hop', () => {
    const names = pairs(backendHeaders(request(['Connection', 'close, X-Trace', 'X-Trace', '1'], 'close, X-Trace'), ours)).map(
      ([name]) => name,
    );
    expect(names).not.toContain('x-trace');
    expect(names).not.toContain('connection');
    expect(namesReservedInConnection('close, X_Menshen-Identity')).toBe(true);
    for (const named of ['Content-Type', 'close, content_encoding', 'Host', 'Authorization', 'Cookie', 'X.Menshen.Risk'])
      expect([named, namesReservedInConnection(named)]).toEqual([named, true]);
    for (const named of ['keep-alive', 'Keep-Alive, Upgrade', 'close, TE', 'Upgrade, HTTP2-Settings', 'X-Hosts'])
      expect([named, namesReservedInConnection(named)]).toEqual([named, false]);
  });
});

describe('answers to the client', () => {
  it('withholds what tells about the backend and adds the security headers', () => {
    const { list, lines } = clientHeaders(
      { server: 'Apache/2.4.1', 'x-powered-by': 'PHP/5.6', 'content-type': 'application/json', 'x-menshen-identity': 'echo' },
      'rid',
      true,
      2,
    );
    const out: Record<string, string> = Object.fromEntries([...pairs(list), ...linePairs(lines)]);
    expect(out).not.toHaveProperty('server');
    expect(out).not.toHaveProperty('x-powered-by');
    expect(out).not.toHaveProperty('x-menshen-identity');
    expect(out).toMatchObject({
      'content-type': 'application/json',
      'x-content-type-options': 'nosniff',
      'x-menshen-request-id': 'rid',
    });
    expect(out['strict-transport-security']).toContain('max-age');
  });

  it('says nothing twice where the backend has said it', () => {
    for (const own of ['x-frame-options', 'content-security-policy', 'cache-control']) {
      const { list, lines } = clientHeaders({ [own]: 'of the backend' }, 'rid', false, null);
      const names = [...pairs(list), ...linePairs(lines)].map(([name]) => name);
      expect(names.filter((name) => name === own)).toEqual([own]);
      expect(names).toEqual(expect.arrayContaining(['x-content-type-options', 'referrer-policy', 'cache-control', own]));
      expect(new Set(names).size).toBe(names.length);
    }
  });
});
