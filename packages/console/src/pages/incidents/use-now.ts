import { useEffect, useState } from 'react';

const stepMs = 15_000;

/** The time, anew every quarter of a minute: for what is left of deadlines. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), stepMs);
    return () => clearInterval(timer);
  }, []);
  return now;
}
