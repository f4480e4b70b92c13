import { type ApiTokenView, type Attention, inNumber } from '@menshen/contract';

/** Tokens that work on after whoever issued them was disabled: that may be wanted, and somebody must say so. */
export function tokenAttention(tokens: readonly ApiTokenView[]): Attention[] {
  const left = tokens.filter(({ state, issuerActive }) => state === 'active' && !issuerActive);
  const [first] = left;
  if (first === undefined) return [];
  return [
    {
      id: 'tokens-issuer-gone',
      severity: 'medium',
      title: {
        zh: `${left.length} 个接口令牌的签发人已停用，令牌仍然有效`,
        en: inNumber(left.length, `${left.length} API token[s] still [works|work] whose issuer is disabled`),
      },
      detail: {
        zh: '签发人可能还知道令牌。请逐个决定：换一个新的，或吊销。',
        en: 'Whoever issued a token may still know it. Decide about each: issue another, or revoke it.',
      },
      since: Math.min(...left.map(({ created }) => created)),
      action: { to: '/tokens', label: { zh: '查看令牌', en: 'Open the tokens' } },
    },
  ];
}
