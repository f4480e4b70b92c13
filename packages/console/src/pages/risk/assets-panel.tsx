import { getRisk, getRiskOverview, listRiskAssets, setAssetOwner } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import { Button, Input, Select } from 'antd';
import { useState } from 'react';
import type { Output } from '../../api/call.ts';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { PathLink } from '../../components/path-link.tsx';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Field } from '../../ds/field.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './risk.module.css';

type Asset = Output<typeof listRiskAssets>['assets'][number];

/** Everything that has a value, found by itself; only whose it is has to be said. */
export function AssetsPanel() {
  const { t } = useLanguage();
  const assets = useEndpoint(listRiskAssets, { input: {} });
  return (
    <Loadable query={assets} lines={12}>
      {(data) => <AssetsTable assets={data.assets} caption={t('risks.assetsTitle')} />}
    </Loadable>
  );
}

function AssetsTable({ assets, caption }: { readonly assets: readonly Asset[]; readonly caption: string }) {
  const { t, language, format } = useLanguage();
  const may = useMay();
  const [kind, setKind] = useState<Asset['kind'] | ''>('');
  const [owning, setOwning] = useState<Asset | null>(null);
  const kinds = [...new Set(assets.map((one) => one.kind))];
  const rows = assets.filter((one) => kind === '' || one.kind === kind).toSorted((a, b) => b.worst - a.worst);
  const columns: readonly Column<Asset>[] = [
    {
      key: 'asset',
      title: t('risks.asset'),
      grow: true,
      wrap: true,
      value: ({ name }) => name[language],
      render: ({ id, name, kind: own, path }) => (
        <>
          <Link to="/risk" search={{ asset: id }}>
            {name[language]}
          </Link>
          <div className="quiet">
            {t(`risks.kind.${own}`)} · <PathLink to={path}>{t('risks.foundOn')}</PathLink>
          </div>
        </>
      ),
    },
    {
      key: 'values',
      title: t('risks.cia'),
      value: ({ confidentiality, integrity, availability }) => `${confidentiality}/${integrity}/${availability}`,
      render: ({ confidentiality, integrity, availability }) => (
        <span className="figures">
          {confidentiality} / {integrity} / {availability}
        </span>
      ),
    },
    {
      key: 'exposure',
      title: t('risks.exposure'),
      wideOnly: true,
      value: ({ exposure }) => t(`risks.exposure.${exposure}`),
      render: ({ exposure }) => t(`risks.exposure.${exposure}`),
    },
    {
      key: 'worst',
      title: t('risks.worst'),
      numeric: true,
      value: ({ worst }) => worst,
      render: ({ worst, risks }) => `${format.number(worst)} (${format.number(risks)})`,
    },
    {
      key: 'owner',
      title: t('risks.owner'),
      value: ({ owner }) => owner ?? '',
      render: (row) =>
        may(setAssetOwner) ? (
          <Button
            size="small"
            type="text"
            onClick={() => setOwning(row)}
            aria-label={t('risks.ownerOf', { owner: row.owner ?? t('risks.setOwner'), name: row.name[language] })}
          >
            {row.owner ?? t('risks.setOwner')}
          </Button>
        ) : (
          (row.owner ?? t('risks.nobody'))
        ),
    },
  ];
  return (
    <Panel
      flush
      title={caption}
      note={t('risks.assetsNote', { count: rows.length })}
      actions={
        <>
          <Select
            aria-label={t('risks.kind')}
            value={kind}
            style={{ minWidth: 140 }}
            onChange={setKind}
            options={[
              { value: '' as const, label: t('risks.everyKind') },
              ...kinds.map((value) => ({ value, label: t(`risks.kind.${value}`) })),
            ]}
          />
          <ExportButton name="menshen-assets" columns={columns} rows={rows} />
        </>
      }
    >
      <DataTable
        caption={caption}
        columns={columns}
        rows={rows}
        rowKey={({ id }) => id}
        empty={<EmptyState title={t('risks.noAssets')} />}
      />
      {owning === null ? null : <OwnerDialog asset={owning} close={() => setOwning(null)} />}
    </Panel>
  );
}

function OwnerDialog({ asset, close }: { readonly asset: Asset; readonly close: () => void }) {
  const { t, language } = useLanguage();
  const [owner, setOwner] = useState(asset.owner ?? '');
  const set = useAction(setAssetOwner, [listRiskAssets, getRisk, getRiskOverview]);
  const save = (): void =>
    set.mutate({ body: { asset: asset.id, owner: owner.trim() === '' ? null : owner.trim() } }, { onSuccess: close });
  return (
    <ConfirmDialog
      open
      title={t('risks.ownerTitle')}
      consequence={asset.name[language]}
      confirm={t('risks.save')}
      busy={set.isPending}
      error={set.error}
      onConfirm={save}
      onClose={close}
    >
      <div className={styles.form}>
        <Field label={t('risks.owner')} hint={t('risks.ownerHint')}>
          {(wiring) => <Input {...wiring} maxLength={60} value={owner} onChange={(event) => setOwner(event.target.value)} />}
        </Field>
      </div>
    </ConfirmDialog>
  );
}
