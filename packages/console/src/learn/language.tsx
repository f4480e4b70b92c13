import type { Language } from '@menshen/contract';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { type LearnTranslate, learnTranslator } from './translate.ts';

interface Words {
  readonly language: Language;
  readonly t: LearnTranslate;
  /** A day in the company's time. */
  readonly day: (time: number) => string;
  readonly choose: (language: Language) => void;
}

const WordsContext = createContext<Words | null>(null);
const storageKey = 'menshen.learn.language';

/** Storage may be blocked, as it is in some private windows. */
function stored(): string | null {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null;
  }
}

function firstLanguage(): Language {
  const kept = new URLSearchParams(location.search).get('lang') ?? stored();
  if (kept === 'zh' || kept === 'en') return kept;
  return /^en\b/i.test(navigator.language) ? 'en' : 'zh';
}

export function WordsProvider({ children }: { readonly children: ReactNode }) {
  const [language, choose] = useState<Language>(firstLanguage);
  const words = useMemo((): Words => {
    const dates = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
      ...({ timeZone: 'Asia/Shanghai', month: 'short', day: 'numeric' } as const),
    });
    return { language, t: learnTranslator(language), day: (time) => dates.format(time), choose };
  }, [language]);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en-GB';
    document.title = words.t('title');
    try {
      localStorage.setItem(storageKey, language);
    } catch {
      // It is asked for again at the next visit.
    }
  }, [language, words]);
  return <WordsContext value={words}>{children}</WordsContext>;
}

export function useWords(): Words {
  const words = useContext(WordsContext);
  if (words === null) throw new TypeError('useWords outside WordsProvider');
  return words;
}
