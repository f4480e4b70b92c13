import { canonicalJson } from './canonical-json.ts';
import { ocsfMetadata } from './ocsf-metadata.ts';

export interface FieldAccessFields {
  readonly time: number;
  readonly operation: 'seal' | 'open' | 'index' | 'reseal';
  /** Id and name of the token that asked. */
  readonly token: string;
  readonly name: string;
  readonly address: string;
  readonly app: string;
  readonly table: string;
  readonly column: string;
  readonly purpose: string;
  readonly values: number;
  /** Of them, those that could not be had. */
  readonly failed: number;
}

const activities = { seal: 9, open: 10, index: 4, reseal: 2 } as const;

/** Datastore Activity (6005): values of a sealed field that a backend had sealed, opened or looked up. It counts them and names none. */
export function fieldAccessEvent(fields: FieldAccessFields): string {
  const activity = activities[fields.operation];
  return canonicalJson({
    activity_id: activity,
    actor: { app_name: fields.name, app_uid: fields.token },
    category_uid: 6,
    class_uid: 6005,
    metadata: ocsfMetadata,
    severity_id: 1,
    src_endpoint: { ip: fields.address },
    status_id: fields.failed === 0 ? 1 : 2,
    table: { name: `${fields.app}.${fields.table}` },
    time: fields.time,
    type_uid: 600_500 + activity,
    unmapped: {
      menshen: {
        action: `field.${fields.operation}`,
        app: fields.app,
        by: `token:${fields.name}`,
        column: fields.column,
        failed: fields.failed,
        purpose: fields.purpose,
        values: fields.values,
      },
    },
  });
}
