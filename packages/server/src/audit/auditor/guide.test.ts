import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiToken } from '@menshen/contract';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { approved, setUpThree, stepUpAgain, TestClock } from '../../testing/administrators.ts';
import { type Deployment, startDeployment } from '../../testing/deployment.ts';
import { startWitness, type WitnessServer } from '../witness/server.ts';

const repository = join(import.meta.dirname, '../../../../..');
const guide = readFileSync(join(repository, 'docs/guides/auditor.md'), 'utf8');
const blocks = [...guide.matchAll(/^## (\d).*?\n([\s\S]*?)(?=^## |(?![\s\S]))/gm)].flatMap(([, number, text]) =>
  [...(text ?? '').matchAll(/```bash\n([\s\S]*?)```/g)].map(([, script]) => ({ section: Number(number), script: script ?? '' })),
);

const has = (program: string): boolean => spawnSync('which', [program], { stdio: 'ignore' }).status === 0;
/** Runs a program while this process goes on serving. */
async function execute(program: string, args: readonly string[], env: Record<string, string>, cwd?: string) {
  const child = spawn(program, args, {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
    ...(cwd === undefined ? {} : { cwd }),
  });
  const out: string[] = [];
  const problem: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => void out.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => void problem.push(text));
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, out: out.join(''), problem: problem.join('') };
}

const modules = '/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog';
const goFound = has('go') && existsSync(modules);
const toolsFound = ['bash', 'curl', 'openssl', 'sha256sum', 'base64', 'od'].every(has);

