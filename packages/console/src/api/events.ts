import { useEffect, useEffectEvent, useSyncExternalStore } from 'react';
import { type ChannelState, createEventChannel, type ServerEvent } from './event-channel.ts';

const channel = createEventChannel({
  open: () => new EventSource('/api/v1/stream'),
  after(milliseconds, act) {
    const timer = setTimeout(act, milliseconds);
    return () => clearTimeout(timer);
  },
});

/** Hears the server's events while the component is shown. */
export function useServerEvents(listener: (event: ServerEvent) => void): void {
  const latest = useEffectEvent(listener);
  useEffect(() => channel.listen((event) => latest(event)), []);
}

export function useChannelState(): ChannelState {
  return useSyncExternalStore(channel.onState, channel.state);
}
