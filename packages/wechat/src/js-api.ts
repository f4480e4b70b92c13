import { createHash } from 'node:crypto';

/**
 * The JS-SDK signature of a page (`wx.config`): hex SHA-1 over ticket, nonce, time and address in this order.
 * `timestamp` is in seconds. The page's fragment is no part of the signed address and is cut off here.
 * Source: WeChat JS-SDK, appendix 1; WeCom uses the same with its own ticket.
 */
export function jsApiSignature(input: {
  readonly ticket: string;
  readonly nonceStr: string;
  readonly timestamp: number;
  readonly url: string;
}): string {
  const [page] = input.url.split('#', 1);
  return createHash('sha1')
    .update(`jsapi_ticket=${input.ticket}&noncestr=${input.nonceStr}&timestamp=${input.timestamp}&url=${page ?? ''}`, 'utf8')
    .digest('hex');
}
