import { adminLogout } from '@menshen/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { Button, Dropdown } from 'antd';
import { call, sessionQuery } from '../api/client.ts';
import { PersonIcon, SignOutIcon } from '../ds/icon.ts';
import { useLanguage } from '../i18n/language.tsx';

/** Ends the session here even when the server cannot be told: then its idle limit ends it there. */
export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  const router = useRouter();
  return async () => {
    await call(adminLogout, {}).catch(() => {});
    client.clear();
    await router.navigate({ to: '/login' });
  };
}

/** Who is signed in, and the way out. */
export function AccountMenu() {
  const { t, format } = useLanguage();
  const signOut = useSignOut();
  const router = useRouter();
  const session = useQuery(sessionQuery);
  const administrator = session.data?.administrator;
  const name = administrator?.username ?? '';
  const since = administrator?.lastLogin ?? null;
  const items = [
    {
      key: 'who',
      type: 'group' as const,
      label: since === null ? t('account.signedIn', { name }) : t('account.signedInSince', { name, time: format.minute(since) }),
    },
    { key: 'account', label: t('account.title'), icon: <PersonIcon /> },
    { key: 'out', label: t('account.signOut'), icon: <SignOutIcon /> },
  ];
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items,
        onClick: ({ key }) => {
          if (key === 'out') void signOut();
          if (key === 'account') void router.navigate({ to: '/account' });
        },
      }}
    >
      <Button type="text" icon={<PersonIcon />} aria-label={t('account.menu', { name })} />
    </Dropdown>
  );
}
