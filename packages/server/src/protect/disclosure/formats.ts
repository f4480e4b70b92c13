import type { MaskFormat } from '@menshen/contract';

const stars = (count: number): string => '*'.repeat(Math.max(1, count));

/** The first and last so many characters, stars for what is between; nothing but stars where that would show all. */
function keepEnds(letters: readonly string[], first: number, last: number): string {
  if (letters.length <= first + last) return stars(letters.length);
  const hidden = letters.length - first - last;
  return `${letters.slice(0, first).join('')}${stars(hidden)}${letters.slice(letters.length - last).join('')}`;
}

const masks: Readonly<Record<MaskFormat, (letters: readonly string[], text: string) => string>> = {
  // Of two characters the first is hidden, of more the ones between the first and the last.
  name: (letters) => (letters.length === 2 ? `*${letters[1] ?? ''}` : keepEnds(letters, 1, 1)),
  phone(_letters, text) {
    const [, code = '', number = ''] = /^(\+\d{1,3}[ -]?)?(.*)$/s.exec(text) ?? [];
    const digits = [...number];
    return code + (digits.length >= 10 ? keepEnds(digits, 3, 2) : keepEnds(digits, 2, 2));
  },
  identity_card: (letters) => keepEnds(letters, 1, 1),
  bank_card: (letters) => (letters.length <= 4 ? stars(letters.length) : keepEnds(letters, 0, 4)),
  // Down to the district: what follows leads to a door.
  address(letters, text) {
    const district = /^.{1,40}?(?:[区县旗]|(?<=市).{1,10}?市)/su.exec(text)?.[0];
    const shown = district === undefined ? Math.min(6, Math.floor(letters.length / 2)) : [...district].length;
    return `${letters.slice(0, shown).join('')}${stars(Math.min(6, letters.length - shown))}`;
  },
  mail(letters, text) {
    const at = text.lastIndexOf('@');
    if (at < 1) return keepEnds(letters, 1, 1);
    const local = [...text.slice(0, at)];
    return `${local.length === 1 ? '*' : `${local[0] ?? ''}${stars(Math.min(6, local.length - 1))}`}${text.slice(at)}`;
  },
  text: (letters) => (letters.length < 8 ? '****' : `${letters.slice(0, 3).join('')}****${letters.slice(-2).join('')}`),
};

/**
 * Masks a value in the form that WeChat's guide for developers asks for (mini program security, information leakage): names, identity cards,
 * phone numbers, bank cards; mail addresses and postal addresses by the same thought. Length is bounded: what is longer is `text`.
 */
export function maskValue(text: string, format: MaskFormat): string {
  const letters = [...text];
  return (letters.length > 200 ? masks.text : masks[format])(letters, text);
}
