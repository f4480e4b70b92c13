import type { SchemaJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Entity } from './entity.ts';
import { entityKey } from './entity-ref.ts';
import type { ActionEntities } from './evaluation.ts';

interface ActionNode {
  readonly type: string;
  readonly id: string;
  readonly parents: readonly string[];
}

function qualify(namespace: string, type: string): string {
  return namespace === '' ? type : `${namespace}::${type}`;
}

function actionNodes(schema: SchemaJson<string>): Map<string, ActionNode> {
  const declared = new Set<string>();
  for (const [namespace, { actions }] of Object.entries(schema)) {
    for (const id of Object.keys(actions)) declared.add(entityKey(qualify(namespace, 'Action'), id));
  }
  const nodes = new Map<string, ActionNode>();
  for (const [namespace, { actions }] of Object.entries(schema)) {
    const ownType = qualify(namespace, 'Action');
    for (const [id, action] of Object.entries(actions)) {
      const parents = (action.memberOf ?? []).map((parent) => {
        // An unqualified type means the namespace's own, if that has such an action, and else the empty namespace's.
        const own = entityKey(qualify(namespace, parent.type ?? 'Action'), parent.id);
        return parent.type === undefined || declared.has(own) ? own : entityKey(parent.type, parent.id);
      });
      nodes.set(entityKey(ownType, id), { type: ownType, id, parents });
    }
  }
  return nodes;
}

function ancestorsOf(key: string, nodes: ReadonlyMap<string, ActionNode>): Set<string> {
  const ancestors = new Set<string>();
  const pending = [...(nodes.get(key)?.parents ?? [])];
  for (let parent = pending.pop(); parent !== undefined; parent = pending.pop()) {
    if (ancestors.has(parent)) continue;
    ancestors.add(parent);
    pending.push(...(nodes.get(parent)?.parents ?? []));
  }
  return ancestors;
}

/** The actions that a schema declares, with all groups that each is in. */
export function actionEntitiesOf(schema: SchemaJson<string>): ActionEntities {
  const nodes = actionNodes(schema);
  const entities = new Map<string, Entity>();
  for (const [key, { type, id }] of nodes) entities.set(key, { type, id, attrs: {}, ancestors: ancestorsOf(key, nodes) });
  return entities;
}
