import { randomBytes } from 'node:crypto';
import type { AppConfig, LoginAnswer } from '@menshen/contract';
import { expect, it } from 'vitest';
import { createKeys } from '../keys/master.ts';
import { describeEachStore } from '../store/testing.ts';
import { createEntering } from './entering.ts';
import type { Subject } from './providers.ts';
import { createIdentityStore } from './store.ts';

describeEachStore((open) => {
  it('who logs in on many nodes at once for the first time is one customer, who gets once what everybody gets once', async () => {
    const database = await open({ clock: () => 1_000 });
    const store = createIdentityStore(database, createKeys(new Uint8Array(32).fill(5), randomBytes));
    const opened: string[] = [];
    const node = () =>
      createEntering({
        store,
        open: async (_app, _subject, person) => {
          opened.push(person.uid);
          return {} as LoginAnswer;
        },
        links: { byUnion: async () => [] } as never,
        ownApps: () => new Set(['wx1']),
        directory: { snapshot: () => ({ person: () => undefined }) } as never,
        audit: {} as never,
        clock: () => 1_000,
        random: randomBytes,
      });
    const app = { id: 'shop', audience: ['customer'], binding: [] } as Partial<AppConfig> as AppConfig;
    const subject: Subject = {
      channel: 'wechat',
      provider: 'wx1',
      subject: 'openid',
      unionid: 'union',
      sessionKey: 'k',
    } as Subject;
    await Promise.all(
      Array.from({ length: 4 }, () => node().enterWechat(app, subject, null, { address: '', userAgent: null, requestId: '' })),
    );
    expect([opened.length, new Set(opened).size]).toEqual([4, 1]);
    expect(await store.customers()).toEqual([{ uid: opened[0], created: 1_000 }]);
  });
});
