import { Button } from 'antd';
import type { ReactNode } from 'react';
import { classNames } from '../ds/class-names.ts';
import { SearchIcon } from '../ds/icon.ts';
import { useLanguage } from '../i18n/language.tsx';
import { AccountMenu } from './account-menu.tsx';
import { DisplayMenus } from './display-menus.tsx';
import { ScopeControls } from './scope-controls.tsx';
import styles from './top-bar.module.css';

const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** What is chosen once for every page (app and span of time), the palette, and what concerns the person at the screen. */
export function TopBar({ menu, openPalette }: { readonly menu: ReactNode; readonly openPalette: () => void }) {
  const { t } = useLanguage();
  return (
    <header className={styles.bar}>
      <div className={styles.row}>
        {menu}
        <div className={styles.scope}>
          <ScopeControls />
        </div>
        <div className={styles.person}>
          <Button
            className={classNames(styles.search)}
            icon={<SearchIcon />}
            onClick={openPalette}
            aria-keyshortcuts="Control+K Meta+K"
          >
            <span className={styles.searchWords}>{t('palette.open')}</span>
            <span className={styles.key} aria-hidden="true">
              <kbd>{isApple ? '⌘K' : 'Ctrl K'}</kbd>
            </span>
          </Button>
          <DisplayMenus />
          <AccountMenu />
        </div>
      </div>
    </header>
  );
}
