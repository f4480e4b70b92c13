import { isLetter } from '../text/characters.ts';

const folders = ['bin', 'usr', 'sbin', 'etc', 'dev', 'tmp', 'var', 'home', 'root', 'proc', 'opt'];

/** Whether a path is written with wildcards where its folder would have stood as well: `/b?n/c?t`, `/???/p??swd`, `/[e]tc/passwd`. */
export function matchesBinary(path: string): boolean {
  let wild = 0;
  let letters = 0;
  for (let at = 0; at < path.length; at += 1) {
    const code = path.charCodeAt(at);
    if (code === 0x3f || code === 0x2a || code === 0x5b) wild += 1;
    else if (isLetter(code)) letters += 1;
  }
  if (wild === 0 || letters === 0) return false;
  const end = path.indexOf('/', 1);
  const head = end < 0 ? path.slice(1) : path.slice(1, end);
  const fits = folders.some((folder) => matches(head, folder));
  if (!fits) return false;
  return wild >= 2 || /[?[*]/.test(head) || /[?[]/.test(path.slice(end + 1, end + 80));
}

/** Simple wildcard matching of short names: `?`, `*` and `[…]`. */
function matches(pattern: string, name: string): boolean {
  if (pattern.length > 40) return false;
  let states = new Set([0]);
  for (let at = 0; at < pattern.length; at += 1) {
    const code = pattern[at];
    const next = new Set<number>();
    let close = at;
    if (code === '[') {
      close = pattern.indexOf(']', at + 2);
      if (close < 0) return false;
    }
    for (const state of states) {
      if (code === '*') for (let to = state; to <= name.length; to += 1) next.add(to);
      else if (
        state < name.length &&
        (code === '?' || code === name[state] || (code === '[' && inClass(pattern, at, close, name[state]!)))
      ) {
        next.add(state + 1);
      }
    }
    states = next;
    at = close;
  }
  return states.has(name.length);
}

function inClass(pattern: string, open: number, close: number, letter: string): boolean {
  const negated = pattern[open + 1] === '!' || pattern[open + 1] === '^';
  const members = pattern.slice(open + (negated ? 2 : 1), close);
  return (
    members.includes(letter) !== negated ||
    (members.length === 3 && members[1] === '-' && letter >= members[0]! && letter <= members[2]!)
  );
}
