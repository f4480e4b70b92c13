import { expect, it } from 'vitest';
import { leaverAttention } from './leaver-attention.ts';

const account = (id: string, status: 'active' | 'disabled' = 'active') => ({
  ...{
    id,
    username: `name-${id}`,
    passwordHash: '',
    power: 'system' as const,
    status,
    addresses: [],
    created: 0,
    lastLogin: null,
  },
});
const bound = (administrator: string, subject: string, provider = 'wecom') => ({
  ...{ administrator, subject, provider, boundBy: 'root', boundAt: 0 },
});

it('names each account at work whose person has left or is disabled, and no other', async () => {
  const statuses: Readonly<Record<string, string>> = {
    zhang: 'active',
    li: 'left',
    wang: 'disabled',
    zhao: 'left',
    qian: 'left',
  };
  const accounts = {
    all: async () => ['zhang', 'li', 'wang', 'sun'].map((id) => account(id)).concat(account('zhao', 'disabled'), account('qian')),
    identities: async () => [
      ...['zhang', 'li', 'wang', 'zhao', 'nobody'].map((subject) => bound(subject, subject)),
      // The subject of another provider is no userid.
      bound('qian', 'qian', 'company'),
    ],
  };
  const directory = {
    ofWecom: (userid: string) => (statuses[userid] === undefined ? undefined : ({ status: statuses[userid] } as never)),
    state: () => ({ syncedAt: 7, error: null }) as never,
  };
  const providers = [
    { id: 'wecom', kind: 'wecom' },
    { id: 'company', kind: 'oidc' },
  ] as const;
  const found = await leaverAttention(accounts as never, providers, directory, 9);
  expect(found.map(({ id, severity, since }) => [id, severity, since])).toEqual([
    ['administrator-left-li', 'high', 7],
    ['administrator-left-wang', 'high', 7],
  ]);
  expect(await leaverAttention(accounts as never, [], directory, 9)).toEqual([]);
});
