const maxEvidence = 80;

/** Words that show what an attack does, beyond the literals of the detectors. Lower case. */
const commonWords: ReadonlySet<string> = new Set(
  (
    'a an and or not null true false is in as by on from where select union insert update delete drop table into values set like limit order group having ' +
    'sleep benchmark waitfor delay exec execute cast convert char concat if else case when then end script img svg iframe body input onerror onload onclick ' +
    'src href style javascript data http https file ftp gopher alert prompt confirm document cookie window location eval function return var let const new this ' +
    'constructor prototype proto process require system passthru shell popen cmd sh bash cat ls id whoami curl wget nc ping echo etc passwd shadow hosts proc ' +
    'self environ windows win ini boot admin root localhost java lang runtime class getclass forname php phpinfo include include_once base64 decode filter input ' +
    'entity doctype element system public xml jndi ldap rmi dns ne gt lt gte lte regex exists nin where expr'
  ).split(' '),
);

const word = /\p{Script=Han}+|[\p{L}\p{M}_]+|\p{N}+/gu;

/**
 * Keeps of a piece of a request what shows the attack: signs, and words that belong to the languages of attacks. Every other word keeps its first
 * letter, every number of more than two digits becomes `#`, other scripts become `□`; at most 80 characters, on one line. So a log of attacks is no
 * store of what people typed. `known` tells further words, lower case.
 */
export function maskEvidence(text: string, known: (word: string) => boolean = () => false): string {
  const shown = text
    .slice(0, maxEvidence * 2)
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+/g, ' ')
    .replace(word, (found) => {
      const first = found.codePointAt(0) ?? 0;
      if (/^\p{N}/u.test(found)) return found.length <= 2 ? found : '#';
      if (first > 0x7f) return '□';
      const lower = found.toLowerCase();
      return found.length === 1 || commonWords.has(lower) || known(lower) ? found : `${found[0]}…`;
    });
  return shown.length > maxEvidence ? `${shown.slice(0, maxEvidence - 1)}…` : shown;
}
