import { expect, it } from 'vitest';
import { ownerAttention } from './owner-attention.ts';

const accounts = {
  all: async () => [
    { username: 'anquan', status: 'active' },
    { username: 'shenji', status: 'disabled' },
    { username: 'li', status: 'active' },
  ],
};
const people: Readonly<Record<string, string>> = { zhang: 'active', wang: 'left', zhao: 'disabled', li: 'left' };
const directory = {
  snapshot: () => ({ person: (uid: string) => (people[uid] === undefined ? undefined : { status: people[uid] }) }),
};
const action = { to: '/incidents', label: { zh: '', en: '' } };
const work = (kind: string, owners: readonly (string | null)[]) => ({
  kind,
  what: { zh: '个事件', en: 'incident[s]' },
  owners,
  action,
});

it('names work of administrators who are disabled and of people who have left, and of nobody else', async () => {
  const found = await ownerAttention(
    [
      work('incidents', ['shenji', 'wang', 'zhang', 'anquan', null, 'wang']),
      // An account at work is there, whoever once had its name; a team is in no list.
      work('findings', ['li', 'a team', null]),
      work('exceptions', ['zhao']),
    ],
    accounts as never,
    directory as never,
    7,
  );
  expect(found).toMatchObject([
    { id: 'owner-left-incidents', severity: 'high', since: 7, title: { en: expect.stringMatching(/^3 /) }, action },
    { id: 'owner-left-exceptions', severity: 'medium', detail: { en: expect.stringContaining('zhao') } },
  ]);
  expect(found).toHaveLength(2);
});
