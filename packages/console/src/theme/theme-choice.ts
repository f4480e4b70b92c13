import { useSyncExternalStore } from 'react';
import type { ThemeName } from './tokens.ts';

export const themeStorageKey = 'menshen.theme';

export type ThemeChoice = ThemeName | 'system';

const choices: readonly ThemeChoice[] = ['system', 'light', 'dark'];
const listeners = new Set<() => void>();
const darkQuery = '(prefers-color-scheme: dark)';
const motionQuery = '(prefers-reduced-motion: reduce)';

function stored(): ThemeChoice {
  const value = localStorage.getItem(themeStorageKey);
  return choices.find((choice) => choice === value) ?? 'system';
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  const queries = [darkQuery, motionQuery].map((query) => matchMedia(query));
  for (const query of queries) query.addEventListener('change', listener);
  addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    for (const query of queries) query.removeEventListener('change', listener);
    removeEventListener('storage', listener);
  };
}

/** What was chosen: a theme, or to follow the system. */
export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore(subscribe, stored);
}

/** The theme that is in force. */
export function useThemeName(): ThemeName {
  return useSyncExternalStore(subscribe, () => {
    const choice = stored();
    if (choice !== 'system') return choice;
    return matchMedia(darkQuery).matches ? 'dark' : 'light';
  });
}

export function useReducedMotion(): boolean {
  return useSyncExternalStore(subscribe, () => matchMedia(motionQuery).matches);
}

/** Keeps the choice in this browser and puts it into force. */
export function chooseTheme(choice: ThemeChoice): void {
  localStorage.setItem(themeStorageKey, choice);
  for (const listener of listeners) listener();
}
