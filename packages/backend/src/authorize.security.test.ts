import { describe, expect, it } from 'vitest';
import { createAuthorizer } from './authorize.ts';

const asker = { uid: 'zhang', app: 'portal', action: 'order.read' };
const order = { type: 'Portal::Order', id: '1', attributes: { owner: 'zhang' } };

/** An API that answers as it is told, and keeps what it was asked. */
function api(status: number, body: string | Error) {
  const seen: { url: string; init: RequestInit }[] = [];
  const answer = async (url: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> => {
    seen.push({ url: String(url), init: init ?? {} });
    if (body instanceof Error) throw body;
    return new Response(body, { status });
  };
  const authorizer = createAuthorizer({ url: 'https://menshen.test', token: 'mat1.x', fetch: answer });
  return { authorizer, seen };
}

describe('a question to the policies', () => {
  it('is sent with the token, to the address that was configured, and follows no redirect', async () => {
    const { authorizer, seen } = api(200, '{"allow":true,"determining":["own"],"masked":["phone"]}');
    expect(await authorizer.decide(asker, order)).toEqual({ allow: true, determining: ['own'], masked: ['phone'] });
    expect(seen[0]?.url).toBe('https://menshen.test/api/v1/authorize');
    expect(seen[0]?.init).toMatchObject({ method: 'POST', redirect: 'error', headers: { authorization: 'Bearer mat1.x' } });
    expect(JSON.parse(String(seen[0]?.init.body))).toEqual({ ...asker, resource: order });
  });

  /** Nothing that goes wrong may be taken for "yes". */
  it.each([
    ['a refusal', 200, '{"allow":false,"determining":[],"masked":[]}', 'not_permitted'],
    ['an answer without a decision', 200, '{}', 'refused'],
    ['a decision that is no truth value', 200, '{"allow":"true","determining":[],"masked":[]}', 'refused'],
    ['an answer that is no JSON', 200, '<html>', 'refused'],
    ['a list', 200, '[true]', 'refused'],
    ['a wrong token', 401, '{"allow":true}', 'token_refused'],
    ['a token of another scope', 403, '{"allow":true}', 'token_refused'],
    ['an unknown person', 404, '{"allow":true}', 'unknown'],
    ['a failing server', 500, '{"allow":true,"determining":[],"masked":[]}', 'refused'],
    ['no answer', 0, new Error('connect'), 'unreachable'],
  ] as const)('%s throws', async (_name, status, body, code) => {
    const { authorizer } = api(status || 200, body);
    await expect(authorizer.demand(asker, order)).rejects.toMatchObject({ name: 'AuthorizeError', code });
  });

  it('gives the condition of a list, or names the policy that has none', async () => {
    const question = { ...asker, dialect: 'postgres', resourceType: 'Portal::Order', table: { table: 'orders' } } as const;
    const some = api(200, '{"rows":"some","where":{"text":"owner = $1","parameters":["zhang"]},"refusals":[]}');
    expect(await some.authorizer.filter(question)).toEqual({ rows: 'some', where: 'owner = $1', parameters: ['zhang'] });
    expect(some.seen[0]?.url).toBe('https://menshen.test/api/v1/authorize/filter');
    const none = api(200, '{"rows":null,"where":null,"refusals":[{"policy":"night","code":"x","text":"","message":""}]}');
    await expect(none.authorizer.filter(question)).rejects.toMatchObject({ code: 'no_sql_form', policies: ['night'] });
    for (const body of ['{}', '{"rows":"some","where":null}', '{"rows":"every","where":{"text":"1","parameters":[]}}']) {
      await expect(api(200, body).authorizer.filter(question)).rejects.toMatchObject({ code: 'refused' });
    }
  });
});
