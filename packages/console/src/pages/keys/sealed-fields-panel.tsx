import { type Column, DataTable } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import type { Ring } from './ring.ts';

type SealedField = Ring['fields'][number];

/** The declared fields: what their values may be opened for, and what their indexes give away. */
export function SealedFieldsPanel({ fields }: { readonly fields: readonly SealedField[] }) {
  const { t, format } = useLanguage();
  const nameOf = ({ app, table, column }: SealedField): string => `${app} · ${table}.${column}`;
  const indexWords = (field: SealedField): string[] =>
    field.indexes.map(({ name, bits, falseMatches }) =>
      t('keys.indexOf', { name, bits, count: format.number(Math.round(falseMatches)) }),
    );
  const columns: readonly Column<SealedField>[] = [
    {
      key: 'field',
      title: t('keys.field'),
      wrap: true,
      width: 200,
      value: nameOf,
      render: (field) => (
        <>
          {nameOf(field)}
          {field.perPerson ? <span className="quiet"> · {t('keys.perPerson')}</span> : null}
        </>
      ),
    },
    {
      key: 'purposes',
      title: t('keys.purposes'),
      wrap: true,
      width: 140,
      value: (field) => field.purposes.join(' '),
      render: (field) => format.list(field.purposes),
    },
    {
      key: 'indexes',
      title: t('keys.indexes'),
      grow: true,
      wrap: true,
      width: 220,
      value: (field) => indexWords(field).join('; '),
      render: (field) => (field.indexes.length === 0 ? <span className="quiet">–</span> : indexWords(field).join('; ')),
    },
    {
      key: 'leaks',
      title: t('keys.leaks'),
      numeric: true,
      value: (field) => field.leakedBits,
      render: (field) => <span className="no-wrap">{t('keys.bits', { bits: field.leakedBits })}</span>,
    },
    {
      key: 'algorithm',
      title: t('keys.algorithm'),
      wideOnly: true,
      value: (field) => field.algorithm,
      render: (field) => <span className="no-wrap">{field.algorithm}</span>,
    },
  ];
  return (
    <Panel flush title={t('keys.fields')} note={t('keys.fieldsNote')}>
      <DataTable
        caption={t('keys.fields')}
        columns={columns}
        rows={fields}
        rowKey={nameOf}
        empty={<EmptyState title={t('keys.noFields')}>{t('keys.noFieldsText')}</EmptyState>}
      />
    </Panel>
  );
}
