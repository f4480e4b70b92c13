import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  formatAddCheckpoint,
  formatCheckpoint,
  formatSignature,
  formatVerifierKey,
  parseCheckpoint,
  parseNote,
} from '@menshen/tlog';
import { createCosigner, createSigner, openNote, parseVerifierKey, signNote, tree } from '@menshen/tlog/node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort } from '../../testing/free-ports.ts';
import { encodeRecord, RECORD } from '../log/record.ts';
import { directorySource } from '../log/source.ts';
import { verifyChain } from '../restore/verify-chain.ts';
import { openTestWriter, scratchLog, TEST_ORIGIN, TEST_SEED, TEST_VKEY, testRoomOptions } from '../testing.ts';
import { checkWitnesses } from './check.ts';
import { startWitness, type WitnessServer } from './server.ts';
import { createSubmitter, type WitnessState } from './submitter.ts';

const signer = createSigner(TEST_ORIGIN, TEST_SEED);
const leaves = (of: readonly string[]) => of.map((text) => tree.leafHash(Buffer.from(text)));

/** A tree in memory, to make checkpoints and proofs of. */
function treeOf(of: readonly string[]) {
  const hashes = leaves(of);
  const node = ({ height, index }: { height: number; index: number }): Uint8Array =>
    height === 0
      ? (hashes[index] ?? tree.emptyRoot)
      : tree.nodeHash(node({ height: height - 1, index: index * 2 }), node({ height: height - 1, index: index * 2 + 1 }));
  const root = hashes.length === 0 ? tree.emptyRoot : tree.rangeHash({ start: 0, end: hashes.length }, node);
  return {
    note: signNote(formatCheckpoint({ origin: TEST_ORIGIN, size: hashes.length, root }), [signer]),
    proof: (old: number) =>
      old === 0 || old >= hashes.length ? [] : tree.proveConsistency({ start: 0, end: old }, hashes.length, node),
  };
}

const countWitnesses = (note: string, keys: readonly string[]): number =>
  openNote(note, keys.map(parseVerifierKey)).verified.length;

const parseRoot = (note: string): string => Buffer.from(parseCheckpoint(parseNote(note).text).root).toString('hex');

const texts = Array.from({ length: 20 }, (_, at) => `entry ${at}`);
const honest = (size: number) => treeOf(texts.slice(0, size));
const forked = (size: number) => treeOf(texts.slice(0, size).map((text, at) => (at === 2 ? 'another' : text)));

