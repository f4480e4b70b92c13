import { type BusinessView, getRiskOverview, listRisks, putBusiness, removeBusiness } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import { Button, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import type { Output } from '../../api/call.ts';
import { useAction } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Field } from '../../ds/field.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { Score } from './level-mark.tsx';
import styles from './risk.module.css';

type Overview = Output<typeof getRiskOverview>;

/** Risk of each business, and of the systems that carry it. */
export function BusinessesPanel({ overview }: { readonly overview: Overview }) {
  const { t, language } = useLanguage();
  const may = useMay();
  const [editing, setEditing] = useState<BusinessView | 'new' | null>(null);
  const [removing, setRemoving] = useState<BusinessView | null>(null);
  const remove = useAction(removeBusiness, [getRiskOverview, listRisks]);
  const columns = useColumns(may(putBusiness) ? { edit: setEditing, remove: setRemoving } : null);
  const done = (): void => {
    remove.reset();
    setRemoving(null);
  };
  return (
    <>
      <Panel
        flush
        title={t('risks.businesses')}
        note={t('risks.businessesNote')}
        actions={
          <>
            {may(putBusiness) ? (
              <Button type="primary" onClick={() => setEditing('new')}>
                {t('risks.addBusiness')}
              </Button>
            ) : null}
            <ExportButton name="menshen-businesses" columns={columns} rows={overview.businesses} />
          </>
        }
      >
        <DataTable
          caption={t('risks.businesses')}
          columns={columns}
          rows={overview.businesses}
          rowKey={({ id }) => id}
          empty={<EmptyState title={t('risks.noBusinesses')}>{t('risks.noBusinessesText')}</EmptyState>}
        />
      </Panel>
      <SystemsPanel systems={overview.systems} />
      {editing === null ? null : <BusinessDialog of={editing} overview={overview} close={() => setEditing(null)} />}
      <ConfirmDialog
        open={removing !== null}
        title={t('risks.removeBusiness')}
        consequence={removing === null ? null : t('risks.removeBusinessText', { name: removing.name[language] })}
        confirm={t('risks.removeBusiness')}
        danger
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => {
          if (removing !== null) remove.mutate({ params: { id: removing.id } }, { onSuccess: done });
        }}
        onClose={done}
      />
    </>
  );
}

function SystemsPanel({ systems }: Pick<Overview, 'systems'>) {
  const { t, language, format } = useLanguage();
  const columns: readonly Column<Overview['systems'][number]>[] = [
    {
      key: 'system',
      title: t('risks.system'),
      grow: true,
      value: ({ name }) => name[language],
      render: ({ id, name }) => (
        <Link to="/risk" search={{ asset: id }}>
          {name[language]}
        </Link>
      ),
    },
    {
      key: 'score',
      title: t('risks.score'),
      value: ({ score }) => score,
      render: ({ score, level }) => <Score score={score} level={level} />,
    },
    {
      key: 'risks',
      title: t('risks.count'),
      numeric: true,
      value: ({ risks }) => risks,
      render: ({ risks }) => format.number(risks),
    },
  ];
  return (
    <Panel flush title={t('risks.systems')} note={t('risks.systemsNote')}>
      <DataTable caption={t('risks.systems')} columns={columns} rows={systems} rowKey={({ id }) => id} />
    </Panel>
  );
}

interface Acts {
  readonly edit: (business: BusinessView) => void;
  readonly remove: (business: BusinessView) => void;
}

