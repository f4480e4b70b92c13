import { useEffect, useRef, useState } from 'react';

/** What the server's clock said, and what this page's monotonic clock said then. The wall clock of a phone may be wrong by hours and is not asked. */
export interface ServerTime {
  /** Epoch ms. */
  readonly server: number;
  readonly at: number;
}

/** Places an answer's time half-way between asking and hearing: off by half the way there and back at most. */
export const serverTime = (server: number, sent: number, received: number): ServerTime => ({
  server,
  at: sent + (received - sent) / 2,
});

/** Milliseconds from `monotonic` until an epoch time of the server's; negative once it has passed. */
export const leftUntil = (until: number, { server, at }: ServerTime, monotonic: number): number =>
  until - server - (monotonic - at);

/** Minutes and seconds, with hours where there are some: 4:05, 1:04:05. Nothing less than 0:00. */
export function clockText(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1_000));
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const two = (part: number): string => String(part).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

interface Clocks {
  readonly wall: number;
  readonly monotonic: number;
}
const apartMs = 2_000;

/** Whether one of the two clocks has jumped: the device slept while the monotonic one stood still, or its time was set. */
export const hasJumped = (before: Clocks, now: Clocks): boolean =>
  Math.abs(now.wall - before.wall - (now.monotonic - before.monotonic)) > apartMs;

const tickMs = 250;
const clocks = (): Clocks => ({ wall: Date.now(), monotonic: performance.now() });

/**
 * Milliseconds left until an epoch time of the server's, anew each quarter of a second; null where there is nothing to wait for. `resync` is called when what
 * the page believes may be wrong: it was hidden, the device slept, or the line was away.
 */
export function useTimeLeft(until: number | null, time: ServerTime | null, resync: () => void): number | null {
  const [left, setLeft] = useState<number | null>(null);
  const asked = useRef(resync);
  asked.current = resync;
  const [server, at] = [time?.server ?? null, time?.at ?? null];
  useEffect(() => {
    if (until === null || server === null || at === null) return setLeft(null);
    let before = clocks();
    const tick = (): void => {
      const now = clocks();
      if (hasJumped(before, now)) asked.current();
      before = now;
      setLeft(leftUntil(until, { server, at }, now.monotonic));
    };
    const shown = (): void => {
      if (document.hidden) return;
      asked.current();
      tick();
    };
    tick();
    const timer = setInterval(tick, tickMs);
    document.addEventListener('visibilitychange', shown);
    for (const event of ['pageshow', 'online']) addEventListener(event, shown);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', shown);
      for (const event of ['pageshow', 'online']) removeEventListener(event, shown);
    };
  }, [until, server, at]);
  return left;
}
