import { parseStage } from './gateway-event.ts';

/** What a guard expected and what came, as it is recorded: see `guardFact`. */
export interface GuardDifference {
  readonly expected: string;
  readonly seen: string;
}

const place = /^(?:campaign|answer) ([^ ]{1,300}) ([^ ]{1,300})$/;

/** What a guard that refused says it saw, from its line among the stages of a request; null where it says nothing of it. */
export function guardDifference(line: string): GuardDifference | null {
  // Requests are held to the rules before they are forwarded, answers before anything of them is disclosed.
  if (!line.startsWith('guard|refuse|') && !line.startsWith('disclose|refuse|')) return null;
  const found = place.exec(parseStage(line)?.where ?? '');
  return found === null ? null : { expected: found[1] ?? '', seen: found[2] ?? '' };
}