describe('a witness', () => {
  const scratch = scratchLog();
  let witness: WitnessServer;
  const start = () =>
    startWitness({
      host: '127.0.0.1',
      port: 0,
      state: scratch.directory,
      name: 'example.com/witness',
      logs: [TEST_VKEY],
      clock: () => 1_780_000_000_000,
    });
  beforeAll(async () => {
    witness = await start();
  });
  afterAll(async () => {
    await witness.close();
    scratch.remove();
  });
  const post = async (body: string | Uint8Array<ArrayBuffer>) => {
    const response = await fetch(`${witness.url}/add-checkpoint`, { method: 'POST', body });
    return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
  };
  const add = (old: number, of: ReturnType<typeof treeOf>, proof = of.proof(old)) =>
    post(formatAddCheckpoint({ old, proof, checkpoint: of.note }));

  it('signs what continues what it has seen, and nothing else', async () => {
    expect((await add(0, honest(5), [tree.emptyRoot])).status).toBe(422);
    const first = await add(0, honest(5));
    expect(first.status).toBe(200);
    const cosigned = `${parseNote(honest(5).note).text}\n${first.body}`;
    expect(openNote(cosigned, [parseVerifierKey(witness.vkey)]).verified).toHaveLength(1);
    expect(countWitnesses(cosigned, [witness.vkey])).toBe(1);

    expect(await add(0, honest(9))).toMatchObject({ status: 409, type: 'text/x.tlog.size', body: '5\n' });
    expect((await add(5, honest(5))).status).toBe(200);
    expect((await add(5, forked(5))).status).toBe(422);
    expect((await add(5, forked(9))).status).toBe(422);
    expect((await add(5, honest(9), honest(9).proof(5).slice(1))).status).toBe(422);
    expect((await add(5, honest(9))).status).toBe(200);
    expect(await add(5, honest(9))).toMatchObject({ status: 409, body: '9\n' });
    expect((await add(9, honest(5))).status).toBe(400);
    expect((await add(9, forked(12))).status).toBe(422);
    expect((await add(9, honest(12))).status).toBe(200);
  });

  it('takes no checkpoint of another log, with another key, or that is none', async () => {
    const { text } = parseNote(honest(12).note);
    const body = (checkpoint: string) => post(formatAddCheckpoint({ old: 12, proof: [], checkpoint }));
    const thief = createSigner(TEST_ORIGIN, new Uint8Array(32).fill(8));
    expect((await body(signNote(text, [thief]))).status).toBe(403);
    const other = createSigner('example.com/other', TEST_SEED);
    const foreign = formatCheckpoint({ origin: 'example.com/other', size: 12, root: tree.emptyRoot });
    expect((await body(signNote(foreign, [other]))).status).toBe(404);
    expect((await body(honest(12).note.replace('\n12\n', '\n13\n'))).status).toBe(403);
    for (const malformed of [
      '',
      'old 12\n',
      'old 012\n\nx',
      `old 12\n${'A'.repeat(43)}=\nxx\n\n${honest(12).note}`,
      'old 12\n\nnote',
    ])
      expect((await post(malformed)).status).toBe(400);
    const tooMany = `old 12\n${`${Buffer.alloc(32).toString('base64')}\n`.repeat(64)}\n${honest(12).note}`;
    expect((await post(tooMany)).status).toBe(400);
    expect((await post(new Uint8Array(70_000))).status).toBe(413);
    expect((await fetch(`${witness.url}/add-checkpoint`)).status).toBe(405);
    expect((await fetch(`${witness.url}/other`)).status).toBe(404);
    expect(await (await fetch(`${witness.url}/vkey`)).text()).toBe(`${witness.vkey}\n`);
  });

  it('does not let two requests at once make it sign two histories', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        at % 2 === 0 ? add(12, honest(15)) : add(12, treeOf([...texts.slice(0, 12), 'a', 'b'])),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
  });

  it('remembers over a restart, keeps its key, shares its folder with nobody, and signs nothing where its memory is damaged', async () => {
    await expect(start()).rejects.toMatchObject({ code: 'audit_locked' });
    const { vkey } = witness;
    await witness.close();
    witness = await start();
    expect(witness.vkey).toBe(vkey);
    expect((await add(0, honest(20))).status).toBe(409);
    await witness.close();
    const file = readdirSync(scratch.directory).find((name) => name.endsWith('.checkpoint')) ?? '';
    const kept = readFileSync(join(scratch.directory, file));
    writeFileSync(join(scratch.directory, file), kept.subarray(0, 20));
    witness = await start();
    expect((await add(0, honest(20))).status).toBe(500);
    writeFileSync(join(scratch.directory, file), kept);
    expect((await add(0, honest(20))).status).toBe(409);
  });
});

