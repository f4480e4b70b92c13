import type { LimitInForce } from '@menshen/contract';
import { Button, Modal } from 'antd';
import { useState } from 'react';
import { CodeBlock } from '../../ds/code-block.tsx';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { useFocusReturn } from '../../ds/focus-return.ts';
import { EmptyState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { limitWords, limitYaml } from './limit-words.ts';

/** Every limit of the configuration, and where in the file it can be raised or lowered. */
export function LimitsInForce({ rows }: { readonly rows: readonly LimitInForce[] }) {
  const { t, format } = useLanguage();
  const [changing, setChanging] = useState<LimitInForce | null>(null);
  useFocusReturn(changing !== null);
  const close = (): void => setChanging(null);
  const columns: readonly Column<LimitInForce>[] = [
    {
      key: 'place',
      title: t('limits.place'),
      value: (row) => `${row.app} ${row.route ?? ''}`,
      render: (row) => (
        <>
          {row.app} {row.route === null ? <span className="quiet">{t('limits.wholeApp')}</span> : <code>{row.route}</code>}
        </>
      ),
    },
    {
      key: 'limit',
      title: t('limits.limit'),
      grow: true,
      wrap: true,
      value: (row) => limitWords(row, t),
      render: (row) =>
        [
          limitWords(row, t),
          row.burst === row.requests ? null : t('limits.burst', { burst: row.burst }),
          row.riskAtLeast === 0 ? null : t('limits.onlyRisk', { level: row.riskAtLeast }),
          row.botAtLeast === 0 ? null : t('limits.onlyBot', { score: row.botAtLeast }),
        ]
          .filter((part) => part !== null)
          .join(' '),
    },
    {
      key: 'answer',
      title: t('limits.answer'),
      value: (row) => row.answer,
      render: (row) => t(`limits.answer.${row.answer}`),
    },
    {
      key: 'counted',
      title: t('limits.counted'),
      wideOnly: true,
      value: (row) => (row.shared ? 'shared' : 'node'),
      render: (row) => t(`limits.counted.${row.shared ? 'shared' : 'node'}`),
    },
    {
      key: 'refused',
      title: t('limits.refused'),
      numeric: true,
      value: (row) => row.refused,
      render: (row) => format.number(row.refused),
    },
    {
      key: 'act',
      title: t('column.act'),
      width: 80,
      plain: true,
      render: (row) => (
        <Button onClick={() => setChanging(row)} aria-label={t('limits.changeOf', { app: row.app, limit: limitWords(row, t) })}>
          {t('limits.change')}
        </Button>
      ),
    },
  ];
  return (
    <>
      <DataTable
        caption={t('limits.inForce')}
        columns={columns}
        rows={rows}
        rowKey={(row) =>
          [row.app, row.route, row.per, row.requests, row.windowSeconds, row.burst, row.riskAtLeast, row.botAtLeast].join(' ')
        }
        empty={<EmptyState title={t('limits.noLimits')}>{t('limits.noLimitsText')}</EmptyState>}
      />
      <Modal
        open={changing !== null}
        title={t('limits.changeTitle')}
        onCancel={close}
        footer={
          <Button type="primary" onClick={close}>
            {t('limits.close')}
          </Button>
        }
        destroyOnHidden
      >
        <p className="paragraph">{t('limits.changeText')}</p>
        {changing === null ? null : (
          <CodeBlock label={t('limits.changeTitle')} text={limitYaml(changing)} copyLabel={t('limits.copy')} />
        )}
      </Modal>
    </>
  );
}
