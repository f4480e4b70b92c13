import type { WecomClient } from '@menshen/wechat';
import { ExternalError, type ExternalProvider } from './provider.ts';

export interface WecomProviderOptions {
  readonly id: string;
  readonly corpid: string;
  readonly agentid: number;
  /** WeCom's page with the code to scan. */
  readonly scanUrl: string;
  readonly client: Pick<WecomClient, 'webLoginUser'>;
}

/** Scan code of WeCom for web pages: https://developer.work.weixin.qq.com/document/path/98152. It shows possession of a phone, not a second factor. */
export function createWecomProvider(options: WecomProviderOptions): ExternalProvider {
  return {
    id: options.id,
    kind: 'wecom',
    name: { zh: '企业微信扫码', en: 'WeCom scan code' },
    async start({ state, redirectUri }) {
      const url = new URL(options.scanUrl);
      url.searchParams.set('login_type', 'CorpApp');
      url.searchParams.set('appid', options.corpid);
      url.searchParams.set('agentid', String(options.agentid));
      url.searchParams.set('redirect_uri', redirectUri);
      url.searchParams.set('state', state);
      return url.href;
    },
    async finish({ code }) {
      const user = await options.client.webLoginUser(code).catch((error: unknown) => {
        throw new ExternalError('WeCom did not accept the code', { cause: error });
      });
      if (user.userid === null) throw new ExternalError('not a member of the company');
      return { subject: user.userid.toLowerCase(), secondFactor: false };
    },
    // WeCom takes no notice of case in a userid.
    normalize: (subject) => subject.toLowerCase(),
  };
}
