import type { Config, NotifyChannelConfig } from '@menshen/contract';
import { detectionEvent } from '../audit/events.ts';
import type { Audit } from '../audit/service.ts';
import type { Metrics } from '../gateway/metrics.ts';

/** The `fetch` of everything in this server that asks others by HTTP. */
export type Outbound = (url: string, init: RequestInit) => Promise<Response>;

/** A call to a place that the configuration does not name. The place stands in the alarm and not here: it may come from outside. */
export class OutboundRefused extends TypeError {
  override readonly name = 'OutboundRefused';
  readonly code = 'OUTBOUND_REFUSED';
}

export interface OutboundParts {
  readonly config: () => Config;
  readonly fetch: Outbound;
  readonly audit: Pick<Audit, 'record'>;
  readonly metrics: Pick<Metrics, 'add'>;
  readonly clock: () => number;
  /** Ends every call that is under way. */
  readonly ended: AbortSignal;
}

const foldMs = 3_600_000;
const maxFolded = 100;

/**
 * Calls only places (scheme, host and port) that the configuration names, and follows no redirect: whatever an answer, a directory or a provider's
 * document says, this server cannot be made to ask the inside of its network. A refusal is an alarm, once an hour for each place.
 */
export function createOutbound({ config, fetch, audit, metrics, clock, ended }: OutboundParts): Outbound {
  let last: { readonly of: Config; readonly origins: ReadonlySet<string> } | null = null;
  const told = new Map<string, number>();

  const allowed = (origin: string): boolean => {
    const current = config();
    if (last?.of !== current) last = { of: current, origins: new Set(namedOrigins(current)) };
    return last.origins.has(origin);
  };
  const tell = (origin: string): void => {
    metrics.add('menshen_outbound_refused_total');
    const now = clock();
    if ((told.get(origin) ?? 0) > now) return;
    if (told.size >= maxFolded) told.clear();
    told.set(origin, now + foldMs);
    const title = 'The server was about to call a place that its configuration does not name';
    audit
      .record(
        detectionEvent({ time: now, rule: 'outbound_refused', severity: 'high', title, detail: { place: origin.slice(0, 300) } }),
      )
      .catch(() => metrics.add('menshen_audit_failures_total'));
  };

  return async (url, init) => {
    const origin = URL.parse(url)?.origin ?? 'null';
    if (!allowed(origin)) {
      tell(origin);
      throw new OutboundRefused('the configuration does not name this place; see outbound.allow');
    }
    const signal = init.signal ? AbortSignal.any([init.signal, ended]) : ended;
    return await fetch(url, { ...init, signal, redirect: 'error' });
  };
}

/** Places that the configuration tells the server to ask. */
function namedOrigins({ apps, audit, notify, sms, console: { signIn }, outbound }: Config): string[] {
  const addresses = [
    ...apps.flatMap(({ wechat, wecom, subjectData }) => [wechat?.apiBase, wecom?.apiBase, subjectData?.url]),
    sms?.apiBase,
    ...signIn.oidc.map(({ issuer }) => issuer),
    signIn.wecom?.apiBase,
    ...audit.witnesses.map(({ url }) => url),
    ...notify.channels.map(({ by }) => robotBase(by)),
    ...outbound.allow,
  ];
  return addresses.flatMap((address) => (address === undefined ? [] : [new URL(address).origin]));
}

/** Where a channel's messages go by HTTP; WeCom's applications are at their app's own place. */
function robotBase(by: NotifyChannelConfig['by']): string | undefined {
  if ('wecomRobot' in by) return by.wecomRobot.apiBase;
  if ('dingtalkRobot' in by) return by.dingtalkRobot.apiBase;
  if ('feishuRobot' in by) return by.feishuRobot.apiBase;
  return 'webhook' in by ? by.webhook.url : undefined;
}
