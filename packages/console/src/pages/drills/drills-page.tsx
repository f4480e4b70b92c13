import {
  createDrill,
  type DrillTemplate,
  drillTemplates,
  endDrill,
  getTraining,
  listDrills,
  type PhishingDrillView,
  startDrill,
} from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import { Button, Select } from 'antd';
import { useState } from 'react';
import type { Output } from '../../api/call.ts';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Field } from '../../ds/field.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { OverTimePanel } from './over-time-panel.tsx';

type Loaded = Output<typeof listDrills>;
type Asked = { readonly kind: 'start' | 'end'; readonly id: string };
type Group = PhishingDrillView['groups'][number];

const refreshMs = 60_000;
const tones = { draft: 'warning', running: 'safe', ended: 'quiet' } as const;

/** Phishing drills over time, by groups that are large enough; no row shows a person. */
export function DrillsPage() {
  const { t } = useLanguage();
  const may = useMay();
  const drills = useEndpoint(listDrills, { input: {}, refetchMs: refreshMs });
  const [creating, setCreating] = useState(false);
  const [asked, setAsked] = useState<Asked | null>(null);
  return (
    <Page
      title={t('drills.title')}
      question={t('drills.question')}
      trail={<Link to="/training">{t('training.title')}</Link>}
      actions={
        may(createDrill) && drills.data?.enabled === true && drills.data.senders.length > 0 ? (
          <Button type="primary" onClick={() => setCreating(true)}>
            {t('drills.create')}
          </Button>
        ) : null
      }
    >
      <Loadable query={drills} lines={8}>
        {(loaded) => (
          <>
            <MissingPanel loaded={loaded} />
            <ListPanel loaded={loaded} ask={may(startDrill) ? setAsked : null} />
            <OverTimePanel loaded={loaded} />
            <GroupsPanel loaded={loaded} />
            <SettingsPanel loaded={loaded} />
          </>
        )}
      </Loadable>
      <CreateDialog
        open={creating}
        templates={drills.data?.templates ?? []}
        senders={drills.data?.senders ?? []}
        onClose={() => setCreating(false)}
      />
      <ActDialog asked={asked} onClose={() => setAsked(null)} />
    </Page>
  );
}

/** Why no drill can be begun. */
function MissingPanel({ loaded: { enabled, senders } }: { readonly loaded: Loaded }) {
  const { t } = useLanguage();
  if (!enabled)
    return (
      <Panel title={t('drills.off')}>
        <EmptyState title={t('drills.off')}>{t('drills.offText')}</EmptyState>
      </Panel>
    );
  if (senders.length === 0)
    return (
      <Panel title={t('drills.noSender')}>
        <EmptyState title={t('drills.noSender')}>{t('drills.noSenderText')}</EmptyState>
      </Panel>
    );
  return null;
}

/** What the configuration allows. */
function SettingsPanel({ loaded: { enabled, approvers, domains, senders } }: { readonly loaded: Loaded }) {
  const { t } = useLanguage();
  if (!enabled || senders.length === 0) return null;
  return (
    <Panel title={t('drills.settings')}>
      <p>{t('drills.approvers', { names: approvers.join(', ') })}</p>
      <p>{t('drills.domains', { names: domains.join(', ') })}</p>
      <p>{t('drills.senders', { names: senders.map((one) => t('drills.senderOf', one)).join('; ') })}</p>
    </Panel>
  );
}

function useRates() {
  const { t, format } = useLanguage();
  const percent = (value: number | null | undefined): string =>
    value === null || value === undefined ? t('training.few') : format.percent(value / 100);
  const minutes = (value: number | null | undefined): string =>
    value === null || value === undefined ? t('training.few') : t('drills.minutesOf', { count: value });
  return { percent, minutes };
}

