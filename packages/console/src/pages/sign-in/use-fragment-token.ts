import { useSyncExternalStore } from 'react';
import { tokenOfFragment } from './setup-form.ts';

function listen(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

/** The token of the link that is open; another link that is pasted into the same tab changes only the fragment, and loads nothing anew. */
export function useFragmentToken(): string | null {
  const hash = useSyncExternalStore(listen, () => location.hash);
  return tokenOfFragment(hash);
}
