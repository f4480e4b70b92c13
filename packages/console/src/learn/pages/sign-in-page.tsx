import { useEffect, useRef, useState } from 'react';
import { errorText } from '../client.ts';
import { useWords } from '../language.tsx';
import { isInWecom, leaveFor } from '../session.ts';

/** Inside WeCom it leaves at once; elsewhere it offers the code to scan. */
export function SignInPage({ ways, failed }: { readonly ways: readonly ('wecom' | 'scan')[]; readonly failed: boolean }) {
  const { t, language, choose } = useWords();
  const [leaving, setLeaving] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const left = useRef(false);
  const inWecom = isInWecom() && ways.includes('wecom');
  const leave = (way: 'wecom' | 'scan'): void => {
    setLeaving(true);
    setError(null);
    leaveFor(way).catch((problem: unknown) => {
      setLeaving(false);
      setError(problem);
    });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, on arrival; what failed is not tried again by itself.
  useEffect(() => {
    if (!inWecom || failed || left.current) return;
    left.current = true;
    leave('wecom');
  }, [inWecom, failed]);
  return (
    <main className="welcome">
      <h1>{t('title')}</h1>
      <p>{t('signIn.lead')}</p>
      {failed ? <p role="alert">{t('signIn.failed')}</p> : null}
      {error === null ? null : <p role="alert">{errorText(error, t)}</p>}
      {leaving ? <p role="status">{t('signIn.working')}</p> : null}
      {ways.length === 0 ? <p>{t('signIn.none')}</p> : null}
      {inWecom ? (
        <button type="button" className="first" disabled={leaving} onClick={() => leave('wecom')}>
          {t('signIn.wecom')}
        </button>
      ) : null}
      {!inWecom && ways.includes('scan') ? (
        <button type="button" className="first" disabled={leaving} onClick={() => leave('scan')}>
          {t('signIn.scan')}
        </button>
      ) : null}
      <button
        type="button"
        className="plain"
        lang={language === 'zh' ? 'en' : 'zh-CN'}
        onClick={() => choose(language === 'zh' ? 'en' : 'zh')}
      >
        {t('language')}
      </button>
    </main>
  );
}
