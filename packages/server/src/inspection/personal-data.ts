import { createAgedRows } from '../store/aged-rows.ts';
import type { Store } from '../store/store.ts';

/** What people said of verdicts. */
export const agedFeedback = (store: Store) => createAgedRows(store, 'inspection_feedback', 'at');