describe.skipIf(!toolsFound)(
  toolsFound ? "the auditor's guide" : "the auditor's guide (curl, openssl and coreutils not found)",
  () => {
    const scratch = mkdtempSync(join(tmpdir(), 'menshen-auditor-'));
    let deployment: Deployment;
    let witness: WitnessServer;
    let environment: Record<string, string>;
    let folder = '';
    beforeAll(async () => {
      const clock = new TestClock();
      // The key of the log is known only once it runs: a first start makes it, as an operator would read it to the witness.
      const first = await startDeployment({ clock: clock.read });
      const { place } = first;
      folder = join(String(first.config.data), 'tlog');
      const vkey = readFileSync(join(folder, 'vkey'), 'utf8').trim();
      const token = await first.token('zhang');
      for (let at = 0; at < 300; at += 1) await first.call('GET', '/portal/me', { token });
      await first.platform.audit.flush();
      const old = join(scratch, 'old-checkpoint');
      writeFileSync(old, readFileSync(join(folder, 'checkpoint')));
      await first.close({ keep: true });

      const options = { host: '127.0.0.1', port: 0, state: join(scratch, 'witness'), name: 'example.com/witness', logs: [vkey] };
      witness = await startWitness({ ...options, clock: Date.now });
      deployment = await startDeployment({
        place,
        clock: clock.read,
        change: (config) => ({ ...config, audit: { ...config.audit, witnesses: [{ url: witness.url, vkey: witness.vkey }] } }),
      });
      const three = await setUpThree(deployment, clock);
      const body = { name: 'auditor', scopes: ['audit:read' as const], expiresInDays: 1 };
      const headers = await approved(createApiToken, { body }, three.security, three.audit, clock);
      await stepUpAgain(three.security, clock);
      const made = await three.security.browser.call(createApiToken, { body, headers });
      expect(made.status).toBe(201);
      await deployment.indexed();
      await vi.waitFor(() => expect(existsSync(join(folder, 'checkpoint.witnessed'))).toBe(true), {
        timeout: 10_000,
        interval: 50,
      });
      environment = {
        PATH: process.env['PATH'] ?? '',
        HOME: scratch,
        GOCACHE: join(scratch, 'go-cache'),
        VKEY: vkey,
        WITNESS_VKEY: witness.vkey,
        AUDIT_URL: `${deployment.platform.api.url}/tlog`,
        AUDIT_TOKEN: made.body.token,
        OLD_CHECKPOINT: old,
        REPOSITORY: repository,
        INDEX: '271',
      };
    }, 60_000);
    afterAll(async () => {
      await deployment.close();
      await witness.close();
      rmSync(scratch, { recursive: true, force: true });
    });

    /** Runs the scripts of some sections, one after the other in one shell. */
    const run = (sections: readonly number[], changes: Record<string, string> = {}, change = (script: string) => script) => {
      const work = mkdtempSync(join(scratch, 'work-'));
      const script = blocks
        .filter(({ section }) => sections.includes(section))
        .map((block) => block.script)
        .join('\n');
      return execute('bash', ['-euo', 'pipefail', '-c', change(script)], { ...environment, ...changes }, work);
    };

    it('verifies signature, entry and witness of a real log with public tools', async () => {
      const { status, out, problem } = await run([1, 2, 3, 5]);
      expect(problem).toBe('');
      expect(status).toBe(0);
      expect(out).toMatch(/^Signature Verified Successfully\ntest\/a.* has \d{3} entries|has \d{3} entries under root/m);
      expect(out).toContain('entry 271 is in the log');
      expect(out).toContain('example.com/witness has seen this log at ');
      expect(out.match(/Signature Verified Successfully/g)).toHaveLength(3);
    });

    it('finds out a wrong key, an entry that was changed, and a place that is another one', async () => {
      const other = (key: string): string => {
        const [name = '', id = '', ...rest] = key.split('+');
        const bytes = Buffer.from(rest.join('+'), 'base64');
        bytes[5] = (bytes[5] ?? 0) ^ 1;
        return `${name}+${id}+${bytes.toString('base64')}`;
      };
      expect((await run([1, 2], { VKEY: other(environment['VKEY'] ?? '') })).status).not.toBe(0);
      expect((await run([1, 2, 5], { WITNESS_VKEY: other(environment['WITNESS_VKEY'] ?? '') })).status).not.toBe(0);
      const forge = (script: string) => script.replace('# The hash of the entry', 'printf x >> entry\n# The hash of the entry');
      const forged = await run([1, 2, 3], {}, forge);
      expect(forged.status).not.toBe(0);
      expect(forged.out).toContain('Signature Verified');
      expect(forged.out).not.toContain('is in the log');
      expect(
        (await run([1, 2, 3], {}, (script) => script.replace("sed '1,/^$/d' proof", `sed -i 's/^index .*/index 270/' proof; $&`)))
          .status,
      ).not.toBe(0);
    });

    describe.skipIf(!goFound)(goFound ? "Go's own packages" : "Go's own packages (Go not found)", () => {
      const verifier = join(scratch, 'verify');
      const verify = (...args: string[]) => execute(verifier, args, environment);

      it('verify the whole log over HTTP and in its folder, and find out what was changed', { timeout: 60_000 }, async () => {
        const { status, out, problem } = await run([1, 4]);
        expect(problem).toBe('');
        expect(status).toBe(0);
        expect(out).toMatch(/^\d{3} entries, root /m);
        const go = { ...environment, GO111MODULE: 'off', GOPATH: '/usr/share/gocode' };
        await execute('go', ['build', '-o', verifier, join(repository, 'packages/tlog/test/go/verify.go')], go);
        const { VKEY: vkey = '', OLD_CHECKPOINT: old = '' } = environment;
        expect(await verify(vkey, folder, old)).toMatchObject({ status: 0, problem: '' });
        for (const [path, at, message] of [
          ['tile/entries/000', 900, /entry \d+ differs|cut/],
          ['tile/0/000', 33, /inconsistent|entry \d+ differs/],
        ] as const) {
          const file = join(folder, path);
          const kept = readFileSync(file);
          const changed = Buffer.from(kept);
          changed[at] = (changed[at] ?? 0) ^ 1;
          writeFileSync(file, changed);
          const found = await verify(vkey, folder);
          writeFileSync(file, kept);
          expect(found.status).toBe(1);
          expect(found.problem).toMatch(message);
        }
      });
    });
  },
);
