import {
  listApiTokens,
  listAppSecrets,
  listApps,
  listAppVersions,
  listCampaigns,
  listDepartments,
  secretWords,
} from '@menshen/contract';
import { Input, Select } from 'antd';
import type { ReactNode } from 'react';
import { useEndpoint } from '../../api/hooks.ts';
import { Field, type FieldWiring } from '../../ds/field.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './containment.module.css';
import { type Draft, type DraftField, fieldsOf, optionalFields, scopesOf } from './draft.ts';

interface TargetFieldsProps {
  readonly draft: Draft;
  readonly set: (change: Partial<Draft>) => void;
  /** Whether what is missing is to be named. */
  readonly pressed: boolean;
}

const wide = { width: '100%' };

/** The fields of a measure's target, with what there is to choose from. */
export function TargetFields({ draft, set, pressed }: TargetFieldsProps) {
  const { t } = useLanguage();
  const fields = fieldsOf(draft);
  const optional = optionalFields(draft);
  return (
    <div className={styles.form}>
      {fields.map((field) => {
        const empty = String(draft[field]).trim() === '' && !optional.has(field);
        return (
          <Field
            key={field}
            label={t(`containment.field.${field}`)}
            hint={t(`containment.hint.${field}`)}
            error={pressed && empty && field !== 'tokens' ? t('containment.missing') : undefined}
          >
            {(wiring) => <Control field={field} draft={draft} set={set} wiring={wiring} required={!optional.has(field)} />}
          </Field>
        );
      })}
      {fields.includes('noticeZh') ? (
        <Field label={t('containment.field.noticeEn')}>
          {(wiring) => (
            <Input
              {...wiring}
              maxLength={200}
              value={draft.noticeEn}
              onChange={(event) => set({ noticeEn: event.target.value })}
            />
          )}
        </Field>
      ) : null}
    </div>
  );
}

function Control({
  field,
  draft,
  set,
  wiring,
  required,
}: {
  readonly field: DraftField;
  readonly draft: Draft;
  readonly set: (change: Partial<Draft>) => void;
  readonly wiring: FieldWiring;
  readonly required: boolean;
}): ReactNode {
  const { t } = useLanguage();
  switch (field) {
    case 'scope':
      return (
        <Select
          {...wiring}
          style={wide}
          value={draft.scope}
          options={(scopesOf[draft.kind] ?? []).map((scope) => ({ value: scope, label: t(`containment.scope.${scope}`) }))}
          onChange={(scope) => set({ scope })}
        />
      );
    case 'app':
      return <AppSelect draft={draft} set={set} wiring={wiring} every={!required} />;
    case 'department':
      return <DepartmentSelect draft={draft} set={set} wiring={wiring} />;
    case 'route':
      return <RouteSelect draft={draft} set={set} wiring={wiring} />;
    case 'campaign':
      return <CampaignSelect draft={draft} set={set} wiring={wiring} />;
    case 'versions':
      return <VersionSelect draft={draft} set={set} wiring={wiring} />;
    case 'staged':
      return <StagedSelect draft={draft} set={set} wiring={wiring} />;
    case 'tokens':
      return <TokenSelect draft={draft} set={set} wiring={wiring} />;
    case 'persons':
    case 'addresses':
      return (
        <Input.TextArea
          {...wiring}
          required={required}
          spellCheck={false}
          maxLength={20_000}
          autoSize={{ minRows: 2, maxRows: 8 }}
          value={draft[field]}
          onChange={(event) => set({ [field]: event.target.value })}
        />
      );
    case 'person':
    case 'device':
    case 'noticeZh':
      return (
        <Input
          {...wiring}
          required={required}
          maxLength={200}
          value={draft[field]}
          onChange={(event) => set({ [field]: event.target.value })}
        />
      );
  }
}

interface SelectProps {
  readonly draft: Draft;
  readonly set: (change: Partial<Draft>) => void;
  readonly wiring: FieldWiring;
}

function AppSelect({ draft, set, wiring, every }: SelectProps & { readonly every: boolean }) {
  const { t, language } = useLanguage();
  const apps = useEndpoint(listApps, { input: {} });
  return (
    <Select
      {...wiring}
      style={wide}
      loading={apps.isPending}
      value={draft.app}
      options={[
        { value: '', label: every ? t('containment.everyApp') : t('containment.choose') },
        ...(apps.data?.apps ?? []).map((app) => ({ value: app.id, label: `${app.name[language]} (${app.id})` })),
      ]}
      // Routes, campaigns and versions are those of the app.
      onChange={(app) => set({ app, route: '', campaign: '', versions: '' })}
    />
  );
}

