import type { AppConfig, AppSecretKind } from '@menshen/contract';

/** A secret that the configuration gives an app. */
export interface ConfiguredSecret {
  readonly app: string;
  readonly kind: AppSecretKind;
  /** appid or corpid: whose secret it is. Two apps of one provider with one secret share what becomes of it. */
  readonly provider: string;
  readonly value: string;
}

/** A secret that stands in for one of the configuration. Times in epoch ms. */
export interface Replacement {
  readonly id: string;
  readonly app: string;
  readonly kind: AppSecretKind;
  readonly provider: string;
  /** Marks of the configuration's secret that it stands in for, and of the secret itself. */
  readonly configured: string;
  readonly mark: string;
  /** Null once nothing needs it any more. */
  readonly value: string | null;
  /** What it replaced; null when nothing may be tried with that any more. */
  readonly previous: string | null;
  /** `replaced`: another one came after it. `settled`: the configuration has it itself. */
  readonly state: 'staged' | 'active' | 'replaced' | 'settled' | 'discarded';
  readonly stagedAt: number;
  readonly stagedBy: string;
  readonly accepted: boolean;
  readonly since: number | null;
  readonly by: string | null;
  readonly measure: string | null;
  readonly overlapUntil: number | null;
  readonly taken: number | null;
  readonly fellBack: number | null;
}

/** What a client of the platform is to be made with. `previous` is tried where the platform refuses `current`; null where there is no such thing. */
export interface EffectiveSecret {
  readonly current: string;
  readonly previous: string | null;
  /** The replacement that says so; null where it is the configuration. */
  readonly replacement: string | null;
}

/** The secrets that an app has by its configuration. */
export function secretsOf({ id: app, wechat, wecom }: Pick<AppConfig, 'id' | 'wechat' | 'wecom'>): ConfiguredSecret[] {
  const found: ConfiguredSecret[] = [];
  if (wechat !== undefined) found.push({ app, kind: 'wechat', provider: wechat.appid, value: wechat.secret });
  if (wecom !== undefined) {
    found.push({ app, kind: 'wecom', provider: wecom.corpid, value: wecom.secret });
    if (wecom.contactsSecret !== undefined)
      found.push({ app, kind: 'wecomContacts', provider: wecom.corpid, value: wecom.contactsSecret });
  }
  return found;
}
