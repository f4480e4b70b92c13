import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { sessionQuery } from '../../api/client.ts';
import { CopyButton } from '../../ds/copy-button.tsx';
import { download } from '../../ds/download.ts';
import { DownloadIcon } from '../../ds/icon.ts';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './factors.module.css';

/** Recovery codes, which are shown this once: to be copied, saved or written down. */
export function RecoveryCodes({ codes, onKept }: { readonly codes: readonly string[]; readonly onKept: () => void }) {
  const { t } = useLanguage();
  const session = useQuery({ ...sessionQuery, enabled: false });
  const name = session.data?.administrator.username ?? '';
  const text = codes.join('\n');
  const save = (): void =>
    download('menshen-recovery-codes.txt', 'text/plain', [t('recoveryCodes.fileHead', { name }), '', ...codes, ''].join('\r\n'));
  return (
    <div className={styles.form}>
      <p className={styles.text}>{t('recoveryCodes.text')}</p>
      <ul className={styles.codes} aria-label={t('recoveryCodes.title')}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div className={styles.buttons}>
        <CopyButton wide text={text} label={t('recoveryCodes.copy')} />
        <Button icon={<DownloadIcon />} onClick={save}>
          {t('recoveryCodes.download')}
        </Button>
      </div>
      <Button type="primary" block onClick={onKept}>
        {t('recoveryCodes.kept')}
      </Button>
    </div>
  );
}
