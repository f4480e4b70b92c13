import { Input } from 'antd';
import { useEffect, useState } from 'react';
import { SearchIcon } from '../../ds/icon.ts';

const settleMs = 300;

interface SearchFieldProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly maxLength: number;
  readonly width?: number;
  readonly onChange: (value: string | undefined) => void;
}

/** A text filter. It takes effect when the typing pauses, so that not every letter is a query. */
export function SearchField({ label, value, maxLength, width = 220, onChange }: SearchFieldProps) {
  const [typed, setTyped] = useState(value ?? '');
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    if (typed.trim() !== (value ?? '')) setTyped(value ?? '');
  }
  useEffect(() => {
    const wanted = typed.trim() === '' ? undefined : typed.trim();
    if (wanted === value) return;
    const timer = setTimeout(() => onChange(wanted), settleMs);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  return (
    <Input
      aria-label={label}
      placeholder={label}
      prefix={<SearchIcon aria-hidden="true" />}
      allowClear
      maxLength={maxLength}
      style={{ width, maxWidth: '100%' }}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}
