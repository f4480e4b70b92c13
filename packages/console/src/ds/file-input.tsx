import { type InputHTMLAttributes, useState } from 'react';
import { useLanguage } from '../i18n/language.tsx';
import type { FieldWiring } from './field.tsx';
import styles from './file-input.module.css';

interface FileInputProps extends FieldWiring, Pick<InputHTMLAttributes<HTMLInputElement>, 'accept' | 'disabled'> {
  /** Null where the choice was taken back. */
  readonly change: (file: File | null) => void;
}

/**
 * Chooses one file, by click, key or drop. The browser's own control lies over what is seen, because its words are in the browser's language and not in the
 * console's.
 */
export function FileInput({ change, ...rest }: FileInputProps) {
  const { t, format } = useLanguage();
  const [file, setFile] = useState<File | null>(null);
  return (
    <span className={styles.picker}>
      <input
        {...rest}
        type="file"
        className={styles.input}
        onChange={(event) => {
          const chosen = event.target.files?.[0] ?? null;
          setFile(chosen);
          change(chosen);
        }}
      />
      <span className={styles.button} aria-hidden="true">
        {t('file.choose')}
      </span>
      <span className={styles.name} aria-hidden="true">
        {file === null ? t('file.none') : t('file.chosen', { name: file.name, size: format.bytes(file.size) })}
      </span>
    </span>
  );
}
