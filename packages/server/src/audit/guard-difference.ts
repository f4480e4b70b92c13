import { type GuardDifference, readGuardPlace } from '@menshen/contract/campaign-facts';
import { parseStage } from './gateway-event.ts';

/** What a guard that refused says it saw, from its line among the stages of a request; null where it says nothing of it. */
export function guardDifference(line: string): GuardDifference | null {
  // Requests are held to the rules before they are forwarded, answers before anything of them is disclosed.
  if (!line.startsWith('guard|refuse|') && !line.startsWith('disclose|refuse|')) return null;
  return readGuardPlace(parseStage(line)?.where ?? '');
}
