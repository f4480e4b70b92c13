import { useEffect, useState } from 'react';

/**
 * Gives the focus back, when a dialog closes, to what had it when the dialog opened (WAI-ARIA APG, dialog pattern); where that is
 * gone, as the row of an ended session is, to the page.
 */
export function useFocusReturn(open: boolean): void {
  const [known, setKnown] = useState(false);
  const [before, setBefore] = useState<Element | null>(null);
  // While rendering, since the dialog moves the focus as soon as it is there.
  if (known !== open) {
    setKnown(open);
    if (open) setBefore(document.activeElement);
  }
  useEffect(() => {
    if (!open || !(before instanceof HTMLElement)) return;
    return () => {
      const target = before.isConnected && before !== document.body ? before : document.getElementById('main');
      target?.focus({ preventScroll: true });
    };
  }, [open, before]);
}
