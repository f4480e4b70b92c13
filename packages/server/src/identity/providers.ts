import { type ApiSecurityConfig, type AppConfig, type AppSecretKind, MenshenError } from '@menshen/contract';
import {
  type ClientRuntime,
  createApiSecurity,
  createWechatClient,
  createWecomClient,
  type SignedUser,
  WechatApiError,
  type WechatClient,
  type WechatClientOptions,
  WechatTransportError,
  type WecomClient,
} from '@menshen/wechat';
import type { UserKey } from './binding/sealed-logins.ts';
import type { CertificateAlarms } from './certificate-alarms.ts';
import { asConfigured, createClientPool, type SecretsInUse } from './client-pool.ts';

/** Who WeChat or WeCom says that a login code belongs to. */
export interface Subject {
  readonly channel: 'wechat' | 'wecom';
  /** appid or corpid. */
  readonly provider: string;
  /** openid or userid. */
  readonly subject: string;
  readonly unionid: string | null;
  /** Base64 text; sealed as soon as it is stored. */
  readonly sessionKey: string;
}

export interface Providers {
  /** Exchanges a login code. Throws MenshenError with the code that the client sees. */
  exchange(app: AppConfig, channel: 'wechat' | 'wecom', code: string): Promise<Subject>;
  /** National number of the phone code's owner; checks that the code belongs to the openid. */
  phoneNumber(app: AppConfig, code: string, openid: string): Promise<string>;
  /** The newest of the user's keys that WeChat keeps for this app. Throws MenshenError. */
  userKey(app: AppConfig, user: SignedUser): Promise<UserKey>;
  /** WeChat's risk rank of a user who signs in, 0 to 4. Throws WeChat's error. */
  riskRank(app: AppConfig, openid: string, address: string): Promise<number>;
  wechat(app: AppConfig): WechatClient | null;
  /** Client that may send messages in the name of the app; null where the app is not in WeCom. */
  messenger(app: AppConfig): WecomClient | null;
  /** Client by which the console signs its administrators in. */
  signIn(wecom: { readonly corpid: string; readonly secret: string; readonly apiBase: string }): WecomClient;
  /** An access token that the platform gives for a secret of an app; a new one by `force` where the platform knows that. Throws its error. */
  tokenBy(app: AppConfig, kind: AppSecretKind, secret: string, force: boolean): Promise<void>;
  /** Clients that may read the directory: with the contacts secret where one is configured, then with the app's own. */
  contacts(app: AppConfig): readonly WecomClient[];
}