function useColumns(acts: Acts | null): readonly Column<BusinessView>[] {
  const { t, language, format } = useLanguage();
  return [
    {
      key: 'name',
      title: t('risks.business'),
      grow: true,
      value: ({ name }) => name[language],
      render: ({ id, name, apps, told }) => (
        <>
          <Link to="/risk" search={{ business: id }}>
            {name[language]}
          </Link>
          <div className="quiet">{told ? apps.join(' · ') : t('risks.notTold')}</div>
        </>
      ),
    },
    {
      key: 'score',
      title: t('risks.score'),
      value: ({ score }) => score,
      render: ({ score, level }) => <Score score={score} level={level} />,
    },
    {
      key: 'importance',
      title: t('risks.importance'),
      value: ({ effective }) => effective,
      render: ({ importance, effective }) => (
        <span className="figures">
          {format.number(effective)}
          {effective === importance ? '' : ` (${t('risks.raised', { from: importance })})`}
        </span>
      ),
    },
    {
      key: 'risks',
      title: t('risks.count'),
      numeric: true,
      value: ({ risks }) => risks,
      render: ({ risks }) => format.number(risks),
    },
    {
      key: 'owner',
      title: t('risks.owner'),
      value: ({ owner }) => owner,
      render: ({ owner }) => (owner === '' ? <Status tone="warning">{t('risks.nobody')}</Status> : owner),
    },
    ...(acts === null
      ? []
      : [
          {
            key: 'act',
            title: t('risks.act'),
            plain: true,
            render: (row: BusinessView) => (
              <span className={styles.filters}>
                <Button
                  size="small"
                  onClick={() => acts.edit(row)}
                  aria-label={t(row.told ? 'risks.editOf' : 'risks.tellOf', { name: row.name[language] })}
                >
                  {t(row.told ? 'risks.edit' : 'risks.tell')}
                </Button>
                {row.told ? (
                  <Button
                    size="small"
                    danger
                    onClick={() => acts.remove(row)}
                    aria-label={t('risks.removeOf', { name: row.name[language] })}
                  >
                    {t('risks.remove')}
                  </Button>
                ) : null}
              </span>
            ),
          },
        ]),
  ];
}

/** An id that says something, where the name has letters for one. */
const idOf = (name: string, known: readonly BusinessView[]): string => {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 30);
  const base = plain === '' ? 'business' : plain;
  let id = base;
  for (let at = 2; known.some((one) => one.id === id); at += 1) id = `${base}-${at}`;
  return id;
};

function BusinessDialog({
  of,
  overview,
  close,
}: {
  readonly of: BusinessView | 'new';
  readonly overview: Overview;
  readonly close: () => void;
}) {
  const { t, language } = useLanguage();
  const known = of === 'new' ? null : of;
  const [name, setName] = useState(known?.name[language] ?? '');
  const [importance, setImportance] = useState(known?.importance ?? 3);
  const [owner, setOwner] = useState(known?.owner ?? '');
  const [apps, setApps] = useState<string[]>([...(known?.apps ?? [])]);
  const [tiedTo, setTiedTo] = useState<string[]>([...(known?.tiedTo ?? [])]);
  const put = useAction(putBusiness, [getRiskOverview, listRisks]);
  const everyApp = [...new Set(overview.businesses.flatMap((one) => one.apps))];
  const others = overview.businesses.filter(({ id, told }) => told && id !== known?.id);
  const save = (): void => {
    const id = known?.told === true ? known.id : idOf(name, overview.businesses);
    put.mutate(
      { params: { id }, body: { name: name.trim(), importance, owner: owner.trim(), apps, tiedTo } },
      { onSuccess: close },
    );
  };
  return (
    <ConfirmDialog
      open
      title={t('risks.businessTitle')}
      consequence={t('risks.businessText')}
      confirm={t('risks.save')}
      busy={put.isPending}
      error={put.error}
      onConfirm={save}
      onClose={close}
    >
      <div className={styles.form}>
        <Field label={t('risks.name')}>
          {(wiring) => (
            <Input {...wiring} required maxLength={60} value={name} onChange={(event) => setName(event.target.value)} />
          )}
        </Field>
        <Field label={t('risks.importance')} hint={t('risks.importanceHint')}>
          {(wiring) => (
            <InputNumber
              {...wiring}
              min={1}
              max={5}
              precision={0}
              value={importance}
              onChange={(next) => setImportance(next ?? 3)}
            />
          )}
        </Field>
        <Field label={t('risks.owner')} hint={t('risks.ownerHint')}>
          {(wiring) => <Input {...wiring} maxLength={60} value={owner} onChange={(event) => setOwner(event.target.value)} />}
        </Field>
        <Field label={t('risks.apps')}>
          {(wiring) => (
            <Select
              {...wiring}
              mode="multiple"
              value={apps}
              onChange={setApps}
              options={everyApp.map((value) => ({ value, label: value }))}
            />
          )}
        </Field>
        <Field label={t('risks.tied')} hint={t('risks.tiedHint')}>
          {(wiring) => (
            <Select
              {...wiring}
              mode="multiple"
              value={tiedTo}
              onChange={setTiedTo}
              options={others.map((one) => ({ value: one.id, label: one.name[language] }))}
            />
          )}
        </Field>
      </div>
    </ConfirmDialog>
  );
}
