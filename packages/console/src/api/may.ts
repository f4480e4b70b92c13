import type { Endpoint } from '@menshen/contract';
import { useQuery } from '@tanstack/react-query';
import { sessionQuery } from './client.ts';

/** Whether the signed-in administrator's power covers an endpoint. It saves a vain try; the server decides. */
export function useMay(): (endpoint: Endpoint) => boolean {
  const session = useQuery(sessionQuery);
  const powers = session.data?.administrator.powers ?? [];
  return (endpoint) => endpoint.powers.some((power) => powers.includes(power));
}
