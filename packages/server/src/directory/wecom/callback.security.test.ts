import { randomBytes } from 'node:crypto';
import { type AppConfig, appSchema } from '@menshen/contract';
import { buildMessageXml, createMessageCodec } from '@menshen/wechat';
import { beforeEach, expect, it } from 'vitest';
import { createMemoryCoordination } from '../../coordination/memory.ts';
import { type CallbackService, type ContactHint, createCallbackService } from './callback.ts';

const token = 'QDG6eK';
const aesKey = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C';
const app: AppConfig = appSchema.parse({
  id: 'portal',
  basePath: '/p',
  audience: ['employee'],
  upstream: 'http://127.0.0.1:1',
  wecom: { corpid: 'wwtest', agentid: 1, secret: 's', callback: { token, aesKey } },
});
const codec = createMessageCodec({ token, encodingAesKey: aesKey, receiveId: 'wwtest', random: (size) => randomBytes(size) });

let now: number;
let hints: ContactHint[];
let service: CallbackService;
beforeEach(() => {
  now = 1_767_225_600_000;
  hints = [];
  service = createCallbackService({
    app: (id) => (id === 'portal' ? app : undefined),
    coordination: createMemoryCoordination({ clock: () => now }),
    audit: { record: async () => 0 } as never,
    clock: () => now,
    random: (size) => randomBytes(size),
    contactsChanged: (hint) => hints.push(hint),
    mediaChecked: async () => {},
  });
});

const call = (fields: Record<string, string | number>, change: { signature?: string; at?: number; body?: string } = {}) => {
  const message = buildMessageXml({
    ToUserName: 'wwtest',
    FromUserName: 'sys',
    MsgType: 'event',
    Event: 'change_contact',
    ...fields,
  });
  const [timestamp, nonce, encrypted] = [String(change.at ?? Math.floor(now / 1_000)), '12345', codec.encrypt(message)];
  const signature = change.signature ?? codec.signature([timestamp, nonce, encrypted]);
  return {
    app: 'portal',
    kind: 'wecom' as const,
    method: 'POST',
    query: new URLSearchParams({ msg_signature: signature, timestamp, nonce }),
    body: change.body ?? buildMessageXml({ ToUserName: 'wwtest', Encrypt: encrypted, AgentID: '' }),
  };
};

it.each([
  [{ ChangeType: 'create_user', UserID: 'a', Department: '1' }, [{ kind: 'people', userids: ['a'] }]],
  [{ ChangeType: 'update_user', UserID: 'a', NewUserID: 'b' }, [{ kind: 'people', userids: ['a', 'b'] }]],
  [{ ChangeType: 'delete_user', UserID: 'a' }, [{ kind: 'people', userids: ['a'] }]],
  [{ ChangeType: 'delete_user', UserID: '../x' }, [{ kind: 'company' }]],
  [{ ChangeType: 'create_party', Id: 9, ParentId: 1 }, [{ kind: 'company' }]],
  [{ ChangeType: 'update_party', Id: 9, ParentId: 2 }, [{ kind: 'company' }]],
  [{ ChangeType: 'delete_party', Id: 9 }, [{ kind: 'company' }]],
  [{ ChangeType: 'something_new', Id: 9 }, [{ kind: 'company' }]],
  [{ ChangeType: 'update_tag', TagId: 1 }, []],
])('%j makes %j worth reading', async (fields, expected) => {
  expect(await service.receive(call(fields))).toBe('');
  expect(hints).toEqual(expected);
});

it('believes no forged, old or repeated call', async () => {
  const fields = { ChangeType: 'delete_user', UserID: 'boss' };
  await expect(service.receive(call(fields, { signature: 'a'.repeat(40) }))).rejects.toMatchObject({ code: 'bad_request' });
  await expect(service.receive(call(fields, { at: Math.floor(now / 1_000) - 301 }))).rejects.toMatchObject({
    code: 'bad_request',
  });
  await expect(service.receive({ ...call(fields), app: 'other' })).rejects.toMatchObject({ code: 'route_undeclared' });
  await expect(service.receive({ ...call(fields), kind: 'wechat' })).rejects.toMatchObject({ code: 'route_undeclared' });
  expect(hints).toEqual([]);
  const genuine = call(fields);
  await service.receive(genuine);
  await service.receive(genuine);
  expect(hints).toHaveLength(1);
});
