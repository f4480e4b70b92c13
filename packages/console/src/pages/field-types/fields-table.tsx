import type { FieldKindName, SchemaFieldView } from '@menshen/contract';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';

/** Kinds whose values the inspection engine reads. */
const inspected: ReadonlySet<FieldKindName> = new Set(['rich_text', 'json', 'code', 'short_text', 'text', 'unknown']);

/** The proposed fields in words: what each is, what it looks like, how sure that is. */
export function FieldsTable({ fields }: { readonly fields: readonly SchemaFieldView[] }) {
  const { t, format } = useLanguage();
  const columns: readonly Column<SchemaFieldView>[] = [
    { key: 'path', title: t('fieldTypes.field'), grow: true, plain: true, render: (row) => <code>{row.path}</code> },
    {
      key: 'kind',
      title: t('fieldTypes.type'),
      render: (row) => {
        const { kind } = row;
        const word = kind === 'none' ? <code>{row.type}</code> : t(`fieldTypes.kind.${kind}`);
        return inspected.has(kind) ? (
          <Status tone="quiet">{word}</Status>
        ) : (
          <span title={t('fieldTypes.settled')}>
            <Status tone="safe">{word}</Status>
          </span>
        );
      },
    },
    {
      key: 'required',
      title: t('fieldTypes.required'),
      render: (row) => (row.required ? t('fieldTypes.always') : <span className="quiet">{t('fieldTypes.optional')}</span>),
    },
    {
      key: 'example',
      title: t('fieldTypes.example'),
      width: 180,
      render: (row) => (row.example === '' ? '–' : <code>{row.example}</code>),
    },
    {
      key: 'departs',
      title: t('fieldTypes.confidence'),
      wideOnly: true,
      render: (row) => <span className="quiet">{t('fieldTypes.departs', { percent: format.percent(row.departs) })}</span>,
    },
  ];
  return <DataTable dense caption={t('fieldTypes.fields')} columns={columns} rows={fields} rowKey={(row) => row.path} />;
}
