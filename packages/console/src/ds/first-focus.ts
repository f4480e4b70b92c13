/**
 * Gives a dialog's first field the focus once it has opened: the dialog itself would give it to its close button. Who is quicker than its opening goes on
 * where they type.
 */
export function focusFirst(body: string, field: 'input' | 'textarea' | 'input, textarea'): void {
  const fields = document.getElementById(body);
  if (!fields?.contains(document.activeElement)) fields?.querySelector<HTMLElement>(field)?.focus();
}
