import { createHmac } from 'node:crypto';
import type { AppConfig } from '@menshen/contract';
import type { Consents } from './consents.ts';
import type { Requests } from './requests.ts';

/** Events of WeChat's message push that end what a person allowed: withdrawal of scopes, and of everything. */
export const privacyEvents = ['user_authorization_revoke', 'user_authorization_cancellation'] as const;
type PrivacyEvent = (typeof privacyEvents)[number];

export const isPrivacyEvent = (event: string): event is PrivacyEvent => (privacyEvents as readonly string[]).includes(event);

export interface WechatEventParts {
  readonly consents: Consents;
  readonly requests: Requests;
  /** The uid behind an openid of a mini program. */
  readonly uidOf: (appid: string, openid: string) => Promise<string | null>;
  readonly endSessions: (uid: string, by: string) => Promise<unknown>;
  /** For the digest by which a second delivery is known. */
  readonly key: Uint8Array;
}

/**
 * Does what an event of WeChat asks for: consents and sessions end at once, and a deletion opens with its deadline. WeChat repeats what is not
 * acknowledged, each time under another signature: by what the event says, the same is done once.
 */
export function createWechatEvents({ consents, requests, uidOf, endSessions, key }: WechatEventParts) {
  return async (app: AppConfig, event: PrivacyEvent, fields: Readonly<Record<string, unknown>>): Promise<void> => {
    const openid = text(fields['OpenID']) || text(fields['FromUserName']);
    const appid = text(fields['AppID']);
    const own = app.wechat?.appid;
    if (openid === '' || own === undefined || (appid !== '' && appid !== own)) return;
    const uid = await uidOf(own, openid);
    // Nobody whom the platform knows: there is nothing to delete here.
    if (uid === null) return;
    const revoked = text(fields['RevokeInfo']);
    const scopes = new Set([...revoked.matchAll(/\d{1,3}/g)].slice(0, 40).map(([digits]) => Number(digits)));
    const cancelled = event === 'user_authorization_cancellation';
    const purposes = consents.purposes();
    const by = `wechat:${app.id}`;
    const chosen = (id: string): boolean => {
      const purpose = purposes.get(id);
      if (purpose === undefined) return cancelled;
      if (purpose.apps !== undefined && !purpose.apps.includes(app.id)) return false;
      return cancelled || purpose.wechatScopes.some((scope) => scopes.has(scope));
    };
    const says = JSON.stringify([own, openid, event, text(fields['CreateTime']), revoked]);
    const origin = createHmac('sha256', key).update(says).digest('base64url');
    // The request is opened last: where it stands, everything was done.
    if (await requests.known(origin)) return;
    await consents.withdraw(uid, chosen, { app: app.id, channel: 'wechat', by });
    await endSessions(uid, by);
    await requests.open({
      ...{ uid, kind: 'delete', contact: '', channel: 'wechat', app: app.id, by },
      details: cancelled ? 'user_authorization_cancellation' : `user_authorization_revoke ${[...scopes].join(',')}`.trim(),
      // WeChat has authenticated who withdraws, and signs its word.
      verified: 'session',
      origin,
    });
  };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '');
