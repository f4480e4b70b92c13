import {
  getAuditStatus,
  getDetections,
  getFinding,
  getMode,
  getToday,
  listAlerts,
  listApprovals,
  listFindings,
  listNotices,
  listScans,
} from '@menshen/contract';
import { useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { Button, Drawer } from 'antd';
import { type RefObject, useEffect, useEffectEvent, useRef, useState } from 'react';
import { useServerEvents } from '../api/events.ts';
import { useEndpoint } from '../api/hooks.ts';
import { useFocusReturn } from '../ds/focus-return.ts';
import { MenuIcon } from '../ds/icon.ts';
import { Mark } from '../ds/mark.tsx';
import { useLanguage } from '../i18n/language.tsx';
import { DutyBanner } from './duty-banner.tsx';
import { ModeBanner } from './mode-banner.tsx';
import { NavigationList } from './navigation-list.tsx';
import { Palette } from './palette.tsx';
import { PromptDialogs } from './prompt-dialogs.tsx';
import styles from './shell.module.css';
import { TopBar } from './top-bar.tsx';

/** Entries are appended many times a second; the pages that show the log's state read it anew at most this often. */
const auditRefreshMs = 5_000;

/** The frame around every page of a signed-in administrator. */
export function Shell() {
  const { t } = useLanguage();
  const [menuOpen, setMenuOpen] = useState(false);
  const [paletteOpen, setPaletteOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const mode = useEndpoint(getMode, { input: {}, refetchMs: 30_000 });

  useFocusReturn(menuOpen);
  useRefreshOnEvents();
  useFocusOnNewPage(main, path);
  usePaletteKey(() => setPaletteOpen((open) => !open));

  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        {t('shell.skip')}
      </a>
      <aside className={styles.side}>
        <Brand />
        <NavigationList />
      </aside>
      <Drawer
        open={menuOpen}
        onClose={() => setMenuOpen(false)}
        placement="left"
        size={264}
        title={t('app.name')}
        styles={{ body: { display: 'flex', padding: 0 } }}
      >
        <NavigationList onChosen={() => setMenuOpen(false)} />
      </Drawer>
      <div className={styles.column}>
        <TopBar
          menu={
            <span className={styles.narrowBrand}>
              <Button type="text" icon={<MenuIcon />} aria-label={t('shell.openMenu')} onClick={() => setMenuOpen(true)} />
              <Mark />
            </span>
          }
          openPalette={() => setPaletteOpen(true)}
        />
        {mode.data === undefined || mode.data.mode === 'enforce' ? null : <ModeBanner mode={mode.data} />}
        <DutyBanner />
        <main id="main" ref={main} tabIndex={-1} className={styles.main}>
          <Outlet />
        </main>
      </div>
      <Palette open={paletteOpen} close={() => setPaletteOpen(false)} />
      <PromptDialogs />
    </div>
  );
}

function Brand() {
  const { t } = useLanguage();
  return (
    <Link to="/" className={styles.brand}>
      <Mark />
      <span>{t('app.name')}</span>
    </Link>
  );
}

function useRefreshOnEvents(): void {
  const client = useQueryClient();
  const pending = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => () => clearTimeout(pending.current ?? undefined), []);
  useServerEvents((event) => {
    if (event.kind === 'attention' || event.kind === 'guard') {
      void client.invalidateQueries({ queryKey: [getToday.id] });
      void client.invalidateQueries({ queryKey: [getMode.id] });
      void client.invalidateQueries({ queryKey: [listApprovals.id] });
    }
    if (event.kind === 'alert')
      for (const read of [listAlerts, getDetections, getToday]) void client.invalidateQueries({ queryKey: [read.id] });
    if (event.kind === 'finding')
      for (const { id } of [listFindings, getFinding, listScans]) void client.invalidateQueries({ queryKey: [id] });
    if (event.kind === 'notice') void client.invalidateQueries({ queryKey: [listNotices.id] });
    if (event.kind === 'audit') {
      pending.current ??= setTimeout(() => {
        pending.current = null;
        void client.invalidateQueries({ queryKey: [getAuditStatus.id] });
      }, auditRefreshMs);
    }
  });
}

/** After a change of page the next Tab starts in it, and screen readers begin to read there. */
function useFocusOnNewPage(main: RefObject<HTMLElement | null>, path: string): void {
  const last = useRef(path);
  useEffect(() => {
    if (last.current === path) return;
    last.current = path;
    main.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [main, path]);
}

function usePaletteKey(toggle: () => void): void {
  const act = useEffectEvent(toggle);
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey) || event.altKey || event.shiftKey) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', listener);
    return () => removeEventListener('keydown', listener);
  }, []);
}
