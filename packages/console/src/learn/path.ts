import { useSyncExternalStore } from 'react';

const subscribe = (hear: () => void): (() => void) => {
  addEventListener('popstate', hear);
  return () => removeEventListener('popstate', hear);
};

/** The path of the address. */
export const usePath = (): string => useSyncExternalStore(subscribe, () => location.pathname);

/** Goes to another path of the page. */
export function go(path: string, { replace = false }: { readonly replace?: boolean } = {}): void {
  if (replace) history.replaceState(null, '', path);
  else history.pushState(null, '', path);
  dispatchEvent(new PopStateEvent('popstate'));
  scrollTo(0, 0);
}
