import { safeTarget } from '../../app/safe-target.ts';

const key = 'menshen.sign-in.next';

type Kept = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Keeps, for this tab alone, where the person wanted to go before the browser left for the identity provider. */
export function keepTarget(store: Kept, next: string | undefined): void {
  if (next === undefined) store.removeItem(key);
  else store.setItem(key, next);
}

/** Where the person wanted to go, once; a path of this console whatever was kept. */
export function takeTarget(store: Kept): string {
  const kept = store.getItem(key) ?? undefined;
  store.removeItem(key);
  return safeTarget(kept);
}

/** The provider's address, if it is one that a browser opens as a page. Throws RangeError otherwise. */
export function providerAddress(url: string): string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw new RangeError('not a web address');
  return url;
}
