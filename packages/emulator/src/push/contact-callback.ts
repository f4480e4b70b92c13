import { buildMessageXml, createMessageCodec, type MessageXmlFields } from '@menshen/wechat';
import type { Changed, Department, Member } from '../company/directory.ts';
import { seconds } from '../http/api.ts';
import type { CallbackTarget, EmulatorOptions, WecomOptions } from '../options.ts';
import { randomDigits } from '../random.ts';
import type { CallbackRequest } from './delivery.ts';
import { withQuery } from './message-push.ts';

/** A change of the directory made by a person (in WeCom's console, or by the admin API here). */
export type ContactChange =
  | { readonly type: 'create_user'; readonly member: Member }
  | ({ readonly type: 'update_user' } & Changed<Member>)
  | { readonly type: 'delete_user'; readonly member: Member }
  | { readonly type: 'create_party'; readonly department: Department }
  | ({ readonly type: 'update_party' } & Changed<Department>)
  | { readonly type: 'delete_party'; readonly department: Department };

/**
 * What an address configured since 2022-08-15 gets of a change: ids only, and nothing for a department that did not move.
 * Source: WeCom, path/96302 to 96304.
 */
export function reducedFields(change: ContactChange): MessageXmlFields | undefined {
  switch (change.type) {
    case 'create_user':
      return { UserID: change.member.userid, Department: change.member.department.join(',') };
    case 'update_user': {
      const renamed = change.after.userid !== change.before.userid;
      const newId = renamed ? { NewUserID: change.after.userid } : {};
      return { UserID: change.before.userid, ...newId, Department: change.after.department.join(',') };
    }
    case 'delete_user':
      return { UserID: change.member.userid };
    case 'create_party':
      return { Id: change.department.id, ParentId: change.department.parentid };
    case 'update_party':
      if (change.after.parentid === change.before.parentid) return undefined;
      return { Id: change.after.id, ParentId: change.after.parentid };
    case 'delete_party':
      return { Id: change.department.id };
  }
}

/** The message of a change, as it was at `now`; undefined when WeCom tells nobody. */
export function contactMessage(wecom: WecomOptions, change: ContactChange, now: number): string | undefined {
  const fields = reducedFields(change);
  if (!fields) return undefined;
  return buildMessageXml({
    ToUserName: wecom.corpid,
    FromUserName: 'sys',
    CreateTime: seconds(now),
    MsgType: 'event',
    Event: 'change_contact',
    ChangeType: change.type,
    ...fields,
  });
}

/** The encrypted request that carries a message to the callback of the company. */
export function buildContactCallback(
  options: EmulatorOptions,
  wecom: WecomOptions,
  target: CallbackTarget,
  message: string,
): CallbackRequest {
  const { codec, timestamp, nonce } = prepare(options, wecom, target);
  const encrypted = codec.encrypt(message);
  const query = new URLSearchParams({ msg_signature: codec.signature([timestamp, nonce, encrypted]), timestamp, nonce });
  const body = buildMessageXml({ ToUserName: wecom.corpid, Encrypt: encrypted, AgentID: '' });
  return { url: withQuery(target.url, query), method: 'POST', contentType: 'text/xml', body };
}

/** The address check of WeCom's console, and the answer that proves the address: the decrypted echostr. */
export function buildContactCheck(options: EmulatorOptions, wecom: WecomOptions, target: CallbackTarget) {
  const { codec, timestamp, nonce } = prepare(options, wecom, target);
  const expected = randomDigits(options.random, 19);
  const echostr = codec.encrypt(expected);
  const msg_signature = codec.signature([timestamp, nonce, echostr]);
  const query = new URLSearchParams({ msg_signature, timestamp, nonce, echostr });
  return { url: withQuery(target.url, query), expected };
}

function prepare(options: EmulatorOptions, wecom: WecomOptions, target: CallbackTarget) {
  const { clock, random } = options;
  const codec = createMessageCodec({ token: target.token, encodingAesKey: target.aesKey, receiveId: wecom.corpid, random });
  return { codec, timestamp: String(seconds(clock())), nonce: randomDigits(random, 9) };
}
