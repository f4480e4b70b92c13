import { configSchema } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { drillSenderProblems } from './drill-senders.ts';

const mail = { host: 'smtp.example.com', from: 'security@example.com', to: ['security@example.com'] };
const fields = (sender: object): string[] => {
  const config = configSchema.parse({
    data: '/tmp/x',
    apps: [],
    console: { publicUrl: 'https://menshen.example.com' },
    notify: {
      channels: [
        { id: 'mail', by: { mail } },
        { id: 'robot', by: { wecomRobot: { key: 'k' } } },
      ],
    },
    training: {
      publicUrl: 'https://learn.example.com',
      drills: { senders: [{ id: 'desk', name: 'IT', from: 'desk@it-desk.example', url: 'https://it-desk.example', ...sender }] },
    },
  });
  return drillSenderProblems(config).map(({ field }) => field.split('.').at(-1) ?? '');
};

describe('who a drill pretends to be', () => {
  it('is never whom our own notices come from, and its links never lead to our own pages', () => {
    expect(fields({})).toEqual([]);
    expect(fields({ from: 'Security@Example.com' })).toEqual(['from']);
    expect(fields({ url: 'https://learn.example.com' })).toEqual(['url']);
    expect(fields({ url: 'http://learn.example.com:8080' })).toEqual(['url']);
    expect(fields({ url: 'https://MENSHEN.example.com' })).toEqual(['url']);
  });

  it('sends through a mail channel that is there', () => {
    expect([fields({ channel: 'mail' }), fields({ channel: 'robot' }), fields({ channel: 'none' })]).toEqual([
      [],
      ['channel'],
      ['channel'],
    ]);
  });

  it('has a name that begins no other header, and a host alone for an address', () => {
    for (const wrong of [
      { name: 'IT\r\nBcc: x@y.example' },
      { name: '"IT" <ceo@example.com>' },
      { url: 'https://it-desk.example/login' },
      { url: 'javascript:alert(1)' },
    ])
      expect(() => fields(wrong)).toThrow();
  });
});
