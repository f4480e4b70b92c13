import { hash } from 'node:crypto';
import { type AppConfig, MenshenError } from '@menshen/contract';
import { createMessageCodec, type MessageCodec, parseMessageXml, WechatCryptoError } from '@menshen/wechat';
import { entityManagementEvent } from '../../audit/events.ts';
import type { Audit } from '../../audit/service.ts';
import type { Coordination } from '../../coordination/model.ts';
import { uidForm } from '../model.ts';

/** What a contact callback makes worth reading again. */
export type ContactHint = { readonly kind: 'company' } | { readonly kind: 'people'; readonly userids: readonly string[] };

/** A callback is accepted for this long after the time it names, and its signature once. */
const freshSeconds = 300;

export interface CallbackCall {
  readonly app: string;
  readonly kind: 'wechat' | 'wecom';
  readonly method: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

export interface CallbackService {
  /** Answers WeChat's or WeCom's call with the text that they expect. Throws MenshenError when it is not genuine. */
  receive(call: CallbackCall): Promise<string>;
}

export interface CallbackParts {
  readonly app: (id: string) => AppConfig | undefined;
  readonly coordination: Coordination;
  readonly audit: Audit;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
  /** Told of what may have changed: what a callback says is a hint, the next reading is the truth. */
  readonly contactsChanged: (hint: ContactHint) => void;
  /** Told what WeChat says of a picture or sound that it was asked about. */
  readonly mediaChecked: (app: string, event: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Told that somebody has pressed a button of a card, once for each press. */
  readonly cardPressed?: (app: string, fields: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Told that a person has withdrawn what they allowed in WeChat, as often as WeChat says it. */
  readonly authorizationEnded?: (app: AppConfig, event: string, fields: Readonly<Record<string, unknown>>) => Promise<void>;
}

/** Receives message pushes of WeChat and contact callbacks of WeCom. */
export function createCallbackService(parts: CallbackParts): CallbackService {
  const codecs = new Map<string, MessageCodec>();
  const codecOf = (app: AppConfig, kind: CallbackCall['kind']): MessageCodec => {
    const settings =
      kind === 'wecom'
        ? app.wecom?.callback && {
            token: app.wecom.callback.token,
            encodingAesKey: app.wecom.callback.aesKey,
            receiveId: app.wecom.corpid,
          }
        : app.wechat?.push && {
            token: app.wechat.push.token,
            encodingAesKey: app.wechat.push.aesKey,
            receiveId: app.wechat.appid,
          };
    if (settings === undefined) throw new MenshenError('route_undeclared');
    const key = `${kind}\n${settings.token}\n${settings.encodingAesKey}\n${settings.receiveId}`;
    let codec = codecs.get(key);
    if (codec === undefined) {
      codec = createMessageCodec({ ...settings, random: parts.random });
      codecs.set(key, codec);
    }
    return codec;
  };

  return {
    async receive(call) {
      const app = parts.app(call.app);
      if (app === undefined) throw new MenshenError('route_undeclared');
      const codec = codecOf(app, call.kind);
      const timestamp = call.query.get('timestamp') ?? '';
      const nonce = call.query.get('nonce') ?? '';
      if (!/^\d{1,12}$/.test(timestamp) || nonce.length > 64) throw new MenshenError('bad_request');
      if (Math.abs(parts.clock() / 1000 - Number(timestamp)) > freshSeconds) throw new MenshenError('bad_request');
      const msgSignature = call.query.get('msg_signature') ?? '';
      try {
        if (call.method === 'GET') {
          const echo = call.query.get('echostr') ?? '';
          if (call.kind === 'wecom') return codec.open({ msgSignature, timestamp, nonce, encrypt: echo });
          if (!codec.verifyUrl({ signature: call.query.get('signature') ?? '', timestamp, nonce }))
            throw new MenshenError('bad_request');
          return echo.slice(0, 200);
        }
        const plain = codec.open({ msgSignature, timestamp, nonce, encrypt: encryptedOf(call.body) });
        const fresh = await parts.coordination.useNonce(
          `callback:${hash('sha256', `${app.id}\n${msgSignature}`, 'base64url')}`,
          freshSeconds * 2_000,
        );
        // A delivery that is repeated because our answer was lost is acknowledged again and does nothing; only what the law asks for is looked at
        // again, since the first try may have failed.
        await react(app, call.kind, plain, fresh);
      } catch (error) {
        if (error instanceof WechatCryptoError) throw new MenshenError('bad_request', {}, { cause: error });
        throw error;
      }
      return call.kind === 'wechat' ? 'success' : '';
    },
  };

  async function react(app: AppConfig, kind: CallbackCall['kind'], plain: string, fresh: boolean): Promise<void> {
    const fields = plain.trimStart().startsWith('{') ? jsonFields(plain) : parseMessageXml(plain);
    const event = text(fields['Event']);
    if (kind === 'wechat' && event.startsWith('user_authorization_')) await parts.authorizationEnded?.(app, event, fields);
    if (!fresh) return;
    const change = text(fields['ChangeType']);
    await parts.audit.record(
      entityManagementEvent({
        time: parts.clock(),
        activity: 'read',
        entity: `${kind} callback`,
        by: `${kind}:${app.id}`,
        detail: { event: event.slice(0, 64), change: change.slice(0, 64) },
      }),
    );
    if (kind === 'wechat' && event === 'wxa_media_check') await parts.mediaChecked(app.id, fields);
    if (kind === 'wecom' && event === 'template_card_event') await parts.cardPressed?.(app.id, fields);
    if (kind === 'wecom' && event === 'change_contact') {
      const hint = hintOf(change, fields);
      if (hint !== null) parts.contactsChanged(hint);
    }
  }
}

/**
 * What to read anew. Callbacks configured since 2022-08-15 carry ids only, and `update_party` comes only when a department moves: names are found
 * by the scheduled run. A renamed userid is two people to look at. Tags are nobody's concern here.
 */
function hintOf(change: string, fields: Readonly<Record<string, unknown>>): ContactHint | null {
  switch (change) {
    case 'create_user':
    case 'update_user':
    case 'delete_user': {
      const userids = [text(fields['UserID']), text(fields['NewUserID'])].filter((userid) => uidForm.test(userid));
      return userids.length === 0 ? { kind: 'company' } : { kind: 'people', userids };
    }
    case 'update_tag':
      return null;
    default:
      return { kind: 'company' };
  }
}

function encryptedOf(body: string): string {
  if (body.trimStart().startsWith('{')) return text(jsonFields(body)['Encrypt']);
  return text(parseMessageXml(body)['Encrypt']);
}

function jsonFields(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Falls through: not a message.
  }
  throw new MenshenError('body_malformed');
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
