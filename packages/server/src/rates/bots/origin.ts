import type { BotObservation } from './tracker.ts';

const remembered = 2_048;
const servicePage = 'https://servicewechat.com/';

/**
 * Whether a request looks as if a mini program had sent it: the user agent of WeChat or WeCom, or a Referer of `https://servicewechat.com/APPID/...`,
 * which the client sets and a page cannot. Both are easily written by a program, so their presence proves nothing.
 */
export function createOriginOf(): (
  agent: string | undefined,
  referer: string | undefined,
  appid: string | undefined,
) => BotObservation['origin'] {
  const agents = new Map<string, boolean>();
  const isWechat = (agent: string): boolean => {
    const known = agents.get(agent);
    if (known !== undefined) return known;
    const found = /micromessenger|wxwork|wechatdevtools|miniprogram/i.test(agent.slice(0, 500));
    if (agents.size >= remembered) agents.clear();
    agents.set(agent, found);
    return found;
  };
  return (agent, referer, appid) => {
    if (referer?.startsWith(servicePage) === true) {
      const own =
        appid === undefined ||
        (referer.startsWith(appid, servicePage.length) && referer[servicePage.length + appid.length] === '/');
      return own ? 'wechat' : 'foreign';
    }
    return agent !== undefined && isWechat(agent) ? 'wechat' : 'other';
  };
}
