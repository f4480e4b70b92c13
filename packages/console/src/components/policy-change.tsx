import { getPolicyChange, type PolicyTextChange } from '@menshen/contract';
import type { Output } from '../api/call.ts';
import { useEndpoint } from '../api/hooks.ts';
import { Disclosure } from '../ds/disclosure.tsx';
import { Loadable } from '../ds/states.tsx';
import { Status, type Tone } from '../ds/status.tsx';
import { TextDiff } from '../ds/text-diff.tsx';
import { useLanguage } from '../i18n/language.tsx';
import styles from './policy-change.module.css';

type Change = Output<typeof getPolicyChange>;

/** What a publication of policies would change: the policies by what happens to them, then the files line by line. */
export function PolicyChange({ approval }: { readonly approval: string }) {
  const change = useEndpoint(getPolicyChange, { input: { params: { id: approval } } });
  return (
    <Loadable query={change} lines={4}>
      {(data) => <Told change={data} />}
    </Loadable>
  );
}

function Told({ change }: { readonly change: Change }) {
  const { t, format } = useLanguage();
  const { policies, files, current, loads } = change;
  const counts = {
    added: format.number(policies.added.length),
    removed: format.number(policies.removed.length),
    changed: format.number(policies.changed.length),
    same: format.number(policies.same),
  };
  const nothing = policies.added.length + policies.removed.length + policies.changed.length === 0;
  return (
    <div className={styles.change}>
      {current ? null : <Status tone="danger">{t('policyChange.stale')}</Status>}
      {loads ? (
        <p className={styles.summary}>{nothing ? t('policyChange.nothing') : t('policyChange.summary', counts)}</p>
      ) : (
        <Status tone="danger">{t('policyChange.broken')}</Status>
      )}
      <Group word="removed" tone="danger" policies={policies.removed} />
      <Group word="changed" tone="warning" policies={policies.changed} />
      <Group word="added" tone="safe" policies={policies.added} />
      {files.length === 0 ? null : (
        <Disclosure title={t('policyChange.files')} note={format.list(files.map(({ name }) => name))}>
          <FileDiffs files={files} />
        </Disclosure>
      )}
    </div>
  );
}

interface GroupProps {
  readonly word: 'added' | 'removed' | 'changed';
  readonly tone: Tone;
  readonly policies: readonly PolicyTextChange[];
}

function Group({ word, tone, policies }: GroupProps) {
  const { t } = useLanguage();
  const happens = t(`policyChange.${word}`);
  return policies.map(({ id, effect, file, before, after }) => (
    <div key={id} className={styles.policy}>
      <p className={styles.head}>
        <Status tone={tone}>{happens}</Status> <strong>{t(`policyChange.effect.${effect}`)}</strong> <code>{id}</code>{' '}
        <span className="quiet">{file}</span>
      </p>
      <TextDiff label={`${happens} ${id}`} before={before ?? ''} after={after ?? ''} />
    </div>
  ));
}

/** Files that differ, each as one comparison. */
export function FileDiffs({ files }: { readonly files: Change['files'] }) {
  const { t } = useLanguage();
  return (
    <div className={styles.change}>
      {files.map(({ name, before, after }) => {
        const label =
          before === null
            ? t('policyChange.fileNew', { file: name })
            : after === null
              ? t('policyChange.fileGone', { file: name })
              : name;
        return (
          <div key={name} className={styles.policy}>
            <p className={styles.head}>
              <code>{label}</code>
            </p>
            <TextDiff label={label} before={before ?? ''} after={after ?? ''} />
          </div>
        );
      })}
    </div>
  );
}
