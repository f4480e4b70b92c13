import { listProcessors, type ProcessorFields, type ProcessorView, putProcessor } from '@menshen/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './privacy.module.css';
import { ProcessorDialog } from './processor-dialog.tsx';

const dayMs = 86_400_000;
const soonDays = 60;

/** Who else processes personal information, for what, where, and until when the contract runs. */
export function ProcessorsPage() {
  const { t } = useLanguage();
  const may = useMay();
  const list = useEndpoint(listProcessors, { input: {}, keep: true });
  const [editing, setEditing] = useState<{ readonly known: ProcessorView | null; readonly host: string } | null>(null);
  return (
    <Page
      title={t('processors.title')}
      question={t('processors.question')}
      actions={
        may(putProcessor) ? (
          <Button type="primary" onClick={() => setEditing({ known: null, host: '' })}>
            {t('processors.add')}
          </Button>
        ) : undefined
      }
    >
      <Loadable query={list} lines={8}>
        {({ processors, suggestions }) => (
          <>
            {suggestions.length === 0 ? null : (
              <Panel title={t('processors.suggested')} note={t('processors.suggestedNote')}>
                <ul className={styles.list}>
                  {suggestions.map(({ host, because }) => (
                    <li key={host} className="paragraph">
                      <code>{host}</code> <span className="quiet">{t(`processors.because.${because}`)}</span>{' '}
                      {may(putProcessor) ? (
                        <Button aria-label={t('processors.addOf', { host })} onClick={() => setEditing({ known: null, host })}>
                          {t('processors.add')}
                        </Button>
                      ) : null}
                    </li>
                  ))}
                </ul>
              </Panel>
            )}
            <Registered processors={processors} edit={may(putProcessor) ? (known) => setEditing({ known, host: '' }) : null} />
          </>
        )}
      </Loadable>
      {editing === null ? null : <ProcessorDialog known={editing.known} host={editing.host} close={() => setEditing(null)} />}
    </Page>
  );
}

function contractTone({ contractUntil, ended }: ProcessorFields): 'danger' | 'warning' | null {
  if (ended || contractUntil === null) return null;
  const left = (Date.parse(contractUntil) - Date.now()) / dayMs;
  return left < 0 ? 'danger' : left < soonDays ? 'warning' : null;
}

function Registered({
  processors,
  edit,
}: {
  readonly processors: readonly ProcessorView[];
  readonly edit: ((known: ProcessorView) => void) | null;
}) {
  const { t } = useLanguage();
  const columns: readonly Column<ProcessorView>[] = [
    {
      key: 'name',
      title: t('processors.name'),
      plain: true,
      grow: true,
      value: (row) => row.fields.name,
      render: (row) => (
        <>
          {row.fields.name} <span className="quiet">{t(`processors.role.${row.fields.role}`)}</span>{' '}
          {row.fields.ended ? <Status tone="quiet">{t('processors.ended')}</Status> : null}
        </>
      ),
    },
    {
      key: 'purpose',
      title: t('processors.purpose'),
      wrap: true,
      width: 220,
      value: (row) => row.fields.purpose,
      render: (row) => row.fields.purpose,
    },
    {
      key: 'fields',
      title: t('consents.fields'),
      wideOnly: true,
      value: (row) => row.fields.fields.join(' '),
      render: (row) => row.fields.fields.join(', '),
    },
    {
      key: 'region',
      title: t('processors.region'),
      value: (row) => row.fields.region,
      render: (row) => (
        <>
          {row.fields.region}{' '}
          {row.fields.crossBorder === 'none' ? null : (
            <Status tone="warning">{t(`processors.crossBorder.${row.fields.crossBorder}`)}</Status>
          )}
        </>
      ),
    },
    {
      key: 'until',
      title: t('processors.until'),
      value: (row) => row.fields.contractUntil,
      render: (row) => {
        const tone = contractTone(row.fields);
        const text = row.fields.contractUntil ?? t('processors.noEnd');
        return tone === null ? <span className="figures no-wrap">{text}</span> : <Status tone={tone}>{text}</Status>;
      },
    },
    ...(edit === null
      ? []
      : [
          {
            key: 'edit',
            title: t('consents.change'),
            render: (row: ProcessorView) => (
              <Button aria-label={t('processors.editOf', { name: row.fields.name })} onClick={() => edit(row)}>
                {t('processors.edit')}
              </Button>
            ),
          },
        ]),
  ];
  const sorted = [...processors].sort(
    (a, b) => Number(contractTone(b.fields) !== null) - Number(contractTone(a.fields) !== null),
  );
  return (
    <Panel
      flush
      title={t('processors.register')}
      note={t('processors.registerNote')}
      actions={<ExportButton name="menshen-processors" columns={columns} rows={processors} />}
    >
      <DataTable
        caption={t('processors.register')}
        columns={columns}
        rows={sorted}
        rowKey={(row) => row.id}
        empty={<EmptyState title={t('processors.none')}>{t('processors.noneText')}</EmptyState>}
      />
    </Panel>
  );
}
