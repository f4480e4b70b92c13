import { checkPolicies, listPolicies, publishPolicies, tryPolicies } from '@menshen/contract';
import { Button, Select } from 'antd';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { Output } from '../../api/call.ts';
import { useAction } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { FileDiffs } from '../../components/policy-change.tsx';
import { classNames } from '../../ds/class-names.ts';
import { Panel } from '../../ds/panel.tsx';
import { ErrorState } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { ChangeReport } from './change-report.tsx';
import { appended, changedFiles, lineStart, withText } from './draft.ts';
import { type PolicyExample, policyExampleNames, policyExamples } from './examples.ts';
import { FileTools } from './file-tools.tsx';
import styles from './policies.module.css';
import { Problems } from './problems.tsx';
import type { Spot } from './spot.ts';

const newFile = 'main.cedar';

interface DraftPanelProps {
  readonly policies: Output<typeof listPolicies>;
  readonly spot: Spot | null;
}

/** The text of the policies, and a draft of it: validate, see what it would change, publish. */
export function DraftPanel({ policies, spot }: DraftPanelProps) {
  const { t, format } = useLanguage();
  const may = useMay();
  const inForce = policies.files;
  const [files, setFiles] = useState<readonly { readonly name: string; readonly text: string }[]>(inForce);
  const [name, setName] = useState(inForce[0]?.name ?? newFile);
  const [publishing, setPublishing] = useState(false);
  const editor = useRef<HTMLTextAreaElement>(null);
  const check = useAction(checkPolicies);
  const attempt = useAction(tryPolicies);
  const publish = useAction(publishPolicies, [listPolicies]);
  const editable = may(publishPolicies);
  const text = files.find((file) => file.name === name)?.text ?? '';
  const changed = changedFiles(files, inForce);
  const stands = { files: files.map((file) => ({ ...file })) };

  const goTo = (file: string, line: number): void => {
    setName(file);
    const found = files.find((one) => one.name === file)?.text ?? '';
    requestAnimationFrame(() => {
      const field = editor.current;
      if (field === null) return;
      const at = lineStart(found, line);
      field.focus();
      field.setSelectionRange(at, at);
      field.scrollTop = Math.max(0, (line - 4) * Number.parseFloat(getComputedStyle(field).lineHeight));
    });
  };
  const follow = useEffectEvent((to: Spot) => goTo(to.file, to.line));
  useEffect(() => {
    if (spot !== null) follow(spot);
  }, [spot]);

  /** What was said of the draft before is not said of this one. */
  const stale = (): void => {
    check.reset();
    attempt.reset();
  };
  const edit = (next: string, file = name): void => {
    stale();
    setFiles(withText(files, file, next));
  };
  const names = [...new Set([...files.map((file) => file.name), name])];
  return (
    <Panel
      title={t('policies.draft')}
      note={t('policies.draftNote')}
      actions={
        <Status tone={changed.length === 0 ? 'quiet' : 'warning'}>
          {changed.length === 0 ? t('policies.same') : t('policies.changedFiles', { count: changed.length })}
        </Status>
      }
    >
      <div className={styles.draft}>
        <div className={styles.tools}>
          <Select
            className={classNames(styles.file)}
            aria-label={t('policies.file')}
            value={name}
            onChange={setName}
            options={names.map((value) => ({ value, label: value }))}
          />
          {editable ? (
            <FileTools
              files={files}
              name={name}
              add={(added) => {
                edit('', added);
                setName(added);
              }}
              remove={() => {
                const rest = files.filter((file) => file.name !== name);
                stale();
                setFiles(rest);
                setName(rest[0]?.name ?? newFile);
              }}
            />
          ) : null}
          {editable ? (
            <Select<PolicyExample | null>
              aria-label={t('policies.example')}
              placeholder={t('policies.examplePlaceholder')}
              value={null}
              onChange={(example) => (example === null ? undefined : edit(appended(text, policyExamples[example])))}
              options={policyExampleNames.map((value) => ({ value, label: t(`policies.example.${value}`) }))}
              popupMatchSelectWidth={false}
            />
          ) : (
            <span className="quiet">{t('policies.readOnly')}</span>
          )}
        </div>
        <textarea
          ref={editor}
          className={styles.editor}
          aria-label={t('policies.text', { file: name })}
          readOnly={!editable}
          spellCheck={false}
          autoCapitalize="none"
          autoComplete="off"
          wrap="off"
          maxLength={200_000}
          value={text}
          onChange={(event) => edit(event.target.value)}
        />
        {editable ? (
          <div className={styles.tools}>
            <Button loading={check.isPending} onClick={() => check.mutate({ body: stands })}>
              {t('policies.check')}
            </Button>
            <Button loading={attempt.isPending} disabled={changed.length === 0} onClick={() => attempt.mutate({ body: stands })}>
              {t('policies.try')}
            </Button>
            <Button type="primary" disabled={changed.length === 0} onClick={() => setPublishing(true)}>
              {t('policies.publish')}
            </Button>
            {changed.length === 0 ? null : (
              <Button
                onClick={() => {
                  stale();
                  setFiles(inForce);
                  setName(inForce[0]?.name ?? newFile);
                }}
              >
                {t('policies.undo')}
              </Button>
            )}
          </div>
        ) : null}
        <div role="status" className={styles.draft}>
          {check.error === null ? null : <ErrorState error={check.error} />}
          {check.data === undefined ? null : check.data.ok ? (
            <>
              <Status tone="safe">{t('policies.good', { count: check.data.policies.length })}</Status>
              {check.data.warnings.length === 0 ? null : <Problems warn problems={check.data.warnings} go={goTo} />}
            </>
          ) : (
            <Problems problems={check.data.problems} go={goTo} />
          )}
          {attempt.error === null ? null : <ErrorState error={attempt.error} />}
          {attempt.data === undefined ? null : attempt.data.report === null ? (
            <Problems problems={attempt.data.problems} go={goTo} />
          ) : (
            <ChangeReport report={attempt.data.report} />
          )}
          {publish.data === undefined ? null : (
            <Status tone="safe">{t('policies.published', { time: format.clock(publish.data.at) })}</Status>
          )}
        </div>
      </div>
      <ConfirmDialog
        open={publishing}
        title={t('policies.publish')}
        consequence={t('policies.publishText')}
        confirm={t('policies.publish')}
        reasonLength={4}
        busy={publish.isPending}
        error={publish.error}
        onConfirm={(reason) =>
          publish.mutate({ body: { ...stands, from: policies.version, reason } }, { onSuccess: () => setPublishing(false) })
        }
        onClose={() => {
          publish.reset();
          setPublishing(false);
        }}
      >
        <FileDiffs files={changed.map((file) => ({ ...file }))} />
      </ConfirmDialog>
    </Panel>
  );
}
