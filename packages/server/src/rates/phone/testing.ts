import type { WechatClient } from '@menshen/wechat';
import type { PhoneStore } from './store.ts';

/** As the tables do it, without a database. */
export function createMemoryPhoneStore(): PhoneStore & { readonly answers: ReadonlyMap<string, ReadonlyMap<string, number>> } {
  const answers = new Map<string, Map<string, number>>();
  const passes = new Map<string, number>();
  return {
    answers,
    async claim(number, uid, { now, until }, most) {
      const held = answers.get(number) ?? new Map<string, number>();
      const live = [...held].filter(([, end]) => end > now);
      if (live.length >= most && !live.some(([one]) => one === uid)) return false;
      answers.set(number, new Map([...live, [uid, until]]));
      return true;
    },
    async pass(sid, scope, _uid, until) {
      passes.set(`${sid}\n${scope}`, until);
    },
    async passed(sid, scope, now) {
      const until = passes.get(`${sid}\n${scope}`) ?? 0;
      return until > now ? until : null;
    },
    async removeExpired() {},
  };
}

/** WeChat as far as phone checks ask it. */
export const phoneClient = (getPhoneNumber: WechatClient['getPhoneNumber']): WechatClient =>
  ({ getPhoneNumber }) as unknown as WechatClient;
