/** What a window keeps of an event. */
export interface WindowEntry {
  /** Epoch ms. */
  readonly time: number;
  /** Number of the rule in the correlation's list. */
  readonly rule: number;
  /** Name of the event; an event that arrives twice counts once. */
  readonly id: string;
  /** Value of the field that the correlation looks at; null where it looks at none. */
  readonly value: string | number | null;
}
