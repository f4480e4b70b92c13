import { expect, it } from 'vitest';
import { metaMigrations } from '../../store/meta-tables.ts';
import { describeEachStore } from '../../store/testing.ts';
import { trainMigrations } from '../tables.ts';
import { createMailboxes } from './mailboxes.ts';
import { createMailStore } from './store.ts';

const dayMs = 86_400_000;
const token = 'a'.repeat(26);
const secret = new Uint8Array(32).fill(3);

describeEachStore((open) => {
  it('keeps a mail for thirty days by a digest of its token, and what was said of it last until it failed', async () => {
    const store = await open({ migrations: [...metaMigrations, ...trainMigrations] });
    const mails = createMailStore(store);
    await mails.add(token, { uid: 'li', address: 'hashed', kind: 'bulletin', ref: 'tm_1', sent: 1_000 });
    expect(JSON.stringify(await store.db.selectFrom('training_mails').selectAll().execute())).not.toContain(token);
    expect(await mails.find('b'.repeat(26), 2_000)).toBeNull();
    expect(await mails.find(token, 2_000)).toMatchObject({ uid: 'li', ref: 'tm_1', verdict: null });
    const said = [
      await mails.note(token, 'delayed', '4.4.1', 2_000),
      await mails.note(token, 'delayed', '4.4.1', 3_000),
      await mails.note(token, 'arrived', null, 4_000),
      await mails.note(token, 'mailbox', '5.1.1', 5_000),
      await mails.note(token, 'mailbox', '5.1.1', 6_000),
      await mails.note(token, 'arrived', null, 7_000),
    ];
    expect(said).toEqual([true, false, true, true, false, false]);
    expect(await mails.find(token, 8_000)).toMatchObject({ verdict: 'mailbox', status: '5.1.1', reported: 5_000 });
    expect(await mails.find(token, 1_000 + 30 * dayMs)).toBeNull();
    await mails.removeOld(999 + 30 * dayMs);
    expect(await mails.find(token, 8_000)).not.toBeNull();
    await mails.removeOld(1_000 + 30 * dayMs);
    expect(await mails.find(token, 8_000)).toBeNull();
  });

  it('takes one of two reports that come at once for news', async () => {
    const store = await open({ migrations: [...metaMigrations, ...trainMigrations] });
    const mails = createMailStore(store);
    await mails.add(token, { uid: 'li', address: 'hashed', kind: 'bulletin', ref: 'tm_1', sent: 1_000 });
    const both = await Promise.all([mails.note(token, 'failed', null, 2_000), mails.note(token, 'mailbox', null, 2_000)]);
    expect(both.filter(Boolean)).toHaveLength(1);
  });

  it('gives a mailbox up by a keyed hash of its address, for as long as the person has that one', async () => {
    const store = await open({ migrations: [...metaMigrations, ...trainMigrations] });
    const mailboxes = createMailboxes(store, secret);
    await mailboxes.giveUp('li', mailboxes.keyOf('Li@corp.example'), '5.1.1', 1_000);
    await mailboxes.giveUp('li', mailboxes.keyOf('li@corp.example'), null, 2_000);
    expect(await mailboxes.list()).toEqual([{ uid: 'li', since: 2_000, status: null }]);
    expect([await mailboxes.isGivenUp('li', 'LI@CORP.EXAMPLE'), await mailboxes.isGivenUp('li', 'li@new.example')]).toEqual([
      true,
      false,
    ]);
    expect(createMailboxes(store, new Uint8Array(32)).keyOf('li@corp.example')).not.toBe(mailboxes.keyOf('li@corp.example'));
    expect([await mailboxes.release('li'), await mailboxes.release('li')]).toEqual([true, false]);
  });
});
