import { describe, expect, it } from 'vitest';
import { appid, company, createBench, startOfTest } from '../testing/emulated-company.ts';

describe('admin API', () => {
  it('moves the clock forward where it can be moved', async () => {
    const bench = createBench();
    expect((await bench.get('/_emulator/clock')).json).toEqual({ now: startOfTest, adjustable: true });
    expect(await bench.admin('clock', { advanceMs: 5000 })).toEqual({ now: startOfTest + 5000 });
    const fixed = createBench({ clock: () => startOfTest });
    expect((await fixed.get('/_emulator/clock')).json.adjustable).toBe(false);
    expect((await fixed.post('/_emulator/clock', { advanceMs: 1 })).json).toEqual({ code: 'clock_fixed' });
  });

  it('resets everything to the file', async () => {
    const bench = createBench();
    const code = await bench.code();
    const access_token = await bench.token();
    await bench.admin('people', { person: { id: 'p-new', phone: '13900000011' } });
    await bench.admin('faults', { kind: 'drop' });
    await bench.admin('reset');
    const { people, users } = (await bench.get('/_emulator/people')).json;
    expect([people.length, users.length]).toEqual([company.people?.length, company.users.length]);
    expect((await bench.post('/wxa/getuserriskrank', {}, { access_token })).json.errcode).toBe(40001);
    expect((await bench.get('/_emulator/log')).json.calls).toHaveLength(1);
    expect((await bench.get('/_emulator/faults')).json.faults).toEqual([]);
    expect(code).not.toBe(await bench.code());
  });

  it('adds and changes WeChat people', async () => {
    const bench = createBench();
    const person = { id: 'p-new', phone: '13900000011', nickname: '新客', userid: 'lisi' };
    expect((await bench.admin('people', { person })).person).toMatchObject({
      ...person,
      openids: { [appid]: expect.any(String) },
    });
    const { openid } = await bench.login('p-new');
    await bench.admin('people', { person: { ...person, blocked: true } });
    await expect(bench.login('p-new')).resolves.toMatchObject({ errcode: 40226 });
    await bench.admin('people', { person });
    expect((await bench.login('p-new')).openid).toBe(openid);
    const unknown = await bench.post('/_emulator/people', { person: { ...person, userid: 'nobody' } });
    expect(unknown.json.code).toBe('person_unknown');
  });

  it('describes people without any secret of the apps', async () => {
    const bench = createBench();
    const { text, json } = await bench.get('/_emulator/people');
    expect(text).not.toMatch(/secret|session_key|1111-/);
    expect(json.users[1]).toMatchObject({ userid: 'lisi', departmentNames: ['销售部', '华东区'] });
  });
});
