import type { ReactNode } from 'react';
import { ConfirmDialog } from './confirm-dialog.tsx';

/** The act of an endpoint that takes something back by its id, with a reason. */
interface Revocation {
  readonly isPending: boolean;
  readonly error: Error | null;
  reset(): void;
  mutate(
    input: { readonly params: { readonly id: string }; readonly body: { readonly reason: string } },
    options: { readonly onSuccess: () => void },
  ): void;
}

interface RevokeDialogProps {
  /** What is to be taken back; the dialog is closed while there is nothing. */
  readonly target: { readonly id: string } | null;
  readonly revoke: Revocation;
  /** Of the dialog and of its button. */
  readonly title: string;
  readonly consequence: ReactNode;
  readonly onClose: () => void;
}

/** Asks why something is taken back, and takes it back. */
export function RevokeDialog({ target, revoke, title, consequence, onClose }: RevokeDialogProps) {
  const done = (): void => {
    revoke.reset();
    onClose();
  };
  return (
    <ConfirmDialog
      open={target !== null}
      title={title}
      consequence={consequence}
      confirm={title}
      danger
      reasonLength={4}
      busy={revoke.isPending}
      error={revoke.error}
      onConfirm={(reason) => {
        if (target !== null) revoke.mutate({ params: { id: target.id }, body: { reason } }, { onSuccess: done });
      }}
      onClose={done}
    />
  );
}
