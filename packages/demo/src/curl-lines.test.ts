import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEmulator } from '@menshen/emulator';
import { describe, expect, it } from 'vitest';
import { startStandInGateway } from './actor/testing/stand-in-gateway.ts';
import { demoCast } from './company/cast.ts';
import { curlLines } from './curl-lines.ts';
import { demoEmulator } from './emulator.ts';

const hasCurl = spawnSync('curl', ['--version']).status === 0 && spawnSync('sh', ['-c', 'true']).status === 0;

describe('the curl lines of the start page', () => {
  const lines = curlLines({ gatewayUrl: 'http://127.0.0.1:9000/ignored', emulatorUrl: 'http://127.0.0.1:9002' });

  it('go to the ports that are given, one line each, explained in both languages', () => {
    for (const line of lines) {
      expect(line.command).not.toMatch(/\n/);
      expect(line.zh).toMatch(/\p{Script=Han}/u);
      expect(line.en).toMatch(/^[A-Z]/);
      for (const [, port] of line.command.matchAll(/http:\/\/127\.0\.0\.1:(\d+)/g))
        expect(port).toBe(line.id === 'mint-code' || line.id === 'stolen-code' ? '9002' : '9000');
    }
  });

  it('stand in the guide as they are printed', () => {
    const guide = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'guides', 'demo.md'), 'utf8');
    for (const { command, zh, en } of curlLines({ gatewayUrl: 'http://127.0.0.1:8443', emulatorUrl: 'http://127.0.0.1:8481' })) {
      for (const explanation of [zh, en]) expect(guide).toContain(`# ${explanation}\n${command}\n`);
    }
  });

  it('lead nowhere but to this machine', () => {
    expect(() => curlLines({ gatewayUrl: 'http://192.0.2.1', emulatorUrl: 'http://127.0.0.1:9002' })).toThrow(TypeError);
    expect(() => curlLines({ gatewayUrl: "http://127.0.0.1:9000';id;'", emulatorUrl: 'http://127.0.0.1:9002' })).toThrow(
      TypeError,
    );
  });

  it.skipIf(!hasCurl)('do in a shell what they say', async () => {
    const gateway = await startStandInGateway();
    const emulator = await startEmulator({ ...demoEmulator(gateway.url), port: 0 });
    try {
      const script = curlLines({ gatewayUrl: gateway.url, emulatorUrl: emulator.url }).map((line) => line.command);
      const { stderr } = await promisify(execFile)('sh', ['-e', '-u', '-c', script.join('\n')]);
      expect(stderr).toBe('');
      const [login, me, colleague, forged, undeclared, again, stolen, read, enrol] = gateway.seen;
      expect(gateway.seen).toHaveLength(9);
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
      for (const one of [stolen, read, enrol]) expect(one?.headers['x-forwarded-for']).toBe('203.0.113.66');
      expect(read?.path).toBe('/portal/api/me');
      expect(enrol).toMatchObject({ method: 'POST', path: '/_menshen/v1/mfa/enrol' });
    } finally {
      await Promise.all([gateway.close(), emulator.close()]);
    }
  });
});
