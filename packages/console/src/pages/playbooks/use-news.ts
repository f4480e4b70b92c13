import { getPlaybook, getPlaybookRun, listPlaybooks } from '@menshen/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useServerEvents } from '../../api/events.ts';

/** Reads playbooks and runs anew when the server says that there is news of them. */
export function usePlaybookNews(): void {
  const client = useQueryClient();
  useServerEvents((event) => {
    if (event.kind !== 'playbook') return;
    for (const { id } of [listPlaybooks, getPlaybook, getPlaybookRun]) void client.invalidateQueries({ queryKey: [id] });
  });
}
