import { createHmac } from 'node:crypto';
import * as z from 'zod';
import { readBounded } from '../../api/bounded-answer.ts';
import { webhookSignature } from '../../keys/webhook-signature.ts';
import { ChannelError, type ChannelProblem } from '../model.ts';
import { asMarkdown, asText } from '../render.ts';
import type { Channel, ChannelRuntime } from './channel.ts';

const timeoutMs = 10_000;
const maxAnswerBytes = 64 * 1024;

async function postJson(
  runtime: ChannelRuntime,
  url: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  try {
    return await runtime.fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json; charset=utf-8' },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (error) {
    throw new ChannelError('unreachable', { cause: error });
  }
}

/** The answer's code; robots say 200 to everything. */
async function codeOf(answer: Response, field: 'errcode' | 'code'): Promise<number> {
  const text = await readBounded(answer, maxAnswerBytes).then(String, () => '');
  if (!answer.ok) throw new ChannelError('refused');
  const read = z.object({ [field]: z.number() }).safeParse(parse(text));
  if (!read.success) throw new ChannelError('refused');
  return Number(read.data[field]);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const refuse = (code: number, known: ReadonlyMap<number, ChannelProblem>): void => {
  if (code !== 0) throw new ChannelError(known.get(code) ?? 'refused');
};

/** DingTalk: 130101 sent too fast; 310000 the signature, keyword or address is wrong; 300001 the token is. */
const dingtalkProblems: ReadonlyMap<number, ChannelProblem> = new Map([
  [130_101, 'limited'],
  [310_000, 'wrong_credentials'],
  [300_001, 'wrong_credentials'],
]);

/** Custom robot of a DingTalk group: `timestamp` (ms) and `sign` = base64(HMAC-SHA-256(secret, timestamp + "\n" + secret)) in the query. */
export function createDingtalkRobot(
  { token, secret, apiBase }: { readonly token: string; readonly secret: string; readonly apiBase: string },
  runtime: ChannelRuntime,
): Channel {
  return {
    async send(notice) {
      const timestamp = runtime.clock();
      const sign = createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
      const url = new URL('/robot/send', apiBase);
      url.search = new URLSearchParams({ access_token: token, timestamp: String(timestamp), sign }).toString();
      const body = { msgtype: 'markdown', markdown: { title: notice.subject, text: asMarkdown(notice) } };
      refuse(await codeOf(await postJson(runtime, url.href, JSON.stringify(body)), 'errcode'), dingtalkProblems);
    },
  };
}

/** Feishu: 11232 too many; 19021 signature or time; 19001 the token is wrong; 19022 the address is not allowed. */
const feishuProblems: ReadonlyMap<number, ChannelProblem> = new Map([
  [11_232, 'limited'],
  [19_001, 'wrong_credentials'],
  [19_021, 'wrong_credentials'],
  [19_022, 'wrong_credentials'],
]);

/** Custom robot of a Feishu group: `sign` = base64(HMAC-SHA-256(key = timestamp (s) + "\n" + secret, nothing)) in the body. */
export function createFeishuRobot(
  { token, secret, apiBase }: { readonly token: string; readonly secret: string; readonly apiBase: string },
  runtime: ChannelRuntime,
): Channel {
  return {
    async send(notice) {
      const timestamp = String(Math.floor(runtime.clock() / 1_000));
      const sign = createHmac('sha256', `${timestamp}\n${secret}`).update('').digest('base64');
      const lines = notice.sections.map(({ label, text }) => [{ tag: 'text', text: `${label}: ${text}` }]);
      const link = notice.link === null ? [] : [[{ tag: 'a', text: notice.link.label, href: notice.link.url }]];
      const post = { zh_cn: { title: notice.subject, content: [...lines, ...link] } };
      const body = { timestamp, sign, msg_type: 'post', content: { post } };
      const url = new URL(`/open-apis/bot/v2/hook/${encodeURIComponent(token)}`, apiBase).href;
      refuse(await codeOf(await postJson(runtime, url, JSON.stringify(body)), 'code'), feishuProblems);
    },
  };
}

/** Any receiver: JSON, signed over time and body. */
export function createWebhook(
  { url, secret }: { readonly url: string; readonly secret: string },
  runtime: ChannelRuntime,
): Channel {
  return {
    async send(notice, { id, kind }) {
      const body = JSON.stringify({ id, kind, ...notice, text: asText(notice) });
      const answer = await postJson(runtime, url, body, {
        'x-menshen-signature': webhookSignature(secret, body, runtime.clock()),
      });
      await answer.body?.cancel();
      if (answer.status === 429) throw new ChannelError('limited');
      if (answer.status === 401 || answer.status === 403) throw new ChannelError('wrong_credentials');
      if (!answer.ok) throw new ChannelError('refused');
    },
  };
}
