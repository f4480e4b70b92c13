import type { Attention } from '@menshen/contract';
import type { AccountService } from '../../administrators/accounts/service.ts';
import type { ExternalProvider } from '../../administrators/external/provider.ts';
import type { DirectoryService } from '../../directory/service.ts';

/**
 * Accounts of administrators whose person is no longer with the company. Nothing is disabled by itself: a source that is wrong for a day would leave the
 * company without administrators.
 */
export async function leaverAttention(
  accounts: Pick<AccountService, 'all' | 'identities'>,
  providers: readonly Pick<ExternalProvider, 'id' | 'kind'>[],
  directory: Pick<DirectoryService, 'ofWecom' | 'state'>,
  now: number,
): Promise<Attention[]> {
  const wecom = new Set(providers.flatMap(({ id, kind }) => (kind === 'wecom' ? [id] : [])));
  const bound = (await accounts.identities()).filter(({ provider }) => wecom.has(provider));
  if (bound.length === 0) return [];
  const left = new Set(
    bound.flatMap(({ subject, administrator }) => {
      const person = directory.ofWecom(subject);
      return person === undefined || person.status === 'active' ? [] : [administrator];
    }),
  );
  return (await accounts.all())
    .filter(({ id, status }) => status === 'active' && left.has(id))
    .map(({ id, username }) => ({
      id: `administrator-left-${id}`,
      severity: 'high',
      title: {
        zh: `管理员 ${username} 已不在职，账号仍然有效`,
        en: `The administrator ${username} has left the company, and the account still works`,
      },
      detail: {
        zh: '其企业微信身份在通讯录中已离职或停用。请停用账号：其会话、待批准的申请与签发的邀请随之结束。',
        en: 'The directory says that the person bound to it has left or is disabled. Disable the account: its sessions, requests and invitations end with it.',
      },
      since: directory.state().syncedAt ?? now,
      action: { to: '/administrators', label: { zh: '查看管理员', en: 'Open the administrators' } },
    }));
}
