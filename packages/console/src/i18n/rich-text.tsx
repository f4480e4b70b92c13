import { Fragment, type ReactNode } from 'react';
import type { MessageKey } from './dictionary.ts';
import { useLanguage } from './language.tsx';
import { messageText, splitMessage, type Values } from './translate.ts';

type RichTextProps<Key extends MessageKey> = {
  readonly id: Key;
  /** Chooses the plural form; shown where the text says `{count}`. */
  readonly count?: number;
} & (Values<Key, ReactNode> extends [] ? { readonly values?: undefined } : { readonly values: Values<Key, ReactNode>[0] });

/** A text whose placeholders are elements, so that no sentence is put together from pieces. */
export function RichText<Key extends MessageKey>({ id, count, values }: RichTextProps<Key>) {
  const { language } = useLanguage();
  const given: Readonly<Record<string, ReactNode>> = values ?? {};
  return splitMessage(messageText(language, id, count)).map((part, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text never move
    <Fragment key={at}>{at % 2 === 0 ? part : given[part]}</Fragment>
  ));
}