function ListPanel({ loaded, ask }: { readonly loaded: Loaded; readonly ask: ((asked: Asked) => void) | null }) {
  const { t, language, format } = useLanguage();
  const { percent, minutes } = useRates();
  const subjects = new Map(loaded.templates.map(({ id, subject }) => [id, subject[language]]));
  const columns: readonly Column<PhishingDrillView>[] = [
    { key: 'template', title: t('drills.template'), grow: true, render: ({ template }) => subjects.get(template) ?? template },
    {
      key: 'state',
      title: t('drills.state'),
      render: ({ state }) => <Status tone={tones[state]}>{t(`drills.state.${state}`)}</Status>,
    },
    { key: 'whom', title: t('drills.whom'), render: ({ whom }) => (whom === '' ? t('drills.everyone') : whom) },
    { key: 'started', title: t('drills.started'), render: ({ started }) => (started === null ? '–' : format.day(started)) },
    {
      key: 'recipients',
      title: t('drills.recipients'),
      numeric: true,
      render: ({ recipients, unreached }) => (
        <>
          {format.number(recipients)}
          {unreached > 0 ? <div className="quiet">{t('drills.unreached', { count: unreached })}</div> : null}
        </>
      ),
    },
    {
      key: 'opened',
      title: t('drills.openedRate'),
      numeric: true,
      render: ({ started, figures }) => (started === null ? '–' : percent(figures?.opened)),
    },
    {
      key: 'reported',
      title: t('drills.reportedRate'),
      numeric: true,
      render: ({ started, figures }) => (started === null ? '–' : percent(figures?.reported)),
    },
    {
      key: 'again',
      title: t('drills.again'),
      numeric: true,
      render: ({ started, figures }) => (started === null ? '–' : percent(figures?.again)),
    },
    {
      key: 'minutes',
      title: t('drills.minutes'),
      numeric: true,
      render: ({ started, figures }) => (started === null ? '–' : minutes(figures?.minutesToReport)),
    },
    {
      key: 'act',
      title: t('drills.act'),
      plain: true,
      render: ({ id, state }) =>
        ask === null || state === 'ended' ? null : state === 'draft' ? (
          <Button onClick={() => ask({ kind: 'start', id })}>{t('drills.start')}</Button>
        ) : (
          <Button onClick={() => ask({ kind: 'end', id })}>{t('drills.end')}</Button>
        ),
    },
  ];
  return (
    <Panel flush title={t('drills.list')} note={t('drills.listNote', { count: loaded.minimumGroup })}>
      <DataTable
        caption={t('drills.list')}
        columns={ask === null ? columns.filter(({ key }) => key !== 'act') : columns}
        rows={loaded.drills}
        rowKey={({ id }) => id}
        empty={<EmptyState title={t('drills.none')}>{t('drills.noneText')}</EmptyState>}
      />
    </Panel>
  );
}

function GroupsPanel({ loaded }: { readonly loaded: Loaded }) {
  const { t } = useLanguage();
  const { percent, minutes } = useRates();
  const rows = loaded.drills.find(({ groups }) => groups.length > 0)?.groups ?? [];
  if (rows.length === 0) return null;
  const name = ({ department, name: of }: Group): string => (department === null ? t('training.smallGroups') : of);
  const columns: readonly Column<Group>[] = [
    { key: 'name', title: t('training.department'), grow: true, value: name, render: name },
    {
      ...{ key: 'sent', title: t('drills.recipients'), numeric: true },
      ...{ value: ({ figures }) => figures.sent, render: ({ figures }) => figures.sent },
    },
    {
      ...{ key: 'opened', title: t('drills.openedRate'), numeric: true },
      ...{ value: ({ figures }) => figures.opened, render: ({ figures }) => percent(figures.opened) },
    },
    {
      ...{ key: 'reported', title: t('drills.reportedRate'), numeric: true },
      ...{ value: ({ figures }) => figures.reported, render: ({ figures }) => percent(figures.reported) },
    },
    { key: 'minutes', title: t('drills.minutes'), numeric: true, render: ({ figures }) => minutes(figures.minutesToReport) },
  ];
  return (
    <Panel
      flush
      title={t('drills.groups')}
      actions={<ExportButton name="menshen-phishing-drills" columns={columns} rows={rows} />}
    >
      <DataTable caption={t('drills.groups')} columns={columns} rows={rows} rowKey={({ department }) => department ?? '-'} />
    </Panel>
  );
}

