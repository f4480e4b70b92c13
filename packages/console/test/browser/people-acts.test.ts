import { expect, it } from 'vitest';
import { separatedWorld, type World } from '../fake/world.ts';
import { describeInBrowser } from './in-browser.ts';

/** The reader as security administrator: people are theirs to keep. */
function securityWorld(): World {
  const world = separatedWorld();
  world.identity.administrators = world.identity.administrators.map((one) => (one.own ? { ...one, powers: ['security'] } : one));
  world.identity.fresh = true;
  return world;
}

describeInBrowser('what is done to people by hand, by keyboard', { world: securityWorld }, (at) => {
  it('a person is entered, with what is missing said at the field', async () => {
    const { press, type, tabTo, button, dialog } = at.keys;
    await at.visit.open('/people');
    await tabTo(button('添加人员'));
    await press('Enter');
    const form = dialog('手工添加人员');
    const account = form.getByRole('textbox', { name: '账号' });
    await tabTo(account);
    await type('wai bu');
    await tabTo(button('保存', form));
    await press('Enter');
    await form.getByText('请填写姓名。').waitFor();
    expect(at.stage.server.writes).toEqual([]);
    expect(await at.visit.violations()).toEqual([]);
    await account.focus();
    await press('Control+a');
    await type('adviser-1');
    await tabTo(form.getByRole('textbox', { name: '姓名' }));
    await type('顾问甲');
    await tabTo(form.getByRole('textbox', { name: '手机号' }));
    await type('13900000000');
    await at.visit.screenshot('dialog local person');
    await tabTo(button('保存', form));
    await press('Enter');
    await form.waitFor({ state: 'hidden' });
    expect(at.stage.server.writes).toEqual([
      {
        id: 'putLocalPerson',
        body: { name: '顾问甲', kind: 'partner', departments: [], leads: [], position: '', phone: '13900000000' },
      },
    ]);
  });

  it('a double is merged only after it was shown what moves', async () => {
    const { press, type, tabTo, button, dialog } = at.keys;
    const [one, other] = at.stage.server.world.company.people.filter(({ status }) => status === 'active');
    await at.visit.open(`/people/${one?.uid}`);
    await tabTo(button('更多操作'));
    await press('Enter');
    await at.keys.choose('并入重复账号');
    const merging = at.visit.page.getByRole('dialog', { name: /把重复账号并入/ });
    await tabTo(merging.getByRole('textbox', { name: '另一个账号' }));
    await type(one?.uid ?? '');
    await press('Enter');
    await merging.getByText('这就是此人自己的账号。').waitFor();
    await press('Control+a');
    await type(other?.uid ?? '');
    await press('Enter');
    // In the invented company everybody has an identity in the same mini program: these are two people.
    await merging.getByText('那是两个人，不能合并').waitFor();
    await at.visit.screenshot('dialog merge');
    await tabTo(merging.getByRole('textbox', { name: '原因' }));
    await type('同一个人');
    await tabTo(button('合并', merging));
    await press('Enter');
    expect(at.stage.server.writes).toEqual([]);
    await press('Escape');
    await merging.waitFor({ state: 'hidden' });
    expect(await dialog('把重复账号并入').count()).toBe(0);
  });

  it('the sessions of an administrator are shown, and one is ended', async () => {
    const { press, tabTo, button, dialog } = at.keys;
    at.stage.server.world = separatedWorld();
    await at.visit.open('/administrators');
    await tabTo(button(/查看 chen\.jingyi 的会话/));
    await press('Enter');
    const panel = at.visit.page.getByRole('group', { name: 'chen.jingyi 登录着的地方' });
    await panel.getByText('203.0.113.77').waitFor();
    await at.visit.screenshot('administrator sessions');
    expect(await at.visit.violations()).toEqual([]);
    await tabTo(button('退出来自 203.0.113.77 的会话', panel));
    await press('Enter');
    const question = dialog('退出');
    await tabTo(button('退出', question));
    await press('Enter');
    await question.waitFor({ state: 'hidden' });
    expect(at.stage.server.writes.map(({ id }) => id)).toEqual(['endAdministratorSession']);
  });
});
