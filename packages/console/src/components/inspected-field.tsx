import type { InspectedField } from '@menshen/contract';
import { useLanguage } from '../i18n/language.tsx';

/** A field of a request: where it stands, in words, and its name. */
export function InspectedFieldName({ place, name }: InspectedField) {
  const { t } = useLanguage();
  return (
    <>
      {t(`place.${place}`)} {name === '' ? null : <code>{name}</code>}
    </>
  );
}
