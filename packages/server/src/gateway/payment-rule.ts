import type { KeyObject } from 'node:crypto';
import type { AppConfig, RouteConfig } from '@menshen/contract';
import { type PayNotificationOptions, readPayPlatformKey } from '@menshen/wechat';
import { CompileError } from '../config/compile-error.ts';

/** How a route takes notifications of WeChat Pay. */
export interface PaymentRule {
  /** Whether the backend gets what the notification says instead of the notification. */
  readonly decrypt: boolean;
  readonly options: Omit<PayNotificationOptions, 'clock'>;
}

/** Compiles a route's `payment`; null where there is none. Throws CompileError for what does not go with it. */
export function compilePayment(app: AppConfig, route: RouteConfig): PaymentRule | null {
  if (route.payment === undefined) return null;
  const refuse = (zh: string, en: string): never => {
    throw new CompileError(
      `apps.${app.id}`,
      `支付通知接口“${route.match}”${zh}`,
      `route "${route.match}" takes payment notifications ${en}`,
    );
  };
  const { pay } = app;
  if (pay === undefined) return refuse('需要应用设置 pay。', "and needs the app's `pay`");
  if (!route.match.startsWith('POST ')) refuse('的方法必须是 POST。', 'and must be a POST');
  if (route.auth !== 'none') refuse('必须写 auth: none：微信支付没有会话。', 'and needs `auth: none`: WeChat Pay has no session');
  if (route.seal !== 'off') refuse('不能使用加密通道。', 'and cannot have the encrypted channel');
  if (route.body?.stream === true || route.body?.optional === true)
    refuse('必须持有整个请求体。', 'and must hold their whole body');
  if ((route.guards ?? []).length > 0)
    refuse('不能使用 guards：它们需要会话。', 'and cannot have `guards`, which need a session');
  if (route.body?.types !== undefined && !route.body.types.every((type) => type === 'json'))
    refuse('只接受 JSON。', 'and takes JSON only');
  const keys: ReadonlyMap<string, KeyObject> = new Map(
    pay.platformKeys.map(({ serial, publicKey }) => [serial, readPayPlatformKey(publicKey)]),
  );
  return {
    decrypt: route.payment === 'decrypt',
    options: { apiV3Key: pay.apiV3Key, windowSeconds: pay.windowSeconds, platformKeys: () => keys },
  };
}