describe('a log with a witness that runs elsewhere', () => {
  const state = scratchLog();
  const scratch = scratchLog();
  const directory = join(scratch.directory, 'tlog');
  let child: ChildProcess | null = null;
  let again: WitnessServer | null = null;
  let url = '';
  let vkey = '';

  const startChild = async (port: number): Promise<void> => {
    const command = fileURLToPath(new URL('../../../bin/menshen.js', import.meta.url));
    const args = [command, 'witness', '--log', TEST_VKEY, '--state', state.directory, '--port', String(port), '--json'];
    child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(child.stdout ?? process.stdin, 'data')) as [Buffer];
    ({ witness: url, vkey } = JSON.parse(line.toString('utf8')) as { witness: string; vkey: string });
  };
  const kill = async (): Promise<void> => {
    const exited = child === null ? null : once(child, 'exit');
    child?.kill('SIGKILL');
    await exited;
    child = null;
  };
  afterAll(async () => {
    await kill();
    await again?.close();
    state.remove();
    scratch.remove();
  });

  const write = async (text: string, count: number): Promise<void> => {
    const { room } = openTestWriter(testRoomOptions(directory));
    const records = Array.from({ length: count }, (_, at) => encodeRecord(RECORD.entry, 0, Buffer.from(`{"${text}":${at}}`)));
    await room.handle('append', { bytes: Buffer.concat(records) });
    await room.close();
  };

  it('is cosigned while it goes on, and found out when it is rolled back, also over a kill of the witness', {
    timeout: 240_000,
  }, async () => {
    const port = await freePort();
    await startChild(port);
    const problems: (string | null)[] = [];
    const published: { note: string; size: number }[] = [];
    const submitter = () =>
      createSubmitter({
        directory,
        witnesses: [{ url, vkey }],
        quorum: 1,
        fetch: (address, init) => fetch(address, init),
        clock: () => 1_780_000_000_000,
        publish(note, size) {
          published.push({ note, size });
          writeFileSync(join(directory, 'checkpoint.witnessed'), note);
        },
        onProblem: ({ problem }: WitnessState) => problems.push(problem),
      });
    await write('a', 300);
    const first = submitter();
    await first.submit();
    expect(published.map(({ size }) => size)).toEqual([300]);
    expect(countWitnesses(published[0]?.note ?? '', [vkey])).toBe(1);
    expect(parseCheckpoint(parseNote(published[0]?.note ?? '').text).size).toBe(300);
    cpSync(directory, join(scratch.directory, 'backup'), { recursive: true });

    await write('b', 300);
    await first.submit();
    expect(first.witnessed()?.size).toBe(600);
    await kill();
    await first.submit();
    await write('c', 1);
    await first.submit();
    expect(first.states()[0]).toMatchObject({ problem: 'unreachable', size: 600 });
    // Again in its folder; in this process, because the command takes its time to load.
    const options = { host: '127.0.0.1', port, state: state.directory, name: 'menshen.local/witness', logs: [TEST_VKEY] };
    again = await startWitness({ ...options, clock: Date.now });
    expect(again.vkey).toBe(vkey);
    await first.submit();
    expect(first.states()[0]).toMatchObject({ problem: null, size: 601 });
    expect(problems).toEqual(['unreachable', null]);
    const check = async (...keys: string[]) => {
      const head = await verifyChain(directorySource(directory), { vkey: TEST_VKEY });
      return await checkWitnesses(directorySource(directory), keys, TEST_VKEY, head);
    };
    await write('more', 20);
    const signed = [{ name: 'menshen.local/witness', size: 601, at: expect.any(Number) }];
    expect(await check(vkey)).toEqual({ ok: true, signed });
    // Signed further than what was verified: the log went on while it was.
    const shorter = { origin: TEST_ORIGIN, size: 600, root: parseRoot(published[1]?.note ?? '') };
    const late = await checkWitnesses(directorySource(directory), [vkey], TEST_VKEY, shorter);
    expect(late).toEqual({ ok: true, signed });
    expect(Math.abs((late.signed[0]?.at ?? 0) - Date.now())).toBeLessThan(3_600_000);
    const stranger = formatVerifierKey(createCosigner('example.com/other', TEST_SEED, Date.now).key);
    expect(await check(vkey, stranger)).toMatchObject({ ok: false, signed: [{ size: 601 }, { size: null }] });

    // Somebody puts the backup in place of the log: signed with the real key, whole in itself.
    rmSync(directory, { recursive: true });
    cpSync(join(scratch.directory, 'backup'), directory, { recursive: true });
    const after = submitter();
    await after.submit();
    expect(after.states()[0]).toMatchObject({ problem: 'rolled_back', recorded: 601 });
    // And fills it with another history until it is longer than what was seen.
    await write('d', 400);
    await after.submit();
    expect(after.states()[0]).toMatchObject({ problem: 'forked' });
    // What they have signed does not lead into this history.
    writeFileSync(join(directory, 'checkpoint.witnessed'), published.at(-1)?.note ?? '');
    expect(await check(vkey)).toMatchObject({ ok: false });
    expect(published.map(({ size }) => size)).toEqual([300, 600, 601]);
    expect(problems).toEqual(['unreachable', null, 'rolled_back', 'forked']);
  });
});

