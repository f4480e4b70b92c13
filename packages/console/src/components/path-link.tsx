import { useRouter } from '@tanstack/react-router';
import type { MouseEvent, ReactNode } from 'react';
import { safeTarget } from '../app/safe-target.ts';

/** A link to a path that the server named: only ever within the console. */
export function PathLink({
  to,
  className,
  children,
}: {
  readonly to: string;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}) {
  const router = useRouter();
  const target = safeTarget(to);
  const go = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    router.history.push(target);
  };
  return (
    <a href={target} className={className} onClick={go}>
      {children}
    </a>
  );
}
