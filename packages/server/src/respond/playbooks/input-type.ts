export const inputTypes = [
  'person',
  'department',
  'device',
  'address',
  'app',
  'route',
  'campaign',
  'version',
  'text',
  'number',
] as const;

export type InputType = (typeof inputTypes)[number];
