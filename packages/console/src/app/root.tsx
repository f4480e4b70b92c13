import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { useEffect } from 'react';
import { queryClient } from '../api/client.ts';
import { LanguageProvider, useLanguage } from '../i18n/language.tsx';
import { antdTheme } from '../theme/antd-theme.ts';
import { useReducedMotion, useThemeName } from '../theme/theme-choice.ts';
import { router } from './router.tsx';

const antdLocales = { zh: zhCN, en: enUS };

/** The whole console: language, theme, data and pages. */
export function Root() {
  return (
    <LanguageProvider>
      <Themed />
    </LanguageProvider>
  );
}

function Themed() {
  const { language } = useLanguage();
  const theme = useThemeName();
  const reducedMotion = useReducedMotion();
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  return (
    <ConfigProvider
      theme={antdTheme(theme, reducedMotion)}
      locale={antdLocales[language]}
      button={{ autoInsertSpace: false }}
      wave={{ disabled: true }}
    >
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </ConfigProvider>
  );
}
