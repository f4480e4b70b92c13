import { useSyncExternalStore } from 'react';
import { prompts } from '../api/client.ts';
import { ApprovalDialog } from './approval-dialog.tsx';
import { StepUpDialog } from './step-up-dialog.tsx';

/** The questions that stand between a person's act and its answer. */
export function PromptDialogs() {
  const prompt = useSyncExternalStore(prompts.listen, prompts.current);
  const stepUp = prompt?.kind === 'step-up' ? prompt : null;
  const approval = prompt?.kind === 'approval' ? prompt : null;
  return (
    <>
      <StepUpDialog open={stepUp !== null} settle={(done) => stepUp?.settle(done)} />
      <ApprovalDialog call={approval?.call ?? null} settle={(wish) => approval?.settle(wish)} />
    </>
  );
}
