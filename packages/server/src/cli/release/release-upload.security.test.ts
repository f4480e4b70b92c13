import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReleaseView } from '@menshen/contract';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { run } from '../testing/terminal.ts';
import { releaseKey, releaseSign } from './release.ts';
import { releaseUpload } from './release-upload.ts';

const appid = 'wx0123456789abcdef';
let root = '';
let build = '';
let server: Server;
let url = '';
let releases: Partial<ReleaseView>[] = [];
let buildId = '';

/** Stands for the company's own miniprogram-ci: writes down what it was called with. */
const standIn = `
const { readdirSync, writeFileSync } = require('node:fs');
exports.Project = class { constructor(options) { this.options = options; } };
exports.upload = async ({ project, version, desc, robot, onProgressUpdate }) => {
  onProgressUpdate({});
  console.log('chatter of a third party');
  if (desc === 'fail') throw new Error('invalid ip: 203.0.113.9');
  writeFileSync(process.env.HOME + '/called.json', JSON.stringify({ ...project.options, version, desc, robot, environment: Object.keys(process.env).sort(), files: readdirSync(project.options.projectPath).sort() }));
  return { subPackageInfo: [] };
};`;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'menshen-upload-'));
  build = join(root, 'dist');
  mkdirSync(join(build, 'pages'), { recursive: true });
  writeFileSync(join(build, 'app.json'), '{"pages":["pages/pay"]}');
  writeFileSync(join(build, 'pages', 'pay.js'), 'Page({})');
  writeFileSync(join(root, 'project.config.json'), JSON.stringify({ appid }));
  writeFileSync(join(root, 'upload.key'), 'the key that WeChat gave');
  mkdirSync(join(root, 'node_modules', 'miniprogram-ci'), { recursive: true });
  writeFileSync(join(root, 'node_modules', 'miniprogram-ci', 'package.json'), '{"name":"miniprogram-ci","main":"index.js"}');
  writeFileSync(join(root, 'node_modules', 'miniprogram-ci', 'index.js'), standIn);
  await run(releaseKey, ['--out', join(root, 'release.key')]);
  const signed = await run(releaseSign, [
    ...[build, '--app', 'shop', '--version', '2.4.0', '--key', join(root, 'release.key'), '--json'],
  ]);
  buildId = JSON.parse(signed.out).buildId;
  const clean = { tool: 'menshen', critical: 0, high: 0, medium: 2, low: 0 };
  releases = [
    {
      ...{ id: 'r_1', app: 'shop', kind: 'miniprogram', version: '2.4.0', buildId, state: 'registered', files: 2, key: 'k' },
      ...{ scan: clean, built: 1, registered: 2, registeredBy: 'ci', reason: null },
    },
  ];
  server = createServer((request, response) => {
    const allowed = request.headers.authorization === 'Bearer the-token';
    response.writeHead(allowed ? 200 : 401, { 'content-type': 'application/json' });
    response.end(JSON.stringify(allowed ? { releases, deployments: [], apps: [] } : { code: 'token_invalid' }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  vi.stubEnv('MENSHEN_TOKEN', 'the-token');
  vi.stubEnv('HOME', root);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await new Promise<void>((done) => server.close(() => done()));
  rmSync(root, { recursive: true, force: true });
});

const upload = (...more: string[]) =>
  run(releaseUpload, [
    ...[build, '--pub', join(root, 'release.key.pub'), '--upload-key', join(root, 'upload.key')],
    ...['--project', root, '--url', url, ...more],
  ]);
const called = () => (existsSync(join(root, 'called.json')) ? JSON.parse(readFileSync(join(root, 'called.json'), 'utf8')) : null);

it("hands the signed folder to the project's own miniprogram-ci, and nothing of ours with it", async () => {
  const { code, out, err } = await upload('--json', '--robot', '3', '--desc', 'spring');
  expect([code, err]).toEqual([0, '']);
  expect(JSON.parse(out)).toEqual({ ok: true, app: 'shop', appid, version: '2.4.0', buildId });
  const { environment, projectPath, files, ...said } = called();
  // A copy that was compared, and is gone again.
  expect(projectPath).not.toBe(build);
  expect(existsSync(projectPath)).toBe(false);
  expect(files).toEqual(['app.json', 'menshen-release.json', 'pages']);
  expect(said).toEqual({
    ...{ appid, type: 'miniProgram', privateKeyPath: join(root, 'upload.key') },
    ...{ ignores: ['menshen-release.json'], version: '2.4.0', desc: 'spring', robot: 3 },
  });
  expect(environment).toContain('HOME');
  expect(environment.filter((name: string) => name.includes('MENSHEN'))).toEqual([]);
});

it.each<[string, string, () => void]>([
  ['nobody registered it', 'unregistered', () => releases.splice(0)],
  [
    'another build of the version is registered',
    'unregistered',
    () => Object.assign(releases[0] ?? {}, { buildId: '0'.repeat(64) }),
  ],
  ['it is registered as a backend', 'unregistered', () => Object.assign(releases[0] ?? {}, { kind: 'backend' })],
  ['it was revoked', 'revoked', () => Object.assign(releases[0] ?? {}, { state: 'revoked' })],
  ['it was taken in spite of its scan', 'forced', () => Object.assign(releases[0] ?? {}, { reason: 'a hurry' })],
  ['nobody scanned it', 'unscanned', () => Object.assign(releases[0] ?? {}, { scan: null })],
  ['the folder was changed after it was signed', 'drift', () => appendFileSync(join(build, 'pages', 'pay.js'), '// more')],
  [
    'the manifest was changed',
    'unsigned',
    () => {
      const file = join(build, 'menshen-release.json');
      const envelope = JSON.parse(readFileSync(file, 'utf8'));
      const payload = Buffer.from(envelope.payload, 'base64').toString().replace('2.4.0', '2.4.1');
      writeFileSync(file, JSON.stringify({ ...envelope, payload: Buffer.from(payload).toString('base64') }));
    },
  ],
])('uploads nothing where %s', async (_, problem, make) => {
  make();
  const { code, out } = await upload('--json');
  expect([code, JSON.parse(out)]).toEqual([1, { ok: false, problem }]);
  expect(called()).toBeNull();
});

it('says what is missing: miniprogram-ci, the key, the appid, the token', async () => {
  vi.stubEnv('MENSHEN_TOKEN', 'another');
  expect(await upload()).toMatchObject({ code: 1, err: expect.stringContaining('token_invalid') });
  vi.stubEnv('MENSHEN_TOKEN', 'the-token');
  expect(await upload('--upload-key', join(root, 'nowhere'))).toMatchObject({ code: 2 });
  rmSync(join(root, 'project.config.json'));
  expect(await upload()).toMatchObject({ code: 2, err: expect.stringContaining('--appid') });
  const bare = mkdtempSync(join(tmpdir(), 'menshen-bare-'));
  expect(await upload('--appid', appid, '--project', bare)).toMatchObject({
    code: 2,
    err: expect.stringContaining('npm install --save-dev miniprogram-ci'),
  });
  rmSync(bare, { recursive: true });
  expect(called()).toBeNull();
});

it('tells what WeChat answered where the upload fails', async () => {
  expect(await upload('--desc', 'fail')).toMatchObject({ code: 1, err: expect.stringContaining('invalid ip: 203.0.113.9') });
});
