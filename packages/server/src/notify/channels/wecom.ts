import { createWecomRobot, WechatApiError, type WecomClient, type WecomMessageContent } from '@menshen/wechat';
import { ChannelError } from '../model.ts';
import { asMarkdown } from '../render.ts';
import type { Channel, ChannelRuntime } from './channel.ts';

/** Limits of WeCom's messages in bytes of UTF-8 (path/99110, path/90236). */
const markdownBytes = 4_096;
const descriptionBytes = 512;

/** A group's webhook: 45009 is too many, 93000 a wrong key. */
export function createWecomRobotChannel(
  { key, apiBase }: { readonly key: string; readonly apiBase: string },
  { fetch }: ChannelRuntime,
): Channel {
  const robot = createWecomRobot({ key, apiBase, fetch });
  return {
    async send(notice) {
      await orChannelError(robot.send({ type: 'markdown', content: cut(asMarkdown(notice), markdownBytes) }));
    },
  };
}

/** A message of the application to its members: a card that opens the console. Null client: the app is not in WeCom. */
export function createWecomAppChannel(
  to: { readonly users: readonly string[]; readonly departments: readonly number[] },
  client: () => WecomClient | null,
): Channel {
  return {
    async send(notice) {
      const messenger = client();
      if (messenger === null) throw new ChannelError('misconfigured');
      const description = cut(notice.sections.map(({ label, text }) => `${label}: ${text}`).join('\n'), descriptionBytes);
      const content: WecomMessageContent =
        notice.link === null
          ? { type: 'text', content: cut(`${notice.subject}\n${description}`, 2_048) }
          : {
              type: 'textcard',
              title: cut(notice.subject, 128),
              description,
              url: notice.link.url,
              buttonText: cut(notice.link.label, 12),
            };
      const receivers = { users: [...to.users], departments: [...to.departments] };
      const { invalidUsers } = await orChannelError(messenger.sendMessage({ to: receivers, content }));
      if (to.departments.length === 0 && invalidUsers.length >= to.users.length) throw new ChannelError('no_receiver');
    },
  };
}

async function orChannelError<T>(sending: Promise<T>): Promise<T> {
  try {
    return await sending;
  } catch (error) {
    if (!(error instanceof WechatApiError)) throw new ChannelError('unreachable', { cause: error });
    if (error.errcode === 45_009) throw new ChannelError('limited', { cause: error });
    if (error.errcode === 93_000 || error.errcode === 40_001 || error.errcode === 40_013)
      throw new ChannelError('wrong_credentials', { cause: error });
    if (error.errcode === 81_013 || error.errcode === 60_111) throw new ChannelError('no_receiver', { cause: error });
    throw new ChannelError('refused', { cause: error });
  }
}

/** The longest start of a text that fits into so many bytes, not in the middle of a character. */
function cut(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  const kept = Buffer.from(text)
    .subarray(0, bytes - 3)
    .toString('utf8')
    .replace(/\ufffd+$/, '');
  return `${kept}…`;
}
