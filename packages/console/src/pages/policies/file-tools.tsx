import { Button, Input } from 'antd';
import { useState } from 'react';
import { useLanguage } from '../../i18n/language.tsx';
import { newFileName, type PolicyFile } from './draft.ts';
import styles from './policies.module.css';

interface FileToolsProps {
  readonly files: readonly PolicyFile[];
  /** The file that is shown. */
  readonly name: string;
  readonly add: (name: string) => void;
  readonly remove: () => void;
}

/** Adds a file to the draft, or takes the shown one out. A publication holds one file at least. */
export function FileTools({ files, name, add, remove }: FileToolsProps) {
  const { t } = useLanguage();
  const [typed, setTyped] = useState<string | null>(null);
  const [pressed, setPressed] = useState(false);
  const [removed, setRemoved] = useState<string | null>(null);
  if (typed === null)
    return (
      <>
        <Button onClick={() => setTyped('')}>{t('policies.addFile')}</Button>
        <Button
          danger
          disabled={files.length < 2}
          onClick={() => {
            setRemoved(name);
            remove();
          }}
        >
          {t('policies.removeFile', { file: name })}
        </Button>
        <span role="status" className="quiet">
          {removed === null || files.some((file) => file.name === removed) ? null : t('policies.removed', { file: removed })}
        </span>
      </>
    );
  const close = (): void => {
    setTyped(null);
    setPressed(false);
  };
  const chosen = newFileName(typed, files);
  return (
    <form
      className={styles.tools}
      onSubmit={(event) => {
        event.preventDefault();
        setPressed(true);
        if (chosen === null) return;
        add(chosen);
        close();
      }}
    >
      <Input
        autoFocus
        aria-label={t('policies.addFileName')}
        placeholder={t('policies.addFileHint')}
        aria-invalid={pressed && chosen === null}
        spellCheck={false}
        autoCapitalize="none"
        maxLength={67}
        className={styles.newFile}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => (event.key === 'Escape' ? close() : undefined)}
      />
      <Button htmlType="submit" type="primary">
        {t('policies.addFile')}
      </Button>
      <Button onClick={close}>{t('dialog.cancel')}</Button>
      {pressed && chosen === null ? <span role="alert">{t('policies.addFileBad')}</span> : null}
    </form>
  );
}
