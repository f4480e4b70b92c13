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

/** Simple wildcard matching of names shorter than 30: `?`, `*` and `[…]`. Bit n of the states: the first n letters are matched. */
function matches(pattern: string, name: string): boolean {
  if (pattern.length > 40) return false;
  const all = 2 ** (name.length + 1) - 1;
  let states = 1;
  for (let at = 0; at < pattern.length && states !== 0; at += 1) {
    const code = pattern[at];
    if (code === '*') {
      // Each state reaches itself and all behind it.
      states = all & ~((states & -states) - 1);
      continue;
    }
    const close = code === '[' ? pattern.indexOf(']', at + 2) : at;
    if (close < 0) return false;
    let next = 0;
    for (let state = 0; state < name.length; state += 1)
      if (
        (states & (1 << state)) !== 0 &&
        (code === '?' || code === name[state] || (code === '[' && inClass(pattern, at, close, name[state] as string)))
      )
        next |= 1 << (state + 1);
    states = next;
    at = close;
  }
  return (states & (1 << name.length)) !== 0;
}

function inClass(pattern: string, open: number, close: number, letter: string): boolean {
  const negated = pattern[open + 1] === '!' || pattern[open + 1] === '^';
  const members = pattern.slice(open + (negated ? 2 : 1), close);
  return (
    members.includes(letter) !== negated ||
    (members.length === 3 && members[1] === '-' && letter >= members[0]! && letter <= members[2]!)
  );
}
