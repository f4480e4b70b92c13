import { listApps, listPeople } from '@menshen/contract';
import { useRouter } from '@tanstack/react-router';
import { Modal } from 'antd';
import { type KeyboardEvent, useDeferredValue, useEffect, useId, useRef, useState } from 'react';
import { useEndpoint } from '../api/hooks.ts';
import { classNames } from '../ds/class-names.ts';
import { useFocusReturn } from '../ds/focus-return.ts';
import { SearchIcon } from '../ds/icon.ts';
import { useLanguage } from '../i18n/language.tsx';
import { chooseTheme, useThemeName } from '../theme/theme-choice.ts';
import { useSignOut } from './account-menu.tsx';
import { useLanguageSwitch } from './display-menus.tsx';
import styles from './palette.module.css';
import { type PaletteEntry, paletteEntries } from './palette-entries.ts';

/** Goes anywhere and does the small acts, from the keyboard. A combobox with a listbox (WAI-ARIA APG). */
export function Palette({ open, close }: { readonly open: boolean; readonly close: () => void }) {
  const { t } = useLanguage();
  useFocusReturn(open);
  return (
    <Modal
      open={open}
      onCancel={close}
      footer={null}
      closable={false}
      destroyOnHidden
      title={<span className="visually-hidden">{t('palette.open')}</span>}
      width={600}
      styles={{ container: { padding: 0, overflow: 'hidden' }, header: { margin: 0, height: 0 } }}
    >
      <PaletteSearch close={close} />
    </Modal>
  );
}

function PaletteSearch({ close }: { readonly close: () => void }) {
  const { t, language } = useLanguage();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const list = useId();
  const input = useRef<HTMLInputElement>(null);
  const needle = useDeferredValue(typed.trim());
  const apps = useEndpoint(listApps, { input: {} });
  const people = useEndpoint(listPeople, {
    input: { query: { q: needle.slice(0, 64), limit: 6 } },
    enabled: needle !== '',
    keep: true,
  });
  const entries = paletteEntries(typed, {
    t,
    language,
    apps: apps.data?.apps ?? [],
    people: needle === '' ? [] : (people.data?.people ?? []),
  });
  const chosen = entries[Math.min(at, entries.length - 1)];
  const run = useRun(close);

  useEffect(() => {
    input.current?.focus();
  }, []);
  useEffect(() => {
    if (chosen !== undefined) document.getElementById(`${list}-${chosen.id}`)?.scrollIntoView({ block: 'nearest' });
  }, [chosen, list]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && entries.length > 0) {
      event.preventDefault();
      setAt((from) => (Math.min(from, entries.length - 1) + step + entries.length) % entries.length);
    }
    if (event.key === 'Enter' && !event.nativeEvent.isComposing && chosen !== undefined) {
      event.preventDefault();
      run(chosen);
    }
  };

  return (
    <>
      <div className={styles.search}>
        <SearchIcon aria-hidden="true" />
        <input
          ref={input}
          className={styles.input}
          role="combobox"
          aria-expanded="true"
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={chosen === undefined ? undefined : `${list}-${chosen.id}`}
          aria-label={t('palette.placeholder')}
          placeholder={t('palette.placeholder')}
          autoComplete="off"
          spellCheck={false}
          maxLength={100}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div id={list} role="listbox" aria-label={t('palette.results')} className={styles.list}>
        {entries.map((entry, place) => (
          <Option
            key={entry.id}
            id={`${list}-${entry.id}`}
            entry={entry}
            heading={entries[place - 1]?.group === entry.group ? null : t(`palette.group.${entry.group}`)}
            selected={entry === chosen}
            choose={() => run(entry)}
          />
        ))}
      </div>
      {entries.length === 0 ? <p className={styles.nothing}>{t('palette.nothing')}</p> : null}
      <p className={styles.help}>{t('palette.help')}</p>
    </>
  );
}

interface OptionProps {
  readonly id: string;
  readonly entry: PaletteEntry;
  readonly heading: string | null;
  readonly selected: boolean;
  readonly choose: () => void;
}

function Option({ id, entry, heading, selected, choose }: OptionProps) {
  return (
    <>
      {heading === null ? null : (
        <div role="presentation" className={styles.heading}>
          {heading}
        </div>
      )}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the focus stays in the combobox, which hears the keys */}
      <div
        id={id}
        role="option"
        aria-selected={selected}
        tabIndex={-1}
        className={classNames(styles.option, selected && styles.selected)}
        onClick={choose}
      >
        <span className={styles.label}>{entry.label}</span>
        <span className={styles.note}>{entry.note}</span>
      </div>
    </>
  );
}

function useRun(close: () => void): (entry: PaletteEntry) => void {
  const router = useRouter();
  const switchLanguage = useLanguageSwitch();
  const signOut = useSignOut();
  const theme = useThemeName();
  return ({ go }) => {
    close();
    if ('path' in go) router.history.push(go.path);
    else if (go.act === 'language') switchLanguage();
    else if (go.act === 'theme') chooseTheme(theme === 'dark' ? 'light' : 'dark');
    else void signOut();
  };
}