/** Clients of WeChat and WeCom per app, made once for each set of credentials and kept with their token. */
export function createProviders(
  runtime: ClientRuntime,
  certificates: Pick<CertificateAlarms, 'outdated'>,
  secrets: SecretsInUse = asConfigured,
): Providers {
  const wechatClients = createClientPool<WechatClient>(secrets);
  const wecomClients = createClientPool<WecomClient>(secrets);

  const wechat = (app: AppConfig): WechatClient | null => {
    if (app.wechat === undefined) return null;
    const { appid, secret, apiBase, apiSecurity } = app.wechat;
    return wechatClients(appid, secret, JSON.stringify([apiBase, appid, secret, apiSecurity]), (inUse) => {
      const security = apiSecurity === undefined ? {} : secured(appid, apiSecurity);
      return createWechatClient({ ...runtime, appid, secret: inUse, apiBase, ...security });
    });
  };
  const secured = (appid: string, { symmetric, ...rest }: ApiSecurityConfig): Pick<WechatClientOptions, 'apiSecurity'> => ({
    apiSecurity: {
      api: createApiSecurity({
        ...rest,
        ...{ appid, clock: runtime.clock, random: runtime.random },
        symmetric: { ...symmetric, key: Buffer.from(symmetric.key, 'base64') },
      }),
      onCertificateOutdated: () => certificates.outdated(appid, rest.platform),
    },
  });
  const wecom = (app: AppConfig, secret: string | undefined): WecomClient | null => {
    if (app.wecom === undefined || secret === undefined) return null;
    const { corpid, apiBase, agentid } = app.wecom;
    return wecomClients(corpid, secret, JSON.stringify([apiBase, corpid, secret]), (inUse) =>
      createWecomClient({ ...runtime, corpid, secret: inUse, agentid, apiBase }),
    );
  };

  return {
    wechat,
    messenger: (app) => wecom(app, app.wecom?.secret),
    signIn: ({ corpid, secret, apiBase }) =>
      wecomClients(corpid, secret, JSON.stringify([apiBase, corpid, secret, 'sign in']), (inUse) =>
        createWecomClient({ ...runtime, corpid, secret: inUse, apiBase }),
      ),
    async tokenBy({ wechat: mini, wecom: work }, kind, secret, force) {
      // Of its own: what is only tried must not become the client of everybody.
      if (kind === 'wechat' && mini !== undefined)
        await createWechatClient({ ...runtime, appid: mini.appid, secret, apiBase: mini.apiBase }).getAccessToken({
          forceRefresh: force,
        });
      else if (work !== undefined)
        await createWecomClient({ ...runtime, corpid: work.corpid, secret, apiBase: work.apiBase }).getAccessToken();
    },
    contacts: (app) => [app.wecom?.contactsSecret, app.wecom?.secret].flatMap((secret) => wecom(app, secret) ?? []),
    async exchange(app, channel, code) {
      try {
        if (channel === 'wechat') {
          const client = wechat(app);
          if (client === null || app.wechat === undefined) throw new MenshenError('login_failed');
          const session = await client.code2Session(code);
          return {
            channel,
            provider: app.wechat.appid,
            subject: session.openid,
            unionid: session.unionid ?? null,
            sessionKey: session.sessionKey,
          };
        }
        const client = wecom(app, app.wecom?.secret);
        if (client === null || app.wecom === undefined) throw new MenshenError('login_failed');
        const session = await client.code2Session(code);
        // One mini program can be linked to several companies; only members of ours are meant.
        if (session.corpid !== app.wecom.corpid) throw new MenshenError('code_foreign');
        return { channel, provider: session.corpid, subject: session.userid, unionid: null, sessionKey: session.sessionKey };
      } catch (error) {
        throw loginError(error);
      }
    },
    async riskRank(app, openid, address) {
      const client = wechat(app);
      if (client === null) throw new MenshenError('login_unavailable');
      return (await client.getUserRiskRank({ openid, scene: 0, clientIp: address })).riskRank;
    },
    async userKey(app, user) {
      const client = wechat(app);
      if (client === null) throw new MenshenError('login_unavailable');
      try {
        const keys = await client.getUserEncryptKey(user);
        const [newest] = keys.filter((key) => key.expiresIn > 0).sort((a, b) => b.version - a.version);
        if (newest === undefined) throw new MenshenError('login_unavailable');
        return { version: newest.version, key: Buffer.from(newest.encryptKey, 'base64') };
      } catch (error) {
        throw loginError(error);
      }
    },
    async phoneNumber(app, code, openid) {
      const client = wechat(app);
      if (client === null) throw new MenshenError('binding_failed');
      try {
        const phone = await client.getPhoneNumber({ code, openid });
        if (phone.countryCode !== '86') return `+${phone.countryCode}${phone.purePhoneNumber}`;
        return phone.purePhoneNumber;
      } catch (error) {
        if (error instanceof WechatApiError && [40029, 40163, 40003, 40013].includes(error.errcode))
          throw new MenshenError('binding_failed', {}, { cause: error });
        throw loginError(error);
      }
    },
  };
}

/** errcodes of code exchange (reference of jscode2session) → what the client is told. */
function loginError(error: unknown): MenshenError {
  if (error instanceof MenshenError) return error;
  if (error instanceof WechatApiError) {
    switch (error.errcode) {
      case 40029:
        return new MenshenError('code_invalid', {}, { cause: error });
      case 40163:
        return new MenshenError('code_used', {}, { cause: error });
      case 40226:
        return new MenshenError('account_blocked', {}, { cause: error });
      case 45011:
      case 45009:
      case 45033:
        return new MenshenError('rate_limited', {}, { cause: error });
      default:
        return new MenshenError('login_unavailable', {}, { cause: error });
    }
  }
  if (error instanceof WechatTransportError && error.reason === 'bad_answer' && error.field === 'corpid') {
    return new MenshenError('code_foreign', {}, { cause: error });
  }
  return new MenshenError('login_unavailable', {}, { cause: error });
}
