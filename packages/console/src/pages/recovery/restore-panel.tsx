import { CodeBlock } from '../../ds/code-block.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import type { RecoveryData } from './model.ts';
import styles from './recovery.module.css';

/** What to type when everything is lost, filled in for this deployment: to be printed while the console still answers. */
export function RestorePanel({ data: { shipping, backups } }: { readonly data: RecoveryData }) {
  const { t } = useLanguage();
  const folder = shipping?.kind === 'folder' ? shipping.place : '/mnt/second';
  const [newest] = backups?.list ?? [];
  const file = `${backups?.folder ?? '/backup'}/${newest?.file ?? 'menshen-20261126T020000Z.age'}`;
  const identity = '--identity backup-identity.txt -c menshen.yaml --vkey "KEY"';
  const steps = [
    ['newest', `menshen backup restore --from ${folder} ${identity}`],
    ['point', `menshen backup restore --from ${folder} --at 2026-11-26T09:30:00+08:00 ${identity}`],
    ['file', `menshen backup restore ${file} ${identity}`],
    ['log', 'menshen audit restore -c menshen.yaml --reason "disk failed"'],
    ['start', 'menshen serve -c menshen.yaml'],
  ] as const;
  return (
    <ol className={styles.steps}>
      {steps.map(([step, command]) => (
        <li key={step}>
          <p>{t(`recovery.step.${step}`)}</p>
          <CodeBlock label={t(`recovery.step.${step}`)} text={command} copyLabel={t('recovery.copy')} />
        </li>
      ))}
    </ol>
  );
}
