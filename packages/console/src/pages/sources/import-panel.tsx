import { listHeldChanges, previewCsv } from '@menshen/contract';
import { Button, Select } from 'antd';
import { type FormEvent, useState } from 'react';
import type { Output } from '../../api/call.ts';
import { useAction } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ChoiceCards } from '../../components/choice-cards.tsx';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Field } from '../../ds/field.tsx';
import { FileInput } from '../../ds/file-input.tsx';
import { Panel } from '../../ds/panel.tsx';
import { ErrorState } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { readBase64 } from './read-base64.ts';
import styles from './sources-page.module.css';

type Problem = Output<typeof previewCsv>['problems'][number];
type Files = { readonly people: File | null; readonly departments: File | null };

const mostBytes = 8_000_000;
const encodings = ['auto', 'utf-8', 'gb18030'] as const;

/** Reads files of people and departments, and says by line what is wrong with them; what they would change waits for confirmation. */
export function ImportPanel() {
  const { t } = useLanguage();
  const may = useMay();
  const [files, setFiles] = useState<Files>({ people: null, departments: null });
  const [encoding, setEncoding] = useState<(typeof encodings)[number]>('auto');
  const [mode, setMode] = useState<'merge' | 'replace'>('merge');
  const preview = useAction(previewCsv, [listHeldChanges]);
  const columns = useProblemColumns();
  if (!may(previewCsv)) return null;
  const large = [files.people, files.departments].some((file) => file !== null && file.size > mostBytes);
  const none = files.people === null && files.departments === null;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (none || large) return;
    const [people, departments] = await Promise.all([files.people, files.departments].map((file) => file && readBase64(file)));
    preview.mutate({
      body: {
        ...(people ? { people } : {}),
        ...(departments ? { departments } : {}),
        encoding,
        mode,
      },
    });
  };
  const picker = (name: keyof Files) => (
    <Field label={t(`csv.${name}`)} error={(files[name]?.size ?? 0) > mostBytes ? t('csv.tooLarge') : undefined}>
      {(wiring) => (
        <FileInput
          {...wiring}
          accept=".csv,text/csv"
          change={(file) => {
            preview.reset();
            setFiles({ ...files, [name]: file });
          }}
        />
      )}
    </Field>
  );
  const problems = preview.data?.problems ?? [];
  return (
    <Panel title={t('csv.title')} note={t('csv.note')}>
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        <p className="quiet">{t('csv.text')}</p>
        <div className={styles.files}>
          <div className={styles.file}>{picker('people')}</div>
          <div className={styles.file}>{picker('departments')}</div>
          <Field label={t('csv.encoding')}>
            {(wiring) => (
              <Select
                {...wiring}
                value={encoding}
                onChange={setEncoding}
                options={encodings.map((value) => ({
                  value,
                  label: value === 'auto' ? t('csv.encoding.auto') : value.toUpperCase(),
                }))}
              />
            )}
          </Field>
        </div>
        <ChoiceCards
          label={t('csv.mode')}
          value={mode}
          onChange={setMode}
          choices={[
            { value: 'merge', title: t('csv.mode.merge'), text: t('csv.mode.mergeText') },
            { value: 'replace', title: t('csv.mode.replace'), text: t('csv.mode.replaceText') },
          ]}
        />
        <div className={styles.acts}>
          <Button type="primary" htmlType="submit" disabled={none || large} loading={preview.isPending}>
            {t('csv.preview')}
          </Button>
        </div>
        {preview.error === null ? null : <ErrorState error={preview.error} />}
        <div role="status">
          {preview.data === undefined || preview.data.change === null ? null : <Status tone="safe">{t('csv.ready')}</Status>}
        </div>
      </form>
      {preview.data === undefined || preview.data.problemCount === 0 ? null : (
        <section aria-label={t('csv.problem')}>
          <div className={styles.head}>
            <Status tone="danger">{t('csv.problems', { count: preview.data.problemCount })}</Status>
            <ExportButton name="menshen-csv-problems" columns={columns} rows={problems} />
          </div>
          <DataTable
            dense
            caption={t('csv.problem')}
            columns={columns}
            rows={problems}
            rowKey={(row) => [row.file, row.line, row.column, row.code].join(' ')}
          />
        </section>
      )}
    </Panel>
  );
}

function useProblemColumns(): readonly Column<Problem>[] {
  const { t, format, language } = useLanguage();
  return [
    {
      key: 'line',
      title: t('csv.line'),
      width: 72,
      numeric: true,
      value: (row) => row.line,
      render: (row) => format.number(row.line),
    },
    {
      key: 'file',
      title: t('csv.file'),
      width: 72,
      value: (row) => t(`csv.file.${row.file}`),
      render: (row) => t(`csv.file.${row.file}`),
    },
    {
      key: 'column',
      title: t('csv.column'),
      width: 96,
      value: (row) => row.column,
      render: (row) => (row.column === null ? '–' : <code>{row.column}</code>),
    },
    {
      key: 'problem',
      title: t('csv.problem'),
      grow: true,
      wrap: true,
      value: (row) => row.message[language],
      render: (row) => row.message[language],
    },
  ];
}
