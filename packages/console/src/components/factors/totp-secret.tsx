import { QRCode } from 'antd';
import { CodeBlock } from '../../ds/code-block.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './factors.module.css';

/** The secret of one-time codes as a QR code, and letter by letter for who cannot scan. Drawn in this browser; nothing is sent anywhere. */
export function TotpSecret({ uri, secret }: { readonly uri: string; readonly secret: string }) {
  const { t } = useLanguage();
  return (
    <div className={styles.steps}>
      <p className={styles.step}>{t('enrol.scan')}</p>
      <div className={styles.qr} role="img" aria-label={t('enrol.qr')}>
        <QRCode type="svg" value={uri} size={184} color="#000" bgColor="#fff" bordered={false} errorLevel="M" />
      </div>
      <details className={styles.manual}>
        <summary>{t('enrol.manual')}</summary>
        <CodeBlock label={t('factor.secret')} text={secret.replace(/(.{4})(?=.)/g, '$1 ')} copyLabel={t('factor.secretCopy')} />
      </details>
    </div>
  );
}
