import { configSchema } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { startProblem } from './start-problem.ts';

const config = configSchema.parse({
  data: '/var/lib/menshen',
  gateway: { listen: '127.0.0.1:8443' },
  console: { listen: 'console.example.com:8480' },
  training: { listen: '127.0.0.1:8443' },
});
const failing = (fields: object): Error => Object.assign(new Error('failed'), fields);

describe('startProblem', () => {
  it('names the setting whose port is in use, and two that name the same one', () => {
    const busy = startProblem(failing({ code: 'EADDRINUSE', syscall: 'listen', port: 8480 }), config);
    expect(busy).toMatchObject({ field: 'console.listen' });
    expect(busy?.en).toContain('console.example.com:8480: the port is in use');
    expect(busy?.zh).toContain('端口已被占用');
    const twice = startProblem(failing({ code: 'EADDRINUSE', syscall: 'listen', port: 8443 }), config);
    expect(twice?.en).toContain('gateway.listen and training.listen name the same port');
  });
  it('names the setting whose host is not known', () => {
    const unknown = failing({ code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: 'console.example.com' });
    expect(startProblem(unknown, config)).toMatchObject({ field: 'console.listen' });
  });
  it('names the data folder that cannot be used, and why', () => {
    for (const [path, code, says] of [
      ['/var/lib/menshen', 'EEXIST', 'it is a file'],
      ['/var/lib', 'ENOTDIR', 'not a folder'],
      ['/var/lib/menshen/keys/master.key', 'EROFS', 'read-only'],
      ['/var/lib/menshen/tlog', 'ENOSPC', 'the disk is full'],
    ] as const) {
      const problem = startProblem(failing({ code, path }), config);
      expect(problem).toMatchObject({ field: 'data' });
      expect(problem?.en).toContain(`${path}: `);
      expect(problem?.en).toContain(says);
    }
  });
  it('names the key that others can read, and the folder of rules, with what to do', () => {
    const key = '/var/lib/menshen/keys/master.key';
    const readable = startProblem(failing({ code: 'master_key_permissions', path: key }), config);
    expect([readable?.en, readable?.zh]).toEqual(Array(2).fill(expect.stringContaining(`chmod 600 ${key}`)));
    const own = { ...config, detections: './rules' };
    const rules = startProblem(failing({ code: 'EACCES', path: '/etc/menshen/rules/below' }), own, '/etc/menshen');
    expect(rules).toMatchObject({
      field: 'detections',
      en: expect.stringContaining('/etc/menshen/rules/below: permission denied'),
    });
  });
  it('says what is wrong with the database, and never its password', () => {
    const remote = { ...config, store: 'postgres://menshen:hidden@db.example.com:5432/shop' };
    const zh = /[\u4e00-\u9fff]/;
    for (const [code, message, says] of [
      ['store_unavailable', 'PostgreSQL error 28P01', 'the password is wrong'],
      ['store_unavailable', 'PostgreSQL error 3D000', 'no such database'],
      ['store_statement', 'PostgreSQL error 42501: permission denied for schema public', 'grant create on schema public'],
      ['store_unavailable', 'the connection failed (ECONNREFUSED)', 'nothing listens'],
      ['store_unavailable', 'the database is not encoded in UTF-8', 'create it anew'],
      ['store_unavailable', 'the connection failed', 'sslmode'],
    ] as const) {
      const problem = startProblem(failing({ code, message }), remote);
      expect(problem).toMatchObject({ field: 'store' });
      expect(problem?.en).toContain(`db.example.com:5432/shop cannot be used: `);
      expect(problem?.en).toContain(says);
      expect(problem?.zh).toMatch(zh);
      expect(JSON.stringify(problem)).not.toContain('hidden');
    }
    expect(startProblem(failing({ code: 'store_newer_than_program' }), remote)).toBeNull();
    expect(startProblem(failing({ code: 'store_unavailable' }), config)).toBeNull();
    expect(startProblem(failing({ code: 'coordination_invalid' }), config)).toMatchObject({ field: 'coordination' });
  });
  it('leaves every other error alone', () => {
    for (const error of [
      new Error('other'),
      'text',
      failing({ code: 'ECONNREFUSED', syscall: 'connect', port: 5432 }),
      failing({ code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: 'db.example.com' }),
      failing({ code: 'ENOENT', path: '/etc/other' }),
    ])
      expect(startProblem(error, config)).toBeNull();
  });
});
