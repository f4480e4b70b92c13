import { commonWords } from './common-words.ts';
import { passwordMinLength } from './model.ts';

const years = Array.from({ length: 2035 - 1960 }, (_, at) => String(1960 + at));
const tails = [
  ...['1', '12', '123', '1234', '12345', '123456', '1234567', '12345678', '123456789', '1234567890', '12345678910'],
  ...['0', '00', '000', '01', '007', '11', '111', '1111', '22', '222', '321', '4321', '54321', '654321', '666', '6666'],
  ...['66', '68', '77', '777', '88', '888', '8888', '88888888', '99', '999', '520', '521', '1314', '5201314', '147258369'],
  ...['abc', 'abcd', 'abc123', 'qwe', 'qwerty', 'asd', 'a', 'aa', 'aaa', 'x', 'xyz', '!', '!!', '!@#', '!@#$', '@123', '@1234'],
  ...[
    '#1',
    '#123',
    '@2023',
    '@2024',
    '@2025',
    '@2026',
    '.123',
    '_123',
    '-123',
    '*123',
    '123!',
    '123!@#',
    '1!',
    '1234!',
    '12345!',
  ],
  ...years,
];
const heads = [
  '123',
  '1234',
  '123456',
  '12345678',
  '123456789',
  'a',
  'abc',
  'qwe',
  'my',
  'the',
  'mr',
  'i',
  'iam',
  '520',
  '666',
  '888',
];
/** Runs along the keyboard and the number pad, and what is typed with one finger. */
const runs = [
  ...['1234567890', '0987654321', '12345678901234567890', 'abcdefghijklmnopqrstuvwxyz', 'zyxwvutsrqponmlkjihgfedcba'],
  ...['qwertyuiopasdfghjklzxcvbnm', 'qwertyuiop[]asdfghjkl', '1qaz2wsx3edc4rfv5tgb6yhn7ujm', 'zaq12wsxcde34rfvbgt56yhn'],
  ...[
    'q1w2e3r4t5y6u7i8o9p0',
    '1q2w3e4r5t6y7u8i9o0p',
    'a1b2c3d4e5f6g7h8i9j0',
    '147258369147258369',
    '159357159357',
    '1234qwerasdfzxcv',
  ],
  ...[
    '789456123789456123',
    '741852963741852963',
    '1a2b3c4d5e6f7g8h',
    'aabbccddeeff',
    '112233445566778899',
    '123123123123123',
    '123321123321',
  ],
  ...[
    'asdfghjkl;asdfghjkl',
    '!@#$%^&*()_+',
    '1!2@3#4$5%6^7&',
    'qazwsxedcrfvtgbyhnujm',
    '123qweasdzxc123',
    'qwe123qwe123qwe',
    'abc123abc123abc',
  ],
];

/** Letters for the digits and signs that people put in their place. */
const plainLetters: Readonly<Record<string, string>> = {
  '0': 'o',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/** The spelling under which a password is looked up. */
export function foldPassword(password: string): string {
  return password.normalize('NFKC').toLowerCase();
}

/** The same with letters in place of look-alike digits and signs: `p@ssw0rd` is `password`. A one stands for l or i. */
export function unleet(folded: string): readonly string[] {
  const plain = folded.replace(/[03457@$!]/g, (sign) => plainLetters[sign] ?? sign);
  return [plain.replaceAll('1', 'l'), plain.replaceAll('1', 'i')];
}

let made: ReadonlySet<string> | null = null;

/**
 * The bundled blocklist: the first passwords that somebody would try of those with at least {@link passwordMinLength} characters (ASVS 5.0 6.2.4).
 * Tens of thousands, made at first use from the words of public lists with the endings and repetitions that the lists show.
 */
export function commonPasswords(): ReadonlySet<string> {
  if (made !== null) return made;
  const all = new Set<string>();
  const add = (password: string): void => {
    if (password.length >= passwordMinLength) all.add(password);
  };
  for (const word of commonWords) {
    add(word);
    add(word + word);
    add(word + word + word);
    for (const tail of tails) {
      add(word + tail);
      add(word + word + tail);
    }
    for (const head of heads) {
      add(head + word);
      for (const tail of ['123', '1234', '123456', '!', '1']) add(head + word + tail);
    }
  }
  for (const run of runs) {
    const twice = run + run;
    for (let length = passwordMinLength; length <= Math.min(run.length + 8, twice.length); length += 1)
      add(twice.slice(0, length));
    for (let from = 1; from + passwordMinLength <= run.length; from += 1) add(run.slice(from));
  }
  for (let digit = 0; digit <= 9; digit += 1)
    for (let length = passwordMinLength; length <= 20; length += 1) add(String(digit).repeat(length));
  made = all;
  return all;
}
