import { type AppSecretView, type Attention, secretWords } from '@menshen/contract';

/** For so long after the platform refused a new secret somebody has to look. */
const freshMs = 15 * 60_000;
const action = { to: '/containment', label: { zh: '查看密钥', en: 'See the secrets' } } as const;

/** Secrets that the configuration still has as they were, and new ones that the platform does not take. */
export function appSecretAttention(secrets: readonly AppSecretView[], now: number): Attention[] {
  return secrets.flatMap(({ app, secret, replaced, state }): Attention[] => {
    if (replaced === null) return [];
    const { zh, en } = secretWords[secret];
    const refused = replaced.fellBack !== null && now - replaced.fellBack < freshMs && (replaced.taken ?? 0) < replaced.fellBack;
    if (refused)
      return [
        {
          id: `app-secret-refused-${app}-${secret}`,
          severity: state === 'overlap' ? 'high' : 'critical',
          title: { zh: `平台拒绝新密钥：${app} 的${zh}`, en: `The platform refuses the new secret: ${en} of ${app}` },
          detail: {
            zh: '目前改用旧密钥，重叠期结束后登录将失败。请在平台确认重置已生效，或重新录入。',
            en: 'The old one is used meanwhile; sign-in fails once the overlap ends. See on the platform that it was reset, or enter it again.',
          },
          since: replaced.fellBack ?? now,
          action: { ...action, label: { ...action.label } },
        },
      ];
    if (state === 'overlap') return [];
    return [
      {
        id: `app-secret-configuration-${app}-${secret}`,
        severity: 'medium',
        title: { zh: `配置中仍是旧密钥：${app} 的${zh}`, en: `The configuration still has the old secret: ${en} of ${app}` },
        detail: {
          zh: '新密钥只保存在数据库中。请更新配置所引用的环境变量或文件；之后这里的记录自动了结。',
          en: 'The new one lies in the database alone. Put it where the configuration refers to; this entry then closes by itself.',
        },
        since: replaced.overlapUntil,
        action: { ...action, label: { ...action.label } },
      },
    ];
  });
}
