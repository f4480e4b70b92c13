/** Brings a value into the one form under which it is found again. Throws RangeError on a value that has no such form. */
export type Normaliser = (value: string) => string;

const clean = (value: string): string => value.normalize('NFKC').trim();

/** Without spaces, hyphens and brackets as people write them. */
const compact = (value: string): string => clean(value).replace(/[\s()\-‐-―.]/g, '');

const normalisers_ = {
  /** Unicode NFKC, outer blanks off, inner blanks as one. */
  text: (value: string): string => clean(value).replace(/\s+/g, ' '),
  /** As `text`, in lower case. */
  caseless: (value: string): string => clean(value).replace(/\s+/g, ' ').toLowerCase(),
  /** A mobile number of the mainland as 11 digits, with or without +86; others as E.164 digits after a plus. */
  phone: (value: string): string => {
    const digits = compact(value).replace(/^(?:\+|00)86(?=1\d{10}$)/, '');
    if (/^1\d{10}$/.test(digits)) return digits;
    const abroad = digits.replace(/^00/, '+');
    if (/^\+\d{6,15}$/.test(abroad)) return abroad;
    if (/^\d{5,15}$/.test(digits)) return digits;
    throw new RangeError('not a telephone number');
  },
  /** GB 11643: 18 characters, X in upper case. */
  identity_card: (value: string): string => {
    const text = compact(value).toUpperCase();
    if (!/^(\d{17}[\dX]|\d{15})$/.test(text)) throw new RangeError('not an identity card number');
    return text;
  },
  /** Digits only. */
  bank_card: (value: string): string => {
    const text = compact(value);
    if (!/^\d{12,19}$/.test(text)) throw new RangeError('not a bank card number');
    return text;
  },
  /** In lower case as a whole: addresses that differ by case only belong to one person in practice. */
  email: (value: string): string => {
    const text = clean(value).toLowerCase();
    if (text.length > 254 || !/^[^\s@]{1,64}@[^\s@]{1,253}$/.test(text)) throw new RangeError('not a mail address');
    return text;
  },
  /** The last four characters of the compact form, for search by the end of a number. */
  last_four: (value: string): string => {
    const text = compact(value).toUpperCase();
    if (text.length < 4) throw new RangeError('shorter than four characters');
    return text.slice(-4);
  },
} as const satisfies Record<string, Normaliser>;

export type NormaliserName = keyof typeof normalisers_;
export const normalisers: Readonly<Record<NormaliserName, Normaliser>> = Object.freeze(normalisers_);
