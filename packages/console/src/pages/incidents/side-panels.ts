import type { IncidentDetail } from '@menshen/contract';
import type { ComponentType } from 'react';
import { IncidentMeasuresPanel } from '../containment/incident-panel.tsx';

export interface SidePanelProps {
  readonly incident: IncidentDetail;
}

/**
 * What stands in the room beside the timeline, under the next steps: measures, playbook runs, recovery. A capability adds its panel here; the panel asks its
 * own interface for what belongs to the incident, and shows nothing where there is nothing and the reader may do nothing.
 */
export const sidePanels: readonly { readonly key: string; readonly panel: ComponentType<SidePanelProps> }[] = [
  { key: 'containment', panel: IncidentMeasuresPanel },
];
