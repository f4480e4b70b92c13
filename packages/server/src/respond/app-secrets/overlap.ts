import { WechatApiError } from '@menshen/wechat';

/**
 * Answers by which WeChat and WeCom refuse a secret, or the token that it got: 40001 bad secret or token, 40091 secret invalid, 40125 invalid appsecret,
 * 40243 AppSecret frozen. Whatever was asked for has not been done then.
 */
const refusals: ReadonlySet<number> = new Set([40001, 40091, 40125, 40243]);

export const isSecretRefused = (error: unknown): boolean => error instanceof WechatApiError && refusals.has(error.errcode);

type Client = Readonly<Record<string, unknown>>;
type Used = (which: 'current' | 'previous') => void;

/**
 * A client that asks with the new secret first, and with the old one where the platform refuses the new: so that nobody's sign-in fails between the reset
 * on the platform and the replacement here, whichever comes first. `used` hears which of the two was taken.
 */
export function overlapping<C extends object>(current: C, previous: C, used: Used): C {
  const old = previous as Client;
  const both = Object.entries(current as Client).map(([name, method]) => {
    const other = old[name];
    if (typeof method !== 'function' || typeof other !== 'function') return [name, method];
    const ask = (...parts: unknown[]): unknown => {
      const asked: unknown = method(...parts);
      return isPages(asked) ? pages(asked, () => other(...parts), used) : answer(asked, () => other(...parts), used);
    };
    return [name, ask];
  });
  // Sound: every member of the one is there under its name and with its form.
  return Object.fromEntries(both) as C;
}

const isPages = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

async function answer(asked: unknown, other: () => unknown, used: Used): Promise<unknown> {
  try {
    const given: unknown = await asked;
    used('current');
    return given;
  } catch (error) {
    if (!isSecretRefused(error)) throw error;
    const given: unknown = await other();
    used('previous');
    return given;
  }
}

/** What is read page by page: the old secret is tried before the first page alone, so that no page comes twice. */
async function* pages(asked: AsyncIterable<unknown>, other: () => AsyncIterable<unknown>, used: Used): AsyncGenerator<unknown> {
  let begun = false;
  try {
    for await (const page of asked) {
      if (!begun) used('current');
      begun = true;
      yield page;
    }
    return;
  } catch (error) {
    if (begun || !isSecretRefused(error)) throw error;
  }
  for await (const page of other()) {
    if (!begun) used('previous');
    begun = true;
    yield page;
  }
}
