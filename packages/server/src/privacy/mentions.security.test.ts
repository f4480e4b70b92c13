import { describe, expect, it } from 'vitest';
import { findMentions } from './mentions.ts';

const named = { uid: 'li', name: '欧阳修', phone: '+8613912345678', email: 'Ouyang@example.org' };

const find = async (words: string, who: Parameters<typeof findMentions>[1] = named) => {
  const title = { zh: '审批', en: 'Approval' };
  const rows = async function* () {
    yield { to: '/approvals', words: ['', words] };
  };
  return (await findMentions([{ title, rows }], who)).found.flatMap(({ by }) => by);
};

describe('a person in the words of others', () => {
  it.each([
    ['asked by li.', ['uid']],
    ['由li申请', []],
    ['on line, 2 limits', []],
    ['{"zh":"欧阳修来电"}', ['name']],
    ['139-1234-5678', ['phone']],
    ['008613912345678', ['phone']],
    ['13912345679', []],
    ['Write to OUYANG@example.org (li)', ['uid', 'email']],
  ])('%s', async (words, by) => expect(await find(words)).toEqual(by));

  it('is not looked for by what says nothing', async () => {
    expect(await find('', { uid: '', name: '王', phone: null, email: null })).toEqual([]);
    expect(await find('王先生 ann', { uid: 'u1', name: 'An', phone: '110', email: '' })).toEqual([]);
  });

  it('is looked for so that requests pass, where one page holds much', async () => {
    const title = { zh: '审批', en: 'Approval' };
    const words = ['words of somebody '.repeat(5_000)];
    let passed = 0;
    let reading = true;
    const pass = (): void => {
      passed += 1;
      if (reading) setImmediate(pass);
    };
    setImmediate(pass);
    const rows = async function* () {
      for (let at = 0; at < 300; at += 1) yield { to: '/approvals', words };
    };
    const began = performance.now();
    await findMentions([{ title, rows }], named);
    reading = false;
    expect(passed).toBeGreaterThan((performance.now() - began) / 100);
    expect(passed).toBeGreaterThan(3);
  });

  it('comes once for each place', async () => {
    const title = { zh: '审批', en: 'Approval' };
    const rows = async function* () {
      yield { to: '/approvals', words: ['li'] };
      yield { to: '/approvals', words: ['欧阳修'] };
      yield { to: '/lists', words: ['欧阳修'] };
    };
    expect(await findMentions([{ title, rows }], named)).toEqual({
      found: [
        { title, to: '/approvals', by: ['uid', 'name'] },
        { title, to: '/lists', by: ['name'] },
      ],
      total: 2,
    });
  });
});
