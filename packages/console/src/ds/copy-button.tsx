import { Button, Tooltip } from 'antd';
import { useEffect, useState } from 'react';
import { useLanguage } from '../i18n/language.tsx';
import { CopyIcon, SafeIcon } from './icon.ts';

const shownMs = 2_000;

interface CopyButtonProps {
  readonly text: string;
  /** What is copied, for the button's name. */
  readonly label: string;
  /** Shows the label beside the icon. */
  readonly wide?: boolean;
}

/** Copies a text and says so. */
export function CopyButton({ text, label, wide = false }: CopyButtonProps) {
  const { t } = useLanguage();
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), shownMs);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
    } catch {
      setState('refused');
    }
  };
  const told = state === 'copied' ? t('copy.done') : state === 'refused' ? t('copy.refused') : '';
  return (
    <>
      <Tooltip title={told === '' ? label : told}>
        <Button
          type={wide ? 'default' : 'text'}
          icon={state === 'copied' ? <SafeIcon /> : <CopyIcon />}
          aria-label={label}
          onClick={() => void copy()}
        >
          {wide ? (told === '' ? label : told) : null}
        </Button>
      </Tooltip>
      <span className="visually-hidden" aria-live="polite">
        {told}
      </span>
    </>
  );
}
