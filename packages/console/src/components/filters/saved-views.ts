import * as z from 'zod';

export const savedViewsKey = 'menshen.views';
const mostViews = 50;

const savedView = z.object({ name: z.string().min(1).max(40), path: z.string().startsWith('/').max(2_000) });
export type SavedView = z.output<typeof savedView>;

const savedViews = z.array(savedView).max(mostViews).catch([]);

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem'>;

/** The views that this browser keeps; none when what is kept cannot be read. */
export function readViews(storage: Storage): readonly SavedView[] {
  const text = storage.getItem(savedViewsKey);
  if (text === null) return [];
  try {
    return savedViews.parse(JSON.parse(text));
  } catch {
    return [];
  }
}

/** Adds a view, or replaces the one of the same name on the same page; the oldest goes when there are too many. */
export function addView(views: readonly SavedView[], view: SavedView): readonly SavedView[] {
  const page = pageOf(view.path);
  const others = views.filter((other) => other.name !== view.name || pageOf(other.path) !== page);
  return [...others, view].slice(-mostViews);
}

export function writeViews(storage: Storage, views: readonly SavedView[]): void {
  storage.setItem(savedViewsKey, JSON.stringify(views));
}

/** Path without its filters. */
export function pageOf(path: string): string {
  return path.split('?')[0] ?? path;
}
