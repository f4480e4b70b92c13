import { getAuditStatus } from '@menshen/contract';
import { useEndpoint } from '../api/hooks.ts';
import { useLanguage } from '../i18n/language.tsx';

/** Says that a page tells of one node, and which logs the others write; nothing where there is one node. */
export function OtherLogs() {
  const { t, format, language } = useLanguage();
  const { data } = useEndpoint(getAuditStatus, { input: {} });
  const others = data?.logs.filter((log) => !log.own) ?? [];
  if (data === undefined || others.length === 0) return null;
  const names = others.map(({ origin, size, seenAt, live }) =>
    live ? t('logs.live', { origin, size }) : t('logs.silent', { origin, size, time: format.dateTime(seenAt) }),
  );
  return (
    <p className="quiet" role="note">
      {t('logs.oneOfMany', { origin: data.origin, others: names.join(language === 'zh' ? '、' : ', ') })}
    </p>
  );
}
