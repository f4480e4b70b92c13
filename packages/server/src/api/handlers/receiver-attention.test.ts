import { notifySchema } from '@menshen/contract';
import { expect, it } from 'vitest';
import { receiverAttention } from './receiver-attention.ts';

const person = (uid: string, status: string, email: string | null, phone: string | null) =>
  [uid, { uid, status, email, phone }] as const;
const people = new Map([
  person('zhang', 'active', 'zhang@example.org', '+8613900000001'),
  person('li', 'left', 'Li@example.org', '+8613900000002'),
  person('wang', 'disabled', 'duty@example.org', null),
  // Whoever has the mailbox of the duty now.
  person('zhao', 'active', 'duty@example.org', null),
]);
const directory = { ofWecom: (userid: string) => people.get(userid), snapshot: () => ({ people }) };
const mail = { host: 'mail.example.org', from: 'menshen@example.org' };
const { channels } = notifySchema.parse({
  channels: [
    { id: 'wecom', by: { wecomApp: { app: 'portal', users: ['zhang', 'li', 'wang', 'elsewhere'] } } },
    { id: 'here', by: { wecomApp: { app: 'portal', users: ['zhang'] } } },
    { id: 'mail', by: { mail: { ...mail, to: ['li@example.org', 'duty@example.org', 'team@example.org'] } } },
    { id: 'sms', by: { sms: { phones: ['13900000001', '8613900000002'] } } },
    { id: 'all', by: { wecomApp: { app: 'portal', departments: [1] } } },
  ],
});

it('names channels to people who have left or are disabled, and no other', () => {
  const found = receiverAttention(channels, directory as never, 7);
  expect(found.map(({ id, title }) => [id, title.en.slice(0, 1)])).toEqual([
    ['receiver-left-wecom', '2'],
    ['receiver-left-mail', '1'],
    ['receiver-left-sms', '1'],
  ]);
});
