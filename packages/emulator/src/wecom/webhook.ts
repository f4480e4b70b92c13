import { createHash } from 'node:crypto';
import { ApiFailure } from '../api-failure.ts';
import { type ApiCall, type ApiHandler, queryText, readJson, seconds } from '../http/api.ts';
import type { WebhookOptions } from '../options.ts';
import { randomToken } from '../random.ts';
import { equalSecrets } from '../secret.ts';
import { BoundedMap } from '../state/bounded.ts';
import type { World } from '../world.ts';
import { requireMethod, takeWecomQuota } from './guard.ts';
import { payloadOf, readArticles, readTemplateCard, requireText, type ShownContent } from './message-content.ts';

const postsPerMinute = 20;
const maxTextBytes = 2048;
const maxMarkdownBytes = 4096;
const maxImageBytes = 2 * 1024 * 1024;
const mediaLifetimeMs = 3 * 86_400_000;
const minMediaBytes = 6;

type Payload = Readonly<Record<string, unknown>>;

interface StoredMedia {
  readonly type: 'file' | 'voice';
  readonly name: string;
  readonly webhook: string;
  readonly expiresAt: number;
}

/** The robot of a group: `cgi-bin/webhook/send` and `cgi-bin/webhook/upload_media`. */
export function webhookRoutes(world: World): [string, ApiHandler][] {
  const media = new BoundedMap<string, StoredMedia>(1000);
  const { clock, random } = world.options;

  function readStoredMedia(payload: Payload, type: 'file' | 'voice', webhook: WebhookOptions): ShownContent {
    const stored = media.get(requireText(payload, 'media_id', 256));
    if (stored?.type !== type || stored.webhook !== webhook.name || stored.expiresAt <= clock()) throw new ApiFailure(40007);
    return { title: '', text: stored.name };
  }

  function readContent(type: string, payload: Payload, webhook: WebhookOptions): ShownContent {
    switch (type) {
      case 'text':
        return { title: '', text: requireText(payload, 'content', maxTextBytes) };
      case 'markdown':
      case 'markdown_v2':
        return { title: '', text: requireText(payload, 'content', maxMarkdownBytes) };
      case 'image':
        return readImage(payload);
      case 'news':
        return readArticles(payload);
      case 'file':
      case 'voice':
        return readStoredMedia(payload, type, webhook);
      case 'template_card':
        return readTemplateCard(payload);
      default:
        throw new ApiFailure(40008);
    }
  }

  return [
    [
      '/cgi-bin/webhook/send',
      (call) => {
        requireMethod(call, 'POST');
        const webhook = authenticateWebhook(world, call);
        takeWecomQuota(world, `webhook:${webhook.name}`, call.path, { perMinute: postsPerMinute });
        const message = readMessage(call);
        const type = String(message.msgtype);
        const content = readContent(type, payloadOf(message, type), webhook);
        world.inbox.add({
          kind: 'robot',
          source: `robot:${webhook.name}`,
          from: webhook.name,
          to: webhook.members ?? world.directory.members().map((member) => member.userid),
          type,
          ...content,
          // An image is as large as it is: the phone shows its fingerprint.
          payload: type === 'image' ? { md5: payloadOf(message, type).md5 } : payloadOf(message, type),
        });
        return { errcode: 0, errmsg: 'ok' };
      },
    ],
    [
      '/cgi-bin/webhook/upload_media',
      async (call) => {
        requireMethod(call, 'POST');
        const webhook = authenticateWebhook(world, call);
        const type = queryText(call, 'type');
        if (type !== 'file' && type !== 'voice') throw new ApiFailure(40058);
        const file = await readFormFile(call);
        if (file.size < minMediaBytes) throw new ApiFailure(44001);
        const id = randomToken(random, 64);
        media.set(id, { type, name: file.name, webhook: webhook.name, expiresAt: clock() + mediaLifetimeMs });
        return { errcode: 0, errmsg: 'ok', type, media_id: id, created_at: String(seconds(clock())) };
      },
    ],
  ];
}

/** Throws ApiFailure 93000. Every key is compared, in constant time. */
function authenticateWebhook(world: World, call: ApiCall): WebhookOptions {
  const key = queryText(call, 'key');
  const [webhook] = (world.options.wecom?.webhooks ?? []).filter((candidate) => equalSecrets(key, candidate.key));
  if (!webhook) throw new ApiFailure(93000);
  return webhook;
}

/** WeCom answers broken JSON with the code of an unknown type. */
function readMessage(call: ApiCall): Payload {
  try {
    return readJson(call);
  } catch {
    throw new ApiFailure(40008);
  }
}

function readImage(payload: Payload): ShownContent {
  const bytes = Buffer.from(requireText(payload, 'base64', maxImageBytes * 2), 'base64');
  if (bytes.length === 0) throw new ApiFailure(44001);
  if (bytes.length > maxImageBytes) throw new ApiFailure(45002);
  const md5 = createHash('md5').update(bytes).digest('hex');
  if (requireText(payload, 'md5', 32).toLowerCase() !== md5) throw new ApiFailure(40058);
  return { title: '', text: `[image ${bytes.length} bytes]` };
}

/** The multipart field `media`. Throws ApiFailure 44001. */
async function readFormFile(call: ApiCall): Promise<File> {
  try {
    const headers = { 'content-type': call.headers['content-type'] ?? '' };
    const form = await new Response(Uint8Array.from(call.body), { headers }).formData();
    const file = form.get('media');
    if (file instanceof File) return file;
  } catch {
    // A body that is no form has no file.
  }
  throw new ApiFailure(44001);
}
