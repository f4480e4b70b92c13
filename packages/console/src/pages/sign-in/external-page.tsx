import { externalFinish, setupState } from '@menshen/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { call, sessionQuery } from '../../api/client.ts';
import { useEndpoint } from '../../api/hooks.ts';
import { EmptyState, ErrorState, Loading } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { takeTarget } from './external-target.ts';
import { FactorStep } from './factor-step.tsx';
import { SignInFrame } from './sign-in-frame.tsx';

const route = getRouteApi('/login/$provider');

/** Where WeCom or an identity provider sends the browser back to, with a code or without. */
export function ExternalPage() {
  const { t } = useLanguage();
  const { provider } = route.useParams();
  const { code, state, iss } = route.useSearch();
  const router = useRouter();
  const client = useQueryClient();
  const given = code !== undefined && state !== undefined;
  const setup = useEndpoint(setupState, { input: {} });
  const finish = useQuery({
    queryKey: [externalFinish.id, provider, state],
    queryFn: () =>
      call(externalFinish, { body: { provider, code: code ?? '', state: state ?? '', ...(iss === undefined ? {} : { iss }) } }),
    enabled: given,
    // A code is good once: it is never handed in again.
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    refetchOnMount: false,
  });
  const enter = (): void => router.history.replace(takeTarget(sessionStorage));
  const session = finish.data?.next === 'signed_in' ? finish.data.session : null;
  useEffect(() => {
    if (session === null) return;
    client.setQueryData(sessionQuery.queryKey, session);
    router.history.replace(takeTarget(sessionStorage));
  }, [client, router, session]);
  if (finish.data !== undefined && finish.data.next !== 'signed_in' && setup.data !== undefined)
    return <FactorStep step={finish.data} passkeyHost={setup.data.passkeyHost} onSignedIn={enter} />;
  const back = <Link to="/login">{t('external.back')}</Link>;
  if (!given)
    return (
      <SignInFrame title={t('external.cancelled')}>
        <EmptyState title={t('external.cancelled')} action={back}>
          {t('external.cancelledText')}
        </EmptyState>
      </SignInFrame>
    );
  if (finish.error !== null)
    return (
      <SignInFrame title={t('external.failed')} text={t('external.failedText')}>
        <ErrorState error={finish.error} />
        {back}
      </SignInFrame>
    );
  return (
    <SignInFrame title={t('external.title')} text={t('external.text')}>
      <Loading lines={3} />
    </SignInFrame>
  );
}
