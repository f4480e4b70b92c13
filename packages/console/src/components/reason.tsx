import { codeText } from '../api/api-error.ts';
import { useLanguage } from '../i18n/language.tsx';

/** A reason code in plain words, with the code itself for those who search by it. */
export function Reason({ code, withCode = false }: { readonly code: string; readonly withCode?: boolean }) {
  const { language } = useLanguage();
  const text = codeText(code, language);
  return (
    <>
      <span title={code}>{text}</span>
      {withCode && text !== code ? (
        <>
          {' '}
          <code className="quiet">{code}</code>
        </>
      ) : null}
    </>
  );
}