describe('who serves a log, with its key in hand', () => {
  const scratch = scratchLog();
  afterAll(() => scratch.remove());
  const cosigner = createCosigner('example.com/witness', new Uint8Array(32).fill(9), () => 1_780_000_000_000);
  const vkey = formatVerifierKey(cosigner.key);
  const logOf = async (name: string): Promise<string> => {
    const directory = join(scratch.directory, name);
    const { room } = openTestWriter(testRoomOptions(directory));
    const records = Array.from({ length: 40 }, (_, at) => encodeRecord(RECORD.entry, 0, Buffer.from(`{"${name}":${at}}`)));
    await room.handle('append', { bytes: Buffer.concat(records) });
    await room.close();
    return directory;
  };
  const cosigned = (directory: string): string => {
    const note = readFileSync(join(directory, 'checkpoint'), 'utf8');
    return `${note}${formatSignature(cosigner.sign(parseNote(note).text))}`;
  };

  it('cannot show one history to the verification and another, which is witnessed, to the question after it', async () => {
    const [shown, witnessed] = [await logOf('shown'), await logOf('witnessed')];
    const head = await verifyChain(directorySource(shown), { vkey: TEST_VKEY });
    expect(head.ok).toBe(true);
    writeFileSync(join(witnessed, 'checkpoint.witnessed'), cosigned(witnessed));
    const none = { ok: false, signed: [{ name: 'example.com/witness', size: null, at: null }] };
    expect(await checkWitnesses(directorySource(witnessed), [vkey], TEST_VKEY, head)).toEqual(none);
    // Nor by the checkpoint that it is served with.
    rmSync(join(witnessed, 'checkpoint.witnessed'));
    writeFileSync(join(witnessed, 'checkpoint'), cosigned(witnessed));
    expect(await checkWitnesses(directorySource(witnessed), [vkey], TEST_VKEY, head)).toEqual(none);
    const own = await verifyChain(directorySource(witnessed), { vkey: TEST_VKEY });
    expect(await checkWitnesses(directorySource(witnessed), [vkey], TEST_VKEY, own)).toEqual({
      ok: true,
      signed: [{ name: 'example.com/witness', size: 40, at: 1_780_000_000_000 }],
    });
    // The log is no witness of itself, and a name says nothing.
    expect(await checkWitnesses(directorySource(witnessed), [TEST_VKEY], TEST_VKEY, own)).toMatchObject({ ok: false });
    const another = createCosigner('example.com/witness', TEST_SEED, () => 0);
    expect(await checkWitnesses(directorySource(witnessed), [formatVerifierKey(another.key)], TEST_VKEY, own)).toMatchObject({
      ok: false,
    });
  });

  it('that never answers keeps nothing that the others sign waiting, and says so', async () => {
    const silent = createServer({ pauseOnConnect: true });
    const healthy = await startWitness({
      ...{ host: '127.0.0.1', port: 0, state: join(scratch.directory, 'healthy'), name: 'example.com/healthy' },
      ...{ logs: [TEST_VKEY], clock: () => 1_780_000_000_000 },
    });
    const held: Socket[] = [];
    silent.on('connection', (socket) => held.push(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const published: number[] = [];
    const problems: string[] = [];
    const submitter = createSubmitter({
      ...{ directory: await logOf('beside'), quorum: 1, fetch, clock: () => 1_780_000_000_000 },
      witnesses: [
        { url: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`, vkey },
        { url: healthy.url, vkey: healthy.vkey },
      ],
      publish: (_note, size) => published.push(size),
      onProblem: ({ name, problem }) => problems.push(`${name} ${problem}`),
    });
    const began = performance.now();
    await submitter.submit();
    expect(performance.now() - began).toBeLessThan(4_000);
    expect(published).toHaveLength(1);
    // It is not asked a second time while it is asked.
    await submitter.submit();
    expect(held).toHaveLength(1);
    await vi.waitFor(() => expect(problems).toHaveLength(1), 10_000);
    expect(submitter.states().map(({ problem }) => problem)).toEqual(['unreachable', null]);
    for (const socket of held) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
    await healthy.close();
  });

  it('fills no memory with the answer of a witness that does not end', async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 65_536;
        controller.enqueue(new Uint8Array(65_536));
      },
    });
    const submitter = createSubmitter({
      ...{ directory: await logOf('endless'), witnesses: [{ url: 'http://127.0.0.1:9', vkey }], quorum: 1 },
      fetch: async () => new Response(endless),
      ...{ clock: () => 1_780_000_000_000, publish: () => undefined, onProblem: () => undefined },
    });
    await submitter.submit();
    expect(submitter.states()[0]).toMatchObject({ problem: 'unreachable', size: null });
    expect(sent).toBeLessThan(1_000_000);
  });
});
