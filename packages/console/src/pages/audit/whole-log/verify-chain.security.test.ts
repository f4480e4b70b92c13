import { decodeUtf8, encodeHex, parseCheckpoint, parseNote } from '@menshen/tlog';
import { describe, expect, it } from 'vitest';
import { changed, type Files, logOf, origin, vkeyOf, without } from './testing.ts';
import { type ChainRequest, verifyChain } from './verify-chain.ts';

const newer = `${origin}/2`;

interface Said {
  readonly noted?: number;
  readonly size?: number;
}

/** A log of 300 entries that was restored and is continued by one of 20. */
function recovered(old: Files = logOf(300), { noted = 310, size }: Said = {}): Files {
  const note = decodeUtf8(old.get('checkpoint') ?? new Uint8Array()) ?? '';
  const head = parseCheckpoint(parseNote(note).text);
  const detail = {
    ...{ continues: origin, checkpoint: note, size: size ?? head.size, root: encodeHex(head.root), noted },
    ...{ lost: noted - head.size, reason: 'the disk died' },
  };
  const first = JSON.stringify({ unmapped: { menshen: { action: 'audit log.create', detail } } });
  const now = logOf(20, (at) => (at === 0 ? first : JSON.stringify({ at })), newer);
  return new Map([...now, ...[...old].map(([path, bytes]) => [`previous/${path}`, bytes] as const)]);
}

const verify = async (files: Files, known: Partial<ChainRequest> = {}) => {
  const logs = await verifyChain(async (path) => files.get(path) ?? null, { vkey: vkeyOf(newer), keys: {}, heads: {}, ...known });
  return {
    logs,
    problems: logs.flatMap((log) => (log.report?.problems ?? []).map(({ code, where }) => `${log.origin} ${code} ${where}`)),
  };
};
const headOf = async (files: Files) => {
  const [log] = await verifyChain(async (path) => files.get(path) ?? null, { vkey: vkeyOf(origin), keys: {}, heads: {} });
  return log?.report?.head ?? { size: 0, root: '' };
};

describe('logs that continue one another', () => {
  it('are verified one after the other, with what a recovery has lost', async () => {
    const { logs, problems } = await verify(recovered());
    expect(problems).toEqual([]);
    expect(logs).toMatchObject([
      { origin: newer, size: 20, lost: 0 },
      { origin, size: 300, lost: 10, reason: 'the disk died' },
    ]);
    expect(
      (await verify(recovered(), { keys: { [origin]: vkeyOf(origin) }, heads: { [origin]: await headOf(logOf(200)) } })).problems,
    ).toEqual([]);
  });

  it('say so where the old one is no longer there', async () => {
    const { logs, problems } = await verify(new Map([...recovered()].filter(([path]) => !path.startsWith('previous/'))));
    expect([problems, logs[1]?.report, logs[1]?.size]).toEqual([[], null, 300]);
  });

  it('may have lost what a browser had seen of the old one, as far as the recovery declares it', async () => {
    const seen = { [origin]: await headOf(logOf(308)) };
    expect((await verify(recovered(), { heads: seen })).problems).toEqual([]);
    expect((await verify(recovered(logOf(300), { noted: 305 }), { heads: seen })).problems).toEqual([
      `${origin} rolled_back 308 > 300`,
    ]);
  });
});

describe('a recovery that is none', () => {
  it('is found out where the old log is another than its successor names, or was changed', async () => {
    const other = recovered();
    for (const [path, bytes] of logOf(300, (at) => JSON.stringify({ at: at + 1 }))) other.set(`previous/${path}`, bytes);
    expect((await verify(other)).problems).toEqual([`${origin} continuation_differs checkpoint`]);
    const longer = recovered();
    for (const [path, bytes] of logOf(301)) longer.set(`previous/${path}`, bytes);
    expect((await verify(longer)).problems).toEqual([`${origin} continuation_differs checkpoint`]);
    const bundle = [...recovered().keys()].find((path) => path.startsWith('previous/tile/entries/000')) ?? '';
    expect((await verify(changed(recovered(), bundle, 9))).problems[0]).toMatch(/^menshen.test\/audit entry_differs /);
    expect((await verify(without(recovered(), bundle))).problems[0]).toMatch(/^menshen.test\/audit bundle_missing /);
  });

  it('is found out where its first entry names a checkpoint that was not signed so', async () => {
    expect((await verify(recovered(logOf(300), { size: 299 }))).problems).toEqual([`${newer} continuation_differs entry 0`]);
  });

  it('is found out where history was rewritten under the cover of a recovery', async () => {
    const seen = { [origin]: await headOf(logOf(250)) };
    const rewritten = recovered(logOf(300, (at) => JSON.stringify({ at: at === 7 ? 'x' : at })));
    expect((await verify(rewritten, { heads: seen })).problems).toEqual([`${origin} forked 250`]);
  });

  it('is found out where a log begins anew and says nothing of one that this browser knows', async () => {
    const seen = {
      [origin]: await headOf(logOf(250)),
      'other.test/audit': { size: 3, root: 'aa' },
      [`${origin}/3`]: { size: 3, root: 'aa' },
    };
    const fresh = logOf(20, undefined, newer);
    expect((await verify(fresh)).problems).toEqual([]);
    expect((await verify(fresh, { heads: seen })).problems).toEqual([`${newer} log_forgotten ${origin}`]);
  });

  it('is found out where another key signed the old log', async () => {
    const known = { [origin]: `${origin}+00000000+AAAA` };
    expect((await verify(recovered(), { keys: known })).problems[0]).toMatch(/^menshen.test\/audit key_changed /);
  });
});
