import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Deployment, startDeployment } from '../testing/deployment.ts';

describe('roles of several people at one stroke', () => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await startDeployment();
  });
  afterAll(() => deployment.close());

  const rolesOf = (uid: string): readonly string[] | undefined => deployment.platform.directory.snapshot().person(uid)?.roles;
  const records = async () => {
    await deployment.indexed();
    return (await deployment.platform.queries.list({ kind: 'all', q: 'roles' }, 100, null)).rows;
  };

  it('are set in the directory, sorted and without repeats, with a record for each person', async () => {
    const { directory } = deployment.platform;
    const { version } = directory.snapshot();
    await directory.assignRoles(
      new Map([
        ['zhang', ['staff', 'admin', 'staff']],
        ['li', ['staff']],
        ['boss', []],
      ]),
      'test',
    );
    expect([rolesOf('zhang'), rolesOf('li'), rolesOf('boss')]).toEqual([['admin', 'staff'], ['staff'], []]);
    expect(directory.snapshot().version).toBe(version + 1);
    const details = await Promise.all((await records()).map((row) => deployment.platform.queries.entry(row.index)));
    const text = JSON.stringify(details);
    for (const uid of ['zhang', 'li', 'boss']) expect(text).toContain(uid);
    expect(details).toHaveLength(3);
    const token = await deployment.token('zhang');
    expect((await deployment.call('GET', '/portal/admin', { token })).status).toBe(200);
  });

  it('replace the ones before', async () => {
    await deployment.platform.directory.assignRoles(new Map([['zhang', ['guest']]]), 'test');
    expect(rolesOf('zhang')).toEqual(['guest']);
    expect(rolesOf('li')).toEqual(['staff']);
  });

  it('change for nobody when one of the people is unknown, and leave no record', async () => {
    const before = (await records()).length;
    const change = deployment.platform.directory.assignRoles(
      new Map([
        ['li', ['admin']],
        ['nobody', ['admin']],
      ]),
      'test',
    );
    await expect(change).rejects.toMatchObject({ code: 'not_found' });
    expect(rolesOf('li')).toEqual(['staff']);
    expect((await records()).length).toBe(before);
  });
});
