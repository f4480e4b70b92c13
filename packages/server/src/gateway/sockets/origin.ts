import type { SocketConfig } from '@menshen/contract';
import { createOriginOf } from '../../rates/bots/origin.ts';
import type { RequestContext } from '../context.ts';
import { type Refusal, refuse } from '../refusal.ts';

const miniPrograms = 'https://servicewechat.com';

/**
 * Whether a handshake comes from where it may. A browser always says `Origin`, so that a page of somebody else is told from a mini program, which says none or
 * WeChat's own; a `Referer` of WeChat's names the mini program. A program can write both: they are no proof, and none is made of them.
 */
export function createCheckOrigin(): (context: RequestContext, socket: SocketConfig) => Refusal | undefined {
  const originOf = createOriginOf();
  return ({ request, app }, { origins }) => {
    const { origin, referer } = request.headers;
    if (origin !== undefined && origin !== miniPrograms && !origins.includes(origin.toLowerCase()))
      return refuse('socket_origin_refused', 'header origin');
    if (originOf(undefined, referer, app?.config.wechat?.appid) === 'foreign')
      return refuse('socket_origin_refused', 'header referer');
    return undefined;
  };
}
