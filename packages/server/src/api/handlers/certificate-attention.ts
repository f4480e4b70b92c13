import type { Attention } from '@menshen/contract';
import type { Runtime } from '../../gateway/runtime.ts';
import type { CertificateAlarms } from '../../identity/certificate-alarms.ts';

/** Apps for which WeChat already signs with a platform certificate that the configuration lacks. */
export function certificateAttention(runtime: Runtime, certificates: Pick<CertificateAlarms, 'since'>): Attention[] {
  return [...runtime.apps.values()].flatMap(({ id, config: { name, wechat } }) => {
    if (wechat?.apiSecurity === undefined) return [];
    const since = certificates.since(wechat.appid, wechat.apiSecurity.platform);
    if (since === null) return [];
    return [
      {
        id: `wechat-certificate-${id}`,
        severity: 'high',
        title: {
          zh: `微信平台证书即将更换：${name?.zh ?? id}`,
          en: `WeChat is changing its platform certificate: ${name?.en ?? id}`,
        },
        detail: {
          zh: '微信已启用新证书，配置中只有旧证书；旧证书停用后，手机号、内容安全等接口会全部失败。请下载新证书并加入 wechat.apiSecurity.platform。',
          en: 'WeChat signs with a new certificate and only the old one is configured; once that goes, phone numbers and content checks fail. Download the new one and add it to wechat.apiSecurity.platform.',
        },
        since,
        action: { to: '/system', label: { zh: '查看系统', en: 'Open system' } },
      } satisfies Attention,
    ];
  });
}
