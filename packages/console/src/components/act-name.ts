import type { Bilingual, Language } from '@menshen/contract';

/** What an endpoint does, without what its summary says about approval. */
export function actName(summary: Bilingual, language: Language): string {
  const [name] = summary[language].split(language === 'zh' ? /[（；，]/ : /[;,]/);
  return name?.trim() ?? summary[language];
}
