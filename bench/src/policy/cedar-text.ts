import { actionCount, type BenchPolicy, type Condition, typeCount } from './world.ts';

const clauses: Readonly<Record<Condition, string>> = {
  own: 'when { resource.owner == principal }',
  subtree: 'when { resource.dept in principal.dept }',
  factor: 'when { context.mfaAge < 300 && resource.level <= principal.level }',
  network: 'when { context.ip.isInRange(ip("10.0.0.0/8")) }',
  none: '',
};

export function cedarPolicy({ permits, role, action, type, condition }: BenchPolicy): string {
  const scope = `principal in Menshen::Role::"${role}", action == Menshen::Action::"${action}", resource is Portal::${type}`;
  return `${permits ? 'permit' : 'forbid'}(${scope}) ${clauses[condition]};`;
}

export function cedarSchema(): string {
  const types = Array.from({ length: typeCount }, (_, index) => `T${index}`);
  const actions = Array.from({ length: actionCount }, (_, index) => `a${index}`);
  const resources = types.map((type) => `Portal::${type}`).join(', ');
  return `
    namespace Portal { entity ${types.join(', ')} = { owner: Menshen::User, dept: Menshen::Department, level: Long }; }
    namespace Menshen {
      entity Department in [Department];
      entity Role;
      entity User in [Department, Role] = { dept: Department, level: Long };
      action ${actions.join(', ')} appliesTo { principal: User, resource: [${resources}], context: { mfaAge: Long, ip: ipaddr } };
    }`;
}
