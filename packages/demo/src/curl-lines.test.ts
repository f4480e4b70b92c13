import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEmulator } from '@menshen/emulator';
import { describe, expect, it } from 'vitest';
import { startStandInGateway } from './actor/testing/stand-in-gateway.ts';
import { startDemoBackend } from './backend/server.ts';
import { demoCast } from './company/cast.ts';
import { curlLines } from './curl-lines.ts';
import { demoEmulator } from './emulator.ts';

const hasCurl = spawnSync('curl', ['--version']).status === 0 && spawnSync('sh', ['-c', 'true']).status === 0;

const usual = {
  gatewayUrl: 'http://127.0.0.1:8443',
  emulatorUrl: 'http://127.0.0.1:8481',
  backendUrl: 'http://127.0.0.1:8482',
};

describe('the curl lines of the start page', () => {
  const lines = curlLines({
    gatewayUrl: 'http://127.0.0.1:9000/ignored',
    emulatorUrl: 'http://127.0.0.1:9002',
    backendUrl: 'http://127.0.0.1:9003',
  });

  const atEmulator = new Set(['leaver-leaves', 'leaver-hired']);
  const portOf = (id: string): string => {
    if (id.endsWith('-code') && id !== 'reused-code') return '9002';
    if (atEmulator.has(id)) return '9002';
    return id.startsWith('before-') ? '9003' : '9000';
  };

  it('go to the ports that are given, one line each, explained in both languages', () => {
    for (const line of lines) {
      expect(line.command).not.toMatch(/\n/);
      expect(line.zh).toMatch(/\p{Script=Han}/u);
      expect(line.en).toMatch(/^[A-Z]/);
      for (const [, port] of line.command.matchAll(/http:\/\/127\.0\.0\.1:(\d+)/g)) expect(port, line.id).toBe(portOf(line.id));
    }
  });

  it('stand in the guide as they are printed', () => {
    const guide = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'guides', 'demo.md'), 'utf8');
    for (const { command, zh, en } of curlLines(usual)) {
      for (const explanation of [zh, en]) expect(guide).toContain(`# ${explanation}\n${command}\n`);
    }
  });

  it('lead nowhere but to this machine', () => {
    expect(() => curlLines({ ...usual, gatewayUrl: 'http://192.0.2.1' })).toThrow(TypeError);
    expect(() => curlLines({ ...usual, backendUrl: 'http://192.0.2.1' })).toThrow(TypeError);
    expect(() => curlLines({ ...usual, gatewayUrl: "http://127.0.0.1:9000';id;'" })).toThrow(TypeError);
  });

  it.skipIf(!hasCurl)('do in a shell what they say', async () => {
    const gateway = await startStandInGateway();
    const emulator = await startEmulator({ ...demoEmulator(gateway.url), port: 0 });
    const backend = await startDemoBackend({
      host: '127.0.0.1',
      port: 0,
      jwksUrl: `${gateway.url}/_menshen/jwks.json`,
      wecomUrl: emulator.url,
    });
    try {
      const urls = { gatewayUrl: gateway.url, emulatorUrl: emulator.url, backendUrl: backend.url };
      const script = curlLines(urls).map(({ id, command }) => `echo "== ${id}"\n${command}\necho`);
      const { stderr, stdout } = await promisify(execFile)('sh', ['-e', '-u', '-c', script.join('\n')]);
      expect(stderr).toBe('');
      const said = (id: string): string => stdout.split(`== ${id}\n`)[1]?.split('\n== ')[0] ?? '';
      // Before: the thief reads and changes, and reads whoever else they like.
      expect(said('before-read')).toMatch(/ 200 [\s\S]*"idNumber":"990000/);
      expect(said('before-change')).toMatch(/ 200 [\s\S]*"phone":"19900009999"/);
      expect(said('before-others')).toMatch(new RegExp(` 200 [\\s\\S]*"uid":"${demoCast.president}"`));
      // And the tampered coupon is worth what it says, as is one that nobody granted.
      expect(said('before-claim')).toMatch(/ 201 [\s\S]*"amountCents":100000/);
      expect(said('before-redeem')).toMatch(/ 201 [\s\S]*"couponId":"C999999"/);
      expect(said('before-script')).toMatch(/ 201 [\s\S]*<script>fetch/);
      const atGateway = gateway.seen.filter(({ path }) => !path.includes('/callback/'));
      const [login, me, colleague, forged, undeclared, again, stolen, read, change, enrol, ...stories] = atGateway;
      expect(stories.map(({ path }) => path)).toEqual([
        '/_menshen/v1/login',
        '/portal/api/employees',
        `/portal/api/employees/${demoCast.employee}`,
        `/portal/api/employees/${demoCast.colleague}`,
        '/portal/api/employees',
        `/portal/api/employees/${demoCast.president}`,
        '/_menshen/v1/login',
        '/portal/api/announcements/A3',
        '/portal/api/announcements',
        '/_menshen/v1/login',
        '/portal/api/me',
        '/portal/api/me',
        '/_menshen/v1/login',
        '/coupon/api/claims',
        '/coupon/api/redemptions',
      ]);
      expect(change).toMatchObject({ method: 'PUT', path: `/portal/api/employees/${demoCast.employee}` });
      const sent: unknown = JSON.parse(login?.body.toString('utf8') ?? '');
      expect(sent).toEqual({ app: 'portal', channel: 'wecom', code: expect.stringMatching(/^[\w-]{20,}$/) });
      const authorization = me?.headers.authorization;
      expect(authorization).toMatch(/^Bearer mst1\.\w{64}$/);
      expect(me?.path).toBe('/portal/api/me');
      expect(colleague).toMatchObject({ path: `/portal/api/employees/${demoCast.colleague}`, headers: { authorization } });
      expect(forged?.headers).toMatchObject({ 'x-menshen-identity': demoCast.president, x_menshen_identity: demoCast.president });
      expect(forged?.headers.authorization).toBeUndefined();
      expect(undeclared?.path).toBe('/portal/api/debug/employees');
      expect(again?.body).toEqual(login?.body);
      for (const one of [stolen, read, change, enrol]) expect(one?.headers['x-forwarded-for']).toBe('203.0.113.66');
      expect(read?.path).toBe('/portal/api/me');
      expect(enrol).toMatchObject({ method: 'POST', path: '/_menshen/v1/mfa/enrol' });
    } finally {
      await Promise.all([gateway.close(), emulator.close(), backend.close()]);
    }
  });
});