interface CreateProps {
  readonly open: boolean;
  readonly templates: Loaded['templates'];
  readonly senders: Loaded['senders'];
  readonly onClose: () => void;
}

function CreateDialog({ open, templates, senders, onClose }: CreateProps) {
  const { t, language } = useLanguage();
  const training = useEndpoint(getTraining, { input: {}, enabled: open });
  const create = useAction(createDrill, [listDrills]);
  const [template, setTemplate] = useState<DrillTemplate>(drillTemplates[0]);
  const [chosenSender, setSender] = useState<string | null>(null);
  const sender = chosenSender ?? senders[0]?.id;
  const [department, setDepartment] = useState('');
  const close = (): void => {
    create.reset();
    onClose();
  };
  const chosen = templates.find(({ id }) => id === template);
  return (
    <ConfirmDialog
      open={open}
      title={t('drills.create')}
      consequence={t('drills.createText')}
      confirm={t('drills.create')}
      reasonLength={4}
      busy={create.isPending}
      error={create.error}
      onConfirm={(reason) => {
        const target = department === '' ? ({ kind: 'everyone' } as const) : ({ kind: 'department', department } as const);
        if (sender !== undefined) create.mutate({ body: { template, sender, target, reason } }, { onSuccess: close });
      }}
      onClose={close}
    >
      <Field label={t('drills.template')} hint={chosen?.text[language]}>
        {(wiring) => (
          <Select<DrillTemplate>
            {...wiring}
            style={{ width: '100%' }}
            value={template}
            onChange={setTemplate}
            options={templates.map(({ id, subject }) => ({ value: id, label: subject[language] }))}
          />
        )}
      </Field>
      <Field label={t('drills.sender')}>
        {(wiring) => (
          <Select<string>
            {...wiring}
            style={{ width: '100%' }}
            {...(sender === undefined ? {} : { value: sender })}
            onChange={setSender}
            options={senders.map((one) => ({ value: one.id, label: t('drills.senderOf', one) }))}
          />
        )}
      </Field>
      <Field label={t('drills.whom')}>
        {(wiring) => (
          <Select<string>
            {...wiring}
            style={{ width: '100%' }}
            value={department}
            onChange={setDepartment}
            options={[
              { value: '', label: t('drills.everyone') },
              ...(training.data?.departments ?? []).map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
        )}
      </Field>
    </ConfirmDialog>
  );
}

function ActDialog({ asked, onClose }: { readonly asked: Asked | null; readonly onClose: () => void }) {
  const { t } = useLanguage();
  const start = useAction(startDrill, [listDrills]);
  const end = useAction(endDrill, [listDrills]);
  const kind = asked?.kind ?? 'start';
  const act = kind === 'start' ? start : end;
  const close = (): void => {
    start.reset();
    end.reset();
    onClose();
  };
  return (
    <ConfirmDialog
      open={asked !== null}
      title={t(`drills.${kind}`)}
      consequence={t(`drills.${kind}Text`)}
      confirm={t(`drills.${kind}`)}
      reasonLength={kind === 'end' ? 4 : 0}
      busy={act.isPending}
      error={act.error}
      onConfirm={(reason) => {
        if (asked === null) return;
        const params = { id: asked.id };
        if (asked.kind === 'start') start.mutate({ params, body: {} }, { onSuccess: close });
        else end.mutate({ params, body: { reason } }, { onSuccess: close });
      }}
      onClose={close}
    />
  );
}
