import { useRouter } from '@tanstack/react-router';
import { Button, Dropdown, Tooltip } from 'antd';
import { DarkIcon, FollowSystemIcon, LanguageIcon, LightIcon } from '../ds/icon.ts';
import { useLanguage } from '../i18n/language.tsx';
import { chooseTheme, type ThemeChoice, useThemeChoice } from '../theme/theme-choice.ts';

const themeIcons: Readonly<Record<ThemeChoice, React.ReactNode>> = {
  light: <LightIcon />,
  dark: <DarkIcon />,
  system: <FollowSystemIcon />,
};

/** Switches the language here and, where it is written there, in the address. */
export function useLanguageSwitch(): () => void {
  const { language, choose } = useLanguage();
  const router = useRouter();
  return () => {
    const other = language === 'zh' ? 'en' : 'zh';
    choose(other);
    if ('lang' in router.state.location.search) {
      void router.navigate({ to: '.', search: (search) => ({ ...search, lang: other }), replace: true });
    }
  };
}

/** Language and theme. */
export function DisplayMenus() {
  const { t } = useLanguage();
  const switchLanguage = useLanguageSwitch();
  const choice = useThemeChoice();
  const items = (['system', 'light', 'dark'] as const).map((theme) => ({
    key: theme,
    label: t(`theme.${theme}`),
    icon: themeIcons[theme],
  }));
  return (
    <>
      <Tooltip title={t('language.switchHint')}>
        <Button type="text" icon={<LanguageIcon />} onClick={switchLanguage} aria-label={t('language.switch')}>
          {t('language.other')}
        </Button>
      </Tooltip>
      <Dropdown
        trigger={['click']}
        menu={{ items, selectable: true, selectedKeys: [choice], onClick: ({ key }) => chooseTheme(key as ThemeChoice) }}
      >
        <Button type="text" icon={themeIcons[choice]} aria-label={t('theme.choose', { theme: t(`theme.${choice}`) })} />
      </Dropdown>
    </>
  );
}
