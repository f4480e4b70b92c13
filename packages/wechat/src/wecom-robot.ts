import { createHash } from 'node:crypto';
import type { ClientRuntime } from './client-runtime.ts';
import { readBaseUrl } from './lib/base-url.ts';
import { createTransport } from './lib/transport.ts';

export type WecomRobotOptions = Pick<ClientRuntime, 'fetch' | 'timeoutMs' | 'maxResponseBytes'> &
  (
    | {
        /** The key of the webhook. Whoever has it can write to the group: a secret. */
        readonly key: string;
        /** `https://qyapi.weixin.qq.com` by default. */
        readonly apiBase?: string;
      }
    | {
        /** The whole address as WeCom shows it, with its key: a secret too. */
        readonly url: string;
      }
  );

export type WecomRobotMessage =
  /** At most 2,048 bytes of UTF-8. `@all` in either list mentions everybody. */
  | {
      readonly type: 'text';
      readonly content: string;
      readonly mentionedUsers?: readonly string[];
      readonly mentionedMobiles?: readonly string[];
    }
  /** At most 4,096 bytes of UTF-8. `markdown_v2` knows tables but no mentions. */
  | { readonly type: 'markdown' | 'markdown_v2'; readonly content: string }
  /** PNG or JPEG, at most 2 MiB. */
  | { readonly type: 'image'; readonly image: Uint8Array }
  | { readonly type: 'news'; readonly articles: readonly WecomRobotArticle[] }
  /** `card` in the platform's own form (path/99110). */
  | { readonly type: 'template_card'; readonly card: Readonly<Record<string, unknown>> };

export interface WecomRobotArticle {
  readonly title: string;
  readonly url: string;
  readonly description?: string;
  readonly picurl?: string;
}

/** A group's message webhook. WeCom takes 20 messages a minute and answers 45009 to more. */
export interface WecomRobot {
  /**
   * Sends once: after a failure it is not known whether the group has the message, so repeating is the caller's decision.
   * Rejects with WechatApiError (93000: wrong key) or WechatTransportError; RangeError for a message over WeCom's limits.
   */
  send(message: WecomRobotMessage): Promise<void>;
}

const api = '/cgi-bin/webhook/send';

export function createWecomRobot(options: WecomRobotOptions): WecomRobot {
  const { base, key } = readAddress(options);
  const transport = createTransport(base, options);
  return {
    async send(message) {
      const body = { msgtype: message.type, [message.type]: writeMessage(message) };
      await transport({ api, method: 'POST', query: { key }, body, secrets: [key] });
    },
  };
}

function readAddress(options: WecomRobotOptions): { base: string; key: string } {
  if ('key' in options) {
    if (options.key === '') throw new TypeError('the robot needs a key');
    return { base: readBaseUrl(options.apiBase ?? 'https://qyapi.weixin.qq.com'), key: options.key };
  }
  const url = URL.parse(options.url);
  const key = url?.searchParams.get('key');
  if (!url?.pathname.endsWith(api) || !key) throw new TypeError(`the robot's url must end in ${api}?key=...`);
  return { base: readBaseUrl(`${url.origin}${url.pathname.slice(0, -api.length)}`), key };
}

function writeMessage(message: WecomRobotMessage): Readonly<Record<string, unknown>> {
  switch (message.type) {
    case 'text':
      limit(Buffer.byteLength(message.content), 2048, 'a text');
      return {
        content: message.content,
        mentioned_list: message.mentionedUsers,
        mentioned_mobile_list: message.mentionedMobiles,
      };
    case 'markdown':
    case 'markdown_v2':
      limit(Buffer.byteLength(message.content), 4096, 'a markdown text');
      return { content: message.content };
    case 'image':
      limit(message.image.length, 2 * 1024 * 1024, 'an image');
      return {
        base64: Buffer.from(message.image).toString('base64'),
        md5: createHash('md5').update(message.image).digest('hex'),
      };
    case 'news':
      if (message.articles.length < 1 || message.articles.length > 8) throw new RangeError('news has 1 to 8 articles');
      return { articles: message.articles };
    case 'template_card':
      return message.card;
  }
}

function limit(size: number, most: number, what: string): void {
  if (size > most) throw new RangeError(`${what} has at most ${most} bytes`);
}
