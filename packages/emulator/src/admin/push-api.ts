import { WechatCryptoError } from '@menshen/wechat';
import * as z from 'zod';
import { seconds } from '../http/api.ts';
import type { WechatAppOptions } from '../options.ts';
import type { Delivery } from '../push/delivery.ts';
import type { PushEvent } from '../push/message-push.ts';
import type { Outbox } from '../push/outbox.ts';
import { randomHex, randomToken } from '../random.ts';
import { cardKey } from '../world.ts';
import { type AdminContext, AdminFailure, type AdminRoute, adminApp, adminPerson, adminRoute } from './route.ts';

const appid = z.string().max(64).exactOptional();
const wait = z.boolean().exactOptional();
const text = z.string().max(4096);

/** What WeChat sends or collects of its own accord. */
export function pushApi({ world, outbox }: AdminContext): AdminRoute[] {
  return [
    adminRoute(
      'POST',
      'media-check',
      z.strictObject({
        traceId: z.string().max(64),
        suggest: z.enum(['pass', 'review', 'risky']).exactOptional(),
        label: z.union([z.literal(100), z.literal(20001), z.literal(20002), z.literal(20006), z.literal(21000)]).exactOptional(),
        /** -1008: WeChat could not download the file. */
        errcode: z.union([z.literal(0), z.literal(-1008)]).exactOptional(),
        wait,
      }),
      async ({ traceId, suggest = 'pass', label, errcode = 0, wait: waits }) => {
        const check = world().mediaChecks.get(traceId);
        if (!check) throw new AdminFailure('check_unknown');
        const app = adminApp(world(), check.appid);
        // A number in the synchronous API, a text in this event.
        const verdict = { suggest, label: String(label ?? (suggest === 'pass' ? 100 : 20006)) };
        const delivery = outbox.push(app, {
          FromUserName: check.openid,
          Event: 'wxa_media_check',
          appid: app.appid,
          trace_id: traceId,
          version: 2,
          errcode,
          ...(errcode === 0
            ? { result: verdict, detail: [{ strategy: 'content_model', errcode: 0, ...verdict, prob: 90 }] }
            : {}),
        });
        if (!delivery) throw new AdminFailure('push_missing');
        world().mediaChecks.delete(traceId);
        if (waits) await outbox.deliveries.idle();
        return { delivery: delivery.id };
      },
    ),
    // A member presses a button of a card. Whoever did not get the card cannot; `forged` sends the event all the same, as nobody in WeCom could.
    adminRoute(
      'POST',
      'press-card',
      z.strictObject({
        ...{ agentid: z.int(), taskId: z.string().max(128), userid: z.string().max(64), key: z.string().max(1024) },
        ...{ forged: z.boolean().exactOptional(), wait },
      }),
      async ({ agentid, taskId, userid, key, forged = false, wait: waits }) => {
        const card = world().cards.get(cardKey(agentid, taskId));
        if (!card || (!forged && (!card.userids.includes(userid) || card.closed.has(userid) || !card.keys.includes(key))))
          throw new AdminFailure('card_unknown');
        const responseCode = randomToken(world().options.random, 43);
        card.responseCodes.add(responseCode);
        const delivery = outbox.tell('template_card_event', {
          ...{ FromUserName: userid, EventKey: key, TaskId: taskId, CardType: card.cardType, ResponseCode: responseCode },
          AgentID: agentid,
        });
        if (!delivery) throw new AdminFailure('push_missing');
        if (waits) await outbox.deliveries.idle();
        return { delivery: delivery.id, shown: card.closed.get(userid) ?? null };
      },
    ),
    adminRoute(
      'POST',
      'push',
      z.strictObject({ appid, event: z.record(z.string(), z.unknown()), wait }),
      async ({ event, wait: waits, ...input }) => {
        const delivery = pushEvent(outbox, adminApp(world(), input.appid), event);
        if (!delivery) throw new AdminFailure('push_missing');
        if (waits) await outbox.deliveries.idle();
        return { delivery: delivery.id };
      },
    ),
    adminRoute(
      'POST',
      'revoke-authorization',
      z.strictObject({
        appid,
        person: text,
        /** Numbers of what is withdrawn, such as 8 for the phone number; everything, with the account in the app, when absent. */
        scopes: z.array(z.int().min(1).max(999)).min(1).max(40).exactOptional(),
        wait,
      }),
      async ({ scopes, wait: waits, ...input }) => {
        const app = adminApp(world(), input.appid);
        const openid = world().people.openidOf(app.appid, adminPerson(world(), input.person));
        const delivery = outbox.push(app, {
          FromUserName: openid,
          Event: scopes === undefined ? 'user_authorization_cancellation' : 'user_authorization_revoke',
          OpenID: openid,
          AppID: app.appid,
          RevokeInfo: scopes === undefined ? '' : scopes.join(','),
        });
        if (!delivery) throw new AdminFailure('push_missing');
        if (waits) await outbox.deliveries.idle();
        return { delivery: delivery.id, openid };
      },
    ),
    adminRoute(
      'POST',
      'pay-notification',
      z.strictObject({
        /** Chosen by the emulator when absent; given again, the same event is delivered again. */
        id: z.string().min(1).max(128).exactOptional(),
        eventType: z.string().min(1).max(64).exactOptional(),
        originalType: z.string().min(1).max(32).exactOptional(),
        resource: z.record(z.string(), z.unknown()),
        forgery: z.enum(['probe', 'signature', 'body', 'expired', 'serial']).exactOptional(),
        wait,
      }),
      async ({ resource, forgery, wait: waits, ...input }) => {
        const { clock, random } = world().options;
        const { id = `EV-${randomHex(random, 16)}`, eventType = 'TRANSACTION.SUCCESS', originalType = 'transaction' } = input;
        const delivery = outbox.pay({ id, eventType, originalType, resource, createdAt: clock() }, forgery);
        if (!delivery) throw new AdminFailure('pay_missing');
        if (waits) await outbox.deliveries.idle();
        return { delivery: delivery.id, id };
      },
    ),
    adminRoute(
      'POST',
      'verify-url',
      z.discriminatedUnion('channel', [
        z.strictObject({ channel: z.literal('wechat'), appid }),
        z.strictObject({ channel: z.literal('wecom') }),
      ]),
      async (input) => {
        const app = input.channel === 'wechat' ? adminApp(world(), input.appid) : undefined;
        const result = await outbox.checkAddress(app);
        if (!result) throw new AdminFailure('push_missing');
        return { ...result };
      },
    ),
    adminRoute('GET', 'deliveries', z.object({}), () => ({ deliveries: outbox.deliveries.list().toReversed() })),
    adminRoute('POST', 'redeliver', z.strictObject({ id: z.int(), wait }), async ({ id, wait: waits }) => {
      const delivery = outbox.deliveries.repeat(id);
      if (!delivery) throw new AdminFailure('delivery_unknown');
      if (waits) await outbox.deliveries.idle();
      return { delivery: delivery.id };
    }),
    adminRoute(
      'POST',
      'user-log',
      z.strictObject({
        appid,
        person: text,
        level: z.union([z.literal(2), z.literal(4), z.literal(8)]).exactOptional(),
        platform: z.union([z.literal(1), z.literal(2)]).exactOptional(),
        page: text.exactOptional(),
        filterMsg: text.exactOptional(),
        messages: z.array(text).min(1).max(20),
      }),
      (input) => {
        const app = adminApp(world(), input.appid);
        const openid = world().people.openidOf(app.appid, adminPerson(world(), input.person));
        const { clock, random } = world().options;
        const traceId = randomHex(random, 16);
        const { level = 2, platform = 1, page = '', filterMsg = '', messages } = input;
        const entry = { level, platform, openid, timestamp: seconds(clock()), page, traceId, filterMsg, messages };
        world().wechatLogs.userLogs(app.appid).push(entry);
        return { traceId };
      },
    ),
    adminRoute(
      'POST',
      'js-error',
      z.strictObject({
        appid,
        person: text,
        message: text,
        stack: text.exactOptional(),
        errType: z.enum(['1', '2', '3']).exactOptional(),
        osName: z.enum(['1', '2', '3']).exactOptional(),
        appVersion: text.exactOptional(),
        route: text.exactOptional(),
      }),
      (input) => {
        const app = adminApp(world(), input.appid);
        const openid = world().people.openidOf(app.appid, adminPerson(world(), input.person));
        const { message, stack = '', errType = '1', osName = '1', appVersion = '1.0.0', route = '' } = input;
        const entry = { at: world().options.clock(), openid, message, stack, errType, osName, appVersion, route };
        world().wechatLogs.jsErrors(app.appid).push(entry);
        return { stored: true };
      },
    ),
  ];
}

/** Throws AdminFailure for an event that the app's format cannot hold. */
function pushEvent(outbox: Outbox, app: WechatAppOptions, event: PushEvent): Delivery | undefined {
  try {
    return outbox.push(app, event);
  } catch (error) {
    if (error instanceof WechatCryptoError) throw new AdminFailure('input_invalid', { field: 'event' });
    throw error;
  }
}
