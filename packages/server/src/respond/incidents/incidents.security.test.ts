import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../audit/events.ts';
import { createKeys } from '../../keys/master.ts';
import { describeEachStore } from '../../store/testing.ts';
import { evidenceType } from './evidence-kinds.ts';
import { createIncidentHolding } from './personal-data.ts';
import { fact, startTestIncidents } from './testing.ts';

const exception = 'a test of something else';

const minute = 60_000;
const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const detailOf = (event: string | undefined): Record<string, unknown> =>
  (JSON.parse(event ?? '{}') as { unmapped: { menshen: { detail: Record<string, unknown> } } }).unmapped.menshen.detail;

describeEachStore((open) => {
  describe('the timeline', () => {
    it('is in the log entry by entry, by digests that nobody can guess the words from', async () => {
      const { service, room, log } = await startTestIncidents(open);
      const { id } = await service.openIncident(fact());
      await service.advance(id, { step: 'note', note: 'zhang-san.1 called back' }, 'li');
      const { timeline } = await room.detail(id);
      expect(timeline).toHaveLength(2);
      for (const { id: entry, index, kind, intact } of timeline) {
        expect(intact).toBe(true);
        expect(detailOf(log[index ?? -1])).toMatchObject({ incident: id, entry, kind });
      }
      // What people wrote, and whom it concerns, is not in the log.
      expect(log.join('\n')).not.toContain('zhang-san.1');
      const { digest } = detailOf(log[timeline[1]?.index ?? -1]);
      const guess = createHash('sha256')
        .update(JSON.stringify({ zh: 'zhang-san.1 called back' }))
        .digest('hex');
      expect(digest).not.toBe(guess);
    });

    it('shows an entry that somebody changed, moved or gave to another in the store', async () => {
      const { service, room, store } = await startTestIncidents(open);
      const { id } = await service.openIncident(fact());
      for (const note of ['one', 'two', 'three']) await service.advance(id, { step: 'note', note }, 'li');
      const rows = await store.db
        .selectFrom('incident_entries')
        .select(['id', 'kind', 'at'])
        .where('kind', '=', 'note')
        .execute();
      const [first, second, third] = rows.map((row) => row.id);
      const change = (entry: string | undefined, values: object) =>
        store.db
          .updateTable('incident_entries')
          .set(values)
          .where('id', '=', entry ?? '')
          .execute();
      await change(first, { by: 'wu' });
      await change(second, { at: 5 });
      await change(third, { kind: 'state' });
      const { timeline } = await room.detail(id);
      expect(timeline.map(({ intact }) => intact)).toEqual([true, false, false, false]);
    });

    it('is compared with the log itself: who writes a digest that fits into the store is found all the same', async () => {
      const { service, room, store } = await startTestIncidents(open);
      const { id } = await service.openIncident(fact());
      for (const note of ['one', 'two', 'three']) await service.advance(id, { step: 'note', note }, 'li');
      expect(await room.prove(id)).toEqual({ proved: 4, pending: 0, redacted: 0, differing: [] });
      const [, one, two, three] = (await room.detail(id)).timeline;
      const rows = await store.db.selectFrom('incident_entries').selectAll().where('incident', '=', id).execute();
      const change = (entry: string | undefined, values: object) =>
        store.db
          .updateTable('incident_entries')
          .set(values)
          .where('id', '=', entry ?? '')
          .execute();
      // A forger who knows how digests are made, and one who points at another's record.
      const row = rows.find((found) => found.id === one?.id);
      const content = canonicalJson({
        ...{ id: one?.id, incident: id, at: one?.at, by: 'wu', kind: 'note', text: one?.text, path: null, events: [] },
      });
      const digest = createHash('sha256').update(`${row?.salt}\n${content}`).digest('hex');
      await change(one?.id, { by: 'wu', digest });
      await change(two?.id, { log_index: three?.index });
      expect((await room.detail(id)).timeline[1]).toMatchObject({ by: 'wu', intact: true });
      expect(await room.prove(id)).toMatchObject({ proved: 2, differing: [one?.id, two?.id] });
    });

    it('does nothing before its intent is durable, and makes up for a record that a crash cut off', async () => {
      const { service, room, audit, now, maintain, log } = await startTestIncidents(open);
      const { id } = await service.openIncident(fact());
      audit.failing = 'intent';
      await expect(service.advance(id, { step: 'note', note: 'x' }, 'li')).rejects.toThrow();
      expect((await room.detail(id)).timeline).toHaveLength(1);
      // The act is in the store, and the process dies before the outcome is in the log.
      audit.failing = 'record';
      await expect(service.advance(id, { step: 'advance', to: 'triaged', note: '' }, 'li')).rejects.toThrow();
      audit.failing = 'none';
      expect((await room.detail(id)).timeline.map(({ index }) => index)).toEqual([0, null]);
      await maintain();
      expect((await room.detail(id)).timeline[1]?.index).toBeNull();
      now.at += 2 * minute;
      await maintain();
      const [, late] = (await room.detail(id)).timeline;
      expect(late).toMatchObject({ index: log.length - 1, intact: true });
      expect(detailOf(log.at(-1))).toMatchObject({ entry: late?.id, kind: 'state' });
    });

    it('does not let one attack drown in the noise of another', async () => {
      const { service, room } = await startTestIncidents(open);
      const first = await service.openIncident(fact());
      for (let more = 1; more < 200; more += 1) await service.openIncident(fact({ severity: 'low' }));
      expect((await room.detail(first.id)).sources).toBe(200);
      expect((await service.openIncident(fact())).id).not.toBe(first.id);
      expect(await service.peek(first.id)).toMatchObject({ severity: 'high' });
    });
  });

  describe('evidence', () => {
    it('is sealed at rest, checked when it is read, and who reads it stands in the timeline', async () => {
      const { service, evidence, room, store, log } = await startTestIncidents(open);
      const { id } = await service.openIncident(fact());
      const content = Buffer.from('GET /api/customers 200 zhang-san.1\n');
      const file = await evidence.add(id, { name: 'gateway.log', note: 'export', content }, 'li');
      expect(file.sha256).toBe(createHash('sha256').update(content).digest('hex'));
      const [row] = await store.db.selectFrom('incident_evidence').selectAll().execute();
      const raw = Buffer.from(row?.content ?? []).toString('latin1') + Buffer.from(row?.sealed ?? []).toString('latin1');
      expect(raw).not.toMatch(/customers|gateway|export/);
      const taken = await evidence.take(id, file.id, 'wu');
      expect(Buffer.from(taken.content)).toEqual(content);
      expect(detailOf(log.at(-1))).toMatchObject({ evidence: file.id, act: 'read', sha256: file.sha256 });
      expect((await room.detail(id)).timeline.at(-1)).toMatchObject({ kind: 'evidence', by: 'wu', intact: true });
    });

    it('is not handed out where its reading cannot be recorded', async () => {
      const { service, evidence, audit } = await startTestIncidents(open);
      const { id } = await service.openIncident(fact());
      const file = await evidence.add(id, { name: 'a.txt', note: '', content: Buffer.from('x') }, 'li');
      audit.failing = 'intent';
      await expect(evidence.take(id, file.id, 'wu')).rejects.toThrow();
    });

    it('is refused with an alarm when it was exchanged, cut or claimed to be another', async () => {
      const { service, evidence, store, log } = await startTestIncidents(open);
      const { id } = await service.openIncident(fact());
      const one = await evidence.add(id, { name: 'a.txt', note: '', content: Buffer.from('one') }, 'li');
      const two = await evidence.add(id, { name: 'b.txt', note: '', content: Buffer.from('two') }, 'li');
      const rows = await store.db.selectFrom('incident_evidence').select(['id', 'content']).execute();
      const contentOf = (file: string): Uint8Array => rows.find((row) => row.id === file)?.content ?? new Uint8Array();
      const put = (file: string, values: { content?: Uint8Array; sha256?: string }) =>
        store.db.updateTable('incident_evidence').set(values).where('id', '=', file).execute();
      // Sealed to its place: another's content does not open here.
      await put(one.id, { content: contentOf(two.id) });
      await expect(evidence.take(id, one.id, 'li')).rejects.toMatchObject({ code: 'evidence_altered' });
      const flipped = Uint8Array.from(contentOf(one.id));
      flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
      await put(one.id, { content: flipped });
      await expect(evidence.take(id, one.id, 'li')).rejects.toMatchObject({ code: 'evidence_altered' });
      await put(two.id, { sha256: 'a'.repeat(64) });
      await expect(evidence.take(id, two.id, 'li')).rejects.toMatchObject({ code: 'evidence_altered' });
      expect(log.filter((event) => event.includes('alarm.evidence_altered'))).toHaveLength(3);
    });

    it('has limits: of size, of number, of kind, and each content once', async () => {
      const { service, evidence } = await startTestIncidents(open, { evidence: { fileBytes: 1_024, files: 2 } });
      const { id } = await service.openIncident(fact());
      const add = (name: string, content: Buffer) => evidence.add(id, { name, note: '', content }, 'li');
      await expect(add('big.txt', Buffer.alloc(1_025, 'x'))).rejects.toMatchObject({ code: 'evidence_full' });
      await expect(add('none.txt', Buffer.alloc(0))).rejects.toMatchObject({ code: 'evidence_full' });
      await expect(add('virus.exe', Buffer.from('MZ'))).rejects.toMatchObject({ code: 'evidence_type' });
      await add('a.txt', Buffer.from('one'));
      await expect(add('same.txt', Buffer.from('one'))).rejects.toMatchObject({ code: 'evidence_known' });
      await add('b.png', png);
      await expect(add('c.txt', Buffer.from('three'))).rejects.toMatchObject({ code: 'evidence_full' });
      await service.advance(id, { step: 'advance', to: 'closed', note: '', exception }, 'li');
      await expect(add('late.txt', Buffer.from('late'))).rejects.toMatchObject({ code: 'incident_ended' });
    });
  });

  describe('an erasure', () => {
    it('takes the person out of incidents, which stay, and says where words are missing', async () => {
      const { service, room, store } = await startTestIncidents(open);
      const { id } = await service.openIncident(
        fact({ title: { zh: 'zhang-san.1 的账号被盗', en: 'The account of zhang-san.1 was stolen' } }),
      );
      await service.advance(id, { step: 'note', note: 'zhang-san.1, not zhang-san.12' }, 'li');
      await service.advance(id, { step: 'note', note: 'about nobody' }, 'li');
      const holding = createIncidentHolding(
        store,
        createKeys(new Uint8Array(32).fill(5), (size) => new Uint8Array(size)),
        (size) => new Uint8Array(size),
      );
      expect(await holding.uids()).toEqual(['zhang-san.1']);
      expect(await holding.read('zhang-san.1', 10)).toMatchObject([{ number: 1 }]);
      expect(await holding.erase('zhang-san.1', 'person', 'ps_x')).toBe(1);
      expect(await holding.count('zhang-san.1', 'person')).toBe(0);
      const detail = await room.detail(id);
      expect(detail.title.en).toBe('The account of ps_x was stolen');
      expect(detail.subjects).toEqual([{ kind: 'user', value: 'ps_x' }]);
      expect(detail.timeline.map(({ intact }) => intact)).toEqual([null, null, true]);
      expect(detail.timeline[1]?.text.en).toBe('ps_x, not zhang-san.12');
    });
  });
});

describe('kinds of evidence', () => {
  it.each([
    ['a.png', png, 'image/png'],
    ['a.PNG', png, 'image/png'],
    ['shell.png', Buffer.from('<?php system($_GET[0]);'), null],
    ['a.txt', png, null],
    ['a.pdf', Buffer.from('%PDF-1.7'), 'application/pdf'],
    ['a.docx', Buffer.from('PK\x03\x04'), 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
    ['a.pcap', Buffer.from('d4c3b2a1', 'hex'), 'application/vnd.tcpdump.pcap'],
    ['a.gz', Buffer.from('1f8b08', 'hex'), 'application/gzip'],
    ['a.exe', Buffer.from('MZ\x90'), null],
    ['a.html', Buffer.from('<script>'), null],
    ['a.svg', Buffer.from('<svg/>'), null],
    ['a', Buffer.from('x'), null],
    ['a.__proto__', Buffer.from('x'), null],
    ['a.txt.lnk', Buffer.from('x'), null],
  ])('%s', (name, content, type) => {
    expect(evidenceType(name, content)).toBe(type);
  });
});
