import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppConfig } from '@menshen/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { policyCheck } from '../cli/policy.ts';
import { run } from '../cli/testing/terminal.ts';
import { loadPolicyFolder } from './policies.ts';

describe('a folder of policies', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'menshen-policies-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const put = (text: string): void => writeFileSync(join(folder, 'a.cedar'), text);
  const apps = (attributes: Record<string, string>): AppConfig[] =>
    [
      {
        id: 'portal',
        routes: [
          {
            match: 'GET /a/:id',
            action: 'a.read',
            resource: { type: 'Portal::A', id: 'path.id', from: 'request', attributes },
          },
          {
            match: 'GET /staff/:id',
            action: 'staff.read',
            resource: { type: 'Menshen::User', id: 'path.id', from: 'directory', attributes: {} },
          },
        ],
      },
    ] as unknown as AppConfig[];

  it('knows the scopes of a role without a schema written by hand', () => {
    put(`permit (principal is Menshen::User, action == Menshen::Action::"staff.read", resource is Menshen::User)
when { principal.scopes has approver && (principal.scopes.approver.all || resource in principal.scopes.approver.subtrees) };
permit (principal is Menshen::User, action == Menshen::Action::"staff.read", resource is Menshen::User)
when { principal.scopes has "team-lead" && principal.scopes["team-lead"].self && principal == resource };`);
    expect(loadPolicyFolder(folder, apps({}))).toMatchObject({ ok: true, warnings: [] });
    put(`permit (principal is Menshen::User, action == Menshen::Action::"staff.read", resource is Menshen::User)
when { principal.scopes has approver && principal.scopes.approver.everything };`);
    expect(loadPolicyFolder(folder, apps({}))).toMatchObject({ ok: false, problems: [{ field: 'policies/a.cedar' }] });
    put(`permit (principal is Menshen::User, action == Menshen::Action::"staff.read", resource is Menshen::User)
when { principal.scopes.approver.all };`);
    expect(loadPolicyFolder(folder, apps({})).ok, 'a role that somebody may not have, read without has').toBe(false);
  });

  it('warns of what loads and can hardly be meant', () => {
    put('permit (principal, action == Menshen::Action::"a.read", resource is Menshen::User);');
    const never = loadPolicyFolder(folder, apps({}));
    if (!never.ok) throw new Error(JSON.stringify(never.problems));
    expect(never.warnings[0]).toMatchObject({ field: 'policies/a.cedar', line: 1 });
    expect(never.warnings.some(({ en }) => en.includes('impossible'))).toBe(true);
    put('permit (principal, action == Menshen::Action::"a.read", resource is Portal::A);');
    const untyped = loadPolicyFolder(folder, apps({ extra: 'body.extra' }));
    if (!untyped.ok) throw new Error(JSON.stringify(untyped.problems));
    expect(untyped.warnings).toMatchObject([{ field: 'apps/portal', en: expect.stringContaining('extra') }]);
  });

  it('is checked on the command line with its warnings, which are no failure', async () => {
    writeFileSync(
      join(folder, 'schema.cedarschema'),
      'entity U; entity R; entity S; action a appliesTo { principal: [U], resource: [R] };',
    );
    put('permit (principal, action == Action::"a", resource is S);');
    const plain = await run(policyCheck, [folder]);
    expect(plain).toMatchObject({ code: 0, err: expect.stringContaining('Policy warning') });
    const json = await run(policyCheck, [folder, '--json']);
    expect(json.code).toBe(0);
    const printed: { warnings: unknown[] } = JSON.parse(json.out);
    expect(printed).toMatchObject({ ok: true, problems: [] });
    expect(printed.warnings[0]).toMatchObject({ line: 1, field: 'policies/a.cedar' });
  });
});
