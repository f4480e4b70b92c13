import type { Language } from '@menshen/contract';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { createFormatter, type Formatter } from './format.ts';
import { locales, type Translate, translatorOf } from './translate.ts';

export const languageStorageKey = 'menshen.language';

interface LanguageState {
  readonly language: Language;
  readonly t: Translate;
  readonly format: Formatter;
  readonly choose: (language: Language) => void;
}

const LanguageContext = createContext<LanguageState | null>(null);

const asLanguage = (value: string | null): Language | null => (value === 'zh' || value === 'en' ? value : null);

/** `?lang=` first, then what was chosen in this browser, then what the browser asks for; Chinese otherwise. */
export function initialLanguage(search: string, stored: string | null, preferred: readonly string[]): Language {
  const asked = asLanguage(new URLSearchParams(search).get('lang')) ?? asLanguage(stored);
  if (asked !== null) return asked;
  const first = preferred.find((tag) => /^(zh|en)\b/i.test(tag));
  return first !== undefined && /^en/i.test(first) ? 'en' : 'zh';
}

export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(() =>
    initialLanguage(location.search, localStorage.getItem(languageStorageKey), navigator.languages),
  );
  useEffect(() => {
    document.documentElement.lang = locales[language];
    localStorage.setItem(languageStorageKey, language);
  }, [language]);
  const state = useMemo(
    () => ({ language, t: translatorOf(language), format: createFormatter(language), choose: setLanguage }),
    [language],
  );
  return <LanguageContext value={state}>{children}</LanguageContext>;
}

/** Language in force, its translator and its formats. */
export function useLanguage(): LanguageState {
  const state = useContext(LanguageContext);
  if (state === null) throw new TypeError('useLanguage outside LanguageProvider');
  return state;
}
