import type { Language } from '@menshen/contract';

const han = /\p{Script=Han}/u;
/** Lines that one comment may have; a file is somebody's own. */
const mostLines = 20;

/**
 * What stands in comments right above a line of a policy file (from 1), in one line. Where it is written in both languages, the lines of the one
 * that is asked for; else all of it.
 */
export function commentAbove(text: string, line: number, language: Language): string {
  const lines = text.split('\n').slice(0, Math.max(0, line - 1));
  const comment: string[] = [];
  for (let above = lines.pop()?.trim(); above?.startsWith('//') && comment.length < mostLines; above = lines.pop()?.trim())
    comment.unshift(above.replace(/^\/+\s*/, ''));
  const wanted = comment.filter((words) => han.test(words) === (language === 'zh'));
  const chosen = wanted.length === 0 ? comment : wanted;
  return chosen.join(language === 'zh' ? '' : ' ');
}
