import type { AppView, Language, Person } from '@menshen/contract';
import type { Translate } from '../i18n/translate.ts';
import { pagesApart, verbGroups } from './navigation.ts';

/** A thing that the palette can do: go to a path, or an act of its own. */
export interface PaletteEntry {
  readonly id: string;
  readonly group: 'pages' | 'direct' | 'people' | 'apps' | 'acts';
  readonly label: string;
  readonly note: string;
  readonly go: { readonly path: string } | { readonly act: 'language' | 'theme' | 'sign-out' };
}

interface PaletteSources {
  readonly t: Translate;
  readonly language: Language;
  readonly apps: readonly AppView[];
  readonly people: readonly Person[];
}

const perGroup = 6;

/** What was typed is itself an address: a request's id, or the number of an audit entry. */
function direct(typed: string, t: Translate): PaletteEntry[] {
  const entries: PaletteEntry[] = [];
  const index = /^#?(\d{1,15})$/.exec(typed)?.[1];
  if (index !== undefined) {
    entries.push({
      id: 'entry',
      group: 'direct',
      label: t('palette.openEntry', { index }),
      note: t('audit.title'),
      go: { path: `/audit/${index}` },
    });
  }
  if (/^[A-Za-z0-9_-]{8,64}$/.test(typed) && /[0-9_-]/.test(typed) && index === undefined) {
    entries.push({
      id: 'request',
      group: 'direct',
      label: t('palette.openRequest', { id: typed }),
      note: t('traffic.title'),
      go: { path: `/traffic/${typed}` },
    });
  }
  return entries;
}

/** The entries that answer what was typed; all pages and acts before anything is typed. */
export function paletteEntries(typed: string, sources: PaletteSources): readonly PaletteEntry[] {
  const { t, language } = sources;
  const text = typed.trim();
  const needle = text.toLocaleLowerCase();
  const answers = (...words: readonly string[]): boolean => words.some((word) => word.toLocaleLowerCase().includes(needle));
  const pages = [...verbGroups.flatMap((group) => group.pages), ...pagesApart]
    .map(
      (page): PaletteEntry => ({
        id: page.to,
        group: 'pages',
        label: t(page.title),
        note: t(page.question),
        go: { path: page.to },
      }),
    )
    .filter((entry) => answers(entry.label, entry.note, entry.id));
  const acts: readonly PaletteEntry[] = [
    { id: 'language', group: 'acts', label: t('language.switchHint'), note: '', go: { act: 'language' } },
    { id: 'theme', group: 'acts', label: t('palette.theme'), note: '', go: { act: 'theme' } },
    { id: 'sign-out', group: 'acts', label: t('account.signOut'), note: '', go: { act: 'sign-out' } },
  ];
  if (text === '') return [...pages, ...acts];
  const people = sources.people.slice(0, perGroup).map(
    (person): PaletteEntry => ({
      id: `person:${person.uid}`,
      group: 'people',
      label: person.name === '' ? person.uid : person.name,
      note: [person.uid, person.departments[0]?.name ?? ''].filter((part) => part !== '').join(' · '),
      go: { path: `/people/${encodeURIComponent(person.uid)}` },
    }),
  );
  const apps = sources.apps
    .filter((app) => answers(app.id, app.name.zh, app.name.en))
    .slice(0, perGroup)
    .map(
      (app): PaletteEntry => ({
        id: `app:${app.id}`,
        group: 'apps',
        label: t('palette.appTraffic', { app: app.name[language] }),
        note: app.id,
        go: { path: `/traffic?app=${encodeURIComponent(app.id)}` },
      }),
    );
  return [...pages, ...direct(text, t), ...people, ...apps, ...acts.filter((entry) => answers(entry.label))];
}
