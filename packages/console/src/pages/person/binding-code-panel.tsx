import { createBindingCode } from '@menshen/contract';
import { Button } from 'antd';
import { apiErrorText } from '../../api/api-error.ts';
import { useAction } from '../../api/hooks.ts';
import { CopyButton } from '../../ds/copy-button.tsx';
import { Panel } from '../../ds/panel.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './binding-code-panel.module.css';

/** Issues the code with which an employee binds a WeChat login. It is shown once: the server keeps only its hash. */
export function BindingCodePanel({ uid }: { readonly uid: string }) {
  const { t, format, language } = useLanguage();
  const issue = useAction(createBindingCode);
  return (
    <Panel
      title={t('bindingCode.title')}
      note={t('bindingCode.note')}
      actions={
        <Button loading={issue.isPending} onClick={() => issue.mutate({ params: { uid } })}>
          {t(issue.data === undefined ? 'bindingCode.issue' : 'bindingCode.again')}
        </Button>
      }
    >
      <div role="status">
        {issue.isError ? <Status tone="danger">{apiErrorText(issue.error, language)}</Status> : null}
        {issue.data === undefined ? (
          <p className={styles.hint}>{t('bindingCode.hint')}</p>
        ) : (
          <div className={styles.issued}>
            <code className={styles.code}>{issue.data.code}</code>
            <CopyButton wide text={issue.data.code} label={t('bindingCode.copy')} />
            <span className="quiet">{t('bindingCode.once', { time: format.minute(issue.data.expiresAt) })}</span>
          </div>
        )}
      </div>
    </Panel>
  );
}
