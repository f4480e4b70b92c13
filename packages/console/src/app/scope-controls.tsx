import { listApps } from '@menshen/contract';
import { getRouteApi, useMatches } from '@tanstack/react-router';
import { Select } from 'antd';
import { lazy, Suspense } from 'react';
import { useEndpoint } from '../api/hooks.ts';
import { classNames } from '../ds/class-names.ts';
import { toWallClock } from '../i18n/format.ts';
import { useLanguage } from '../i18n/language.tsx';
import { defaultRange, type Range, rangeMs, ranges, type Scope } from './scope.ts';
import styles from './scope-controls.module.css';

const SpanPicker = lazy(async () => ({ default: (await import('./span-picker.tsx')).SpanPicker }));

const shell = getRouteApi('/shell');
const everyApp = '';
const custom = 'custom';

/** The app and the span of time, on the pages that they concern. */
export function ScopeControls() {
  const concerns = useMatches({ select: (matches) => matches.at(-1)?.staticData.scope ?? {} });
  return (
    <>
      {concerns.app === true ? <AppControl /> : null}
      {concerns.range === true ? <RangeControl /> : null}
    </>
  );
}

function useScopeChange(): (change: Partial<Record<keyof Scope, string | undefined>>) => void {
  const navigate = shell.useNavigate();
  return (change) => void navigate({ to: '.', search: (search) => ({ ...search, ...change }) as Scope, replace: true });
}

function AppControl() {
  const { t, language } = useLanguage();
  const { app } = shell.useSearch();
  const change = useScopeChange();
  const apps = useEndpoint(listApps, { input: {} });
  const known = apps.data?.apps ?? [];
  const options = [
    { value: everyApp, label: t('scope.everyApp') },
    ...known.map(({ id, name }) => ({ value: id, label: name[language] })),
  ];
  if (app !== undefined && !known.some(({ id }) => id === app)) options.push({ value: app, label: app });
  return (
    <Select
      className={classNames(styles.app)}
      aria-label={t('scope.app')}
      value={app ?? everyApp}
      options={options}
      onChange={(value) => change({ app: value === everyApp ? undefined : value })}
      popupMatchSelectWidth={false}
    />
  );
}

function RangeControl() {
  const { t } = useLanguage();
  const scope = shell.useSearch();
  const change = useScopeChange();
  const isCustom = scope.from !== undefined;
  const options = [
    ...ranges.map((range) => ({ value: range as string, label: t(`range.${range}`) })),
    { value: custom, label: t('range.custom') },
  ];
  const choose = (value: string): void => {
    if (value !== custom) return change({ range: value as Range, from: undefined, to: undefined });
    const now = Date.now();
    change({ range: undefined, from: toWallClock(now - rangeMs[scope.range ?? defaultRange]), to: toWallClock(now) });
  };
  return (
    <>
      <Select
        className={classNames(styles.range)}
        aria-label={t('scope.range')}
        value={isCustom ? custom : (scope.range ?? defaultRange)}
        options={options}
        onChange={choose}
        popupMatchSelectWidth={false}
      />
      {isCustom ? (
        <Suspense fallback={null}>
          <SpanPicker from={scope.from} to={scope.to} onChange={(span) => change({ range: undefined, ...span })} />
        </Suspense>
      ) : null}
    </>
  );
}
