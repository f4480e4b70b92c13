import { describe, expect, it } from 'vitest';
import { describeCall } from './described-call.ts';

const of = (body: Record<string, unknown>, params: Record<string, unknown> = {}) => describeCall({ params, query: {}, body });

describe('describeCall', () => {
  it('says known values in words', () => {
    expect(of({ username: 'li.wei', power: 'audit', reason: 'x' })).toEqual([
      { label: { key: 'param.username' }, value: { kind: 'text', text: 'li.wei' } },
      { label: { key: 'param.power' }, value: { kind: 'message', keys: ['power.audit'] } },
    ]);
    expect(of({}, { id: 'a_0123456789AB' })).toEqual([
      { label: { key: 'param.administrator' }, value: { kind: 'administrator', id: 'a_0123456789AB' } },
    ]);
  });

  it('hides nothing: an unknown parameter, a known one with a strange value, a scope among known ones', () => {
    expect(of({ danger: { deep: [1] } })).toEqual([{ label: { text: 'danger' }, value: { kind: 'text', text: '{"deep":[1]}' } }]);
    expect(of({ power: 'everything' })).toEqual([{ label: { key: 'param.power' }, value: { kind: 'text', text: 'everything' } }]);
    expect(of({ scopes: ['guard', 'root'] })).toEqual([
      { label: { key: 'param.scopes' }, value: { kind: 'text', text: 'guard, root' } },
    ]);
  });

  it('is not fooled by names of the language', () => {
    expect(of({ constructor: 'x', mode: 'toString' })).toEqual([
      { label: { text: 'constructor' }, value: { kind: 'text', text: 'x' } },
      { label: { key: 'param.mode' }, value: { kind: 'text', text: 'toString' } },
    ]);
  });

  it('tells files as text only when they are nothing else', () => {
    const files = [{ name: 'a.cedar', text: 'permit (principal, action, resource);' }];
    expect(of({ files })[0]?.value).toEqual({ kind: 'files', files });
    expect(of({ files: [{ ...files[0], mode: 'run' }] })[0]?.value.kind).toBe('text');
  });

  it('tells flat members one by one, and keeps quotes that a value cannot leave', () => {
    const routes = [
      { app: 'portal', route: 'POST /notes', mode: 'monitor' },
      { app: 'portal", mode "enforce', route: 'GET /', mode: null },
    ];
    expect(of({ routes })).toEqual([
      {
        label: { key: 'param.routes' },
        value: {
          kind: 'text',
          text: 'app "portal", route "POST /notes", mode "monitor"; app "portal\\", mode \\"enforce", route "GET /", mode null',
        },
      },
    ]);
    expect(of({ expiresAt: 1_800_000_000_000 })[0]?.value).toEqual({ kind: 'text', text: '2027-01-15T08:00:00.000Z' });
    expect(of({ expiresAt: Number.MAX_SAFE_INTEGER })[0]?.value).toEqual({ kind: 'text', text: '9007199254740991' });
    expect(of({ expiresAt: 'never' })[0]?.value).toEqual({ kind: 'text', text: 'never' });
  });

  it('says that a list is empty', () => {
    expect(of({ addresses: [] })[0]?.value).toEqual({ kind: 'message', keys: ['param.none'] });
  });
});