function DepartmentSelect({ draft, set, wiring }: SelectProps) {
  const { t } = useLanguage();
  const departments = useEndpoint(listDepartments, { input: {} });
  return (
    <Select
      {...wiring}
      showSearch={{ optionFilterProp: 'label' }}
      style={wide}
      loading={departments.isPending}
      value={draft.department}
      options={[
        { value: '', label: t('containment.choose') },
        ...(departments.data?.departments ?? []).map(({ id, name }) => ({ value: id, label: `${name} (${id})` })),
      ]}
      onChange={(department) => set({ department })}
    />
  );
}

function RouteSelect({ draft, set, wiring }: SelectProps) {
  const { t } = useLanguage();
  const apps = useEndpoint(listApps, { input: {} });
  const routes = apps.data?.apps.find(({ id }) => id === draft.app)?.routes ?? [];
  return (
    <Select
      {...wiring}
      showSearch={{ optionFilterProp: 'label' }}
      style={wide}
      value={draft.route}
      disabled={draft.app === ''}
      options={[{ value: '', label: t('containment.choose') }, ...routes.map(({ match }) => ({ value: match, label: match }))]}
      onChange={(route) => set({ route })}
    />
  );
}

function CampaignSelect({ draft, set, wiring }: SelectProps) {
  const { t, language } = useLanguage();
  const campaigns = useEndpoint(listCampaigns, { input: { query: {} } });
  const own = campaigns.data?.campaigns.filter(({ app }) => app === draft.app) ?? [];
  return (
    <Select
      {...wiring}
      style={wide}
      value={draft.campaign}
      disabled={draft.app === ''}
      options={[
        { value: '', label: t('containment.choose') },
        ...own.map(({ id, name }) => ({ value: id, label: `${name[language]} (${id})` })),
      ]}
      onChange={(campaign) => set({ campaign })}
    />
  );
}

/** Versions that ask, the most used first; others can be typed. */
function VersionSelect({ draft, set, wiring }: SelectProps) {
  const { t, format } = useLanguage();
  const versions = useEndpoint(listAppVersions, { input: {} });
  const seen = versions.data?.apps.find(({ app }) => app === draft.app)?.seen ?? [];
  const chosen = draft.versions === '' ? [] : draft.versions.split('\n');
  const one = draft.kind === 'end_sessions';
  return (
    <Select
      {...wiring}
      mode="tags"
      {...(one ? { maxCount: 1 } : {})}
      style={wide}
      value={chosen}
      disabled={draft.app === ''}
      tokenSeparators={[',', ' ']}
      options={seen.map(({ version, requests, persons, release }) => ({
        value: version,
        label: t('containment.versionSeen', {
          version: release === null ? version : `${version} (${release})`,
          requests: format.number(requests),
          persons: format.number(persons),
        }),
      }))}
      onChange={(values: string[]) => set({ versions: values.join('\n') })}
    />
  );
}

/** New secrets that somebody has entered. */
function StagedSelect({ draft, set, wiring }: SelectProps) {
  const { t, language } = useLanguage();
  const secrets = useEndpoint(listAppSecrets, { input: {} });
  return (
    <Select
      {...wiring}
      style={wide}
      loading={secrets.isPending}
      value={draft.staged}
      options={[
        { value: '', label: t('containment.choose') },
        ...(secrets.data?.secrets ?? []).flatMap(({ app, secret, staged }) =>
          staged === null
            ? []
            : [{ value: `${app} ${secret} ${staged.id}`, label: `${app}: ${secretWords[secret][language]} (${staged.mark})` }],
        ),
      ]}
      onChange={(staged) => set({ staged })}
    />
  );
}

function TokenSelect({ draft, set, wiring }: SelectProps) {
  const tokens = useEndpoint(listApiTokens, { input: {} });
  return (
    <Select
      {...wiring}
      mode="multiple"
      style={wide}
      loading={tokens.isPending}
      value={[...draft.tokens]}
      options={(tokens.data?.tokens ?? [])
        .filter(({ state }) => state === 'active')
        .map(({ id, name }) => ({ value: id, label: name }))}
      onChange={(chosen: string[]) => set({ tokens: chosen })}
    />
  );
}
