import { keyName, type Node } from '../parse/ast.ts';
import { parentOf, type Unit } from './links.ts';

/** What a script hands out: expressions and declarations by name. `=` is the value of `module.exports` itself. */
export interface Exports {
  readonly values: ReadonlyMap<string, readonly Node[]>;
  /** `export … from`: the name here, the name there (`*` for all), and the specifier. */
  readonly forwards: readonly { readonly name: string; readonly from: string; readonly specifier: string }[];
}

export function exportsOf(unit: Unit): Exports {
  const values = new Map<string, Node[]>();
  const forwards: { name: string; from: string; specifier: string }[] = [];
  const add = (name: string, node: Node): void => {
    const list = values.get(name);
    if (list === undefined) values.set(name, [node]);
    else list.push(node);
  };
  for (const statement of unit.program.body) {
    switch (statement.type) {
      case 'ExportDefaultDeclaration':
        add('default', statement.declaration);
        break;
      case 'TSExportAssignment':
        add('=', statement.expression);
        break;
      case 'ExportAllDeclaration':
        forwards.push({
          name: statement.exported === null ? '*' : nameOf(statement.exported),
          from: '*',
          specifier: String(statement.source.value),
        });
        break;
      case 'ExportNamedDeclaration':
        if (statement.declaration !== null) declared(statement.declaration, add);
        for (const specifier of statement.specifiers) {
          if (specifier.type !== 'ExportSpecifier') continue;
          const name = nameOf(specifier.exported);
          if (statement.source !== null)
            forwards.push({ name, from: nameOf(specifier.local), specifier: String(statement.source.value) });
          else add(name, specifier.local);
        }
        break;
      default:
    }
  }
  for (const node of unit.globals.get('exports') ?? []) assigned(node, add, false);
  for (const node of unit.globals.get('module') ?? []) {
    const member = parentOf(node);
    if (member?.type === 'MemberExpression' && member.object === node && keyName(member.property, member.computed) === 'exports')
      assigned(member, add, true);
  }
  return { values, forwards };
}

/** `exports.name = value`, and `module.exports = value` where `whole` says so. */
function assigned(exportsNode: Node, add: (name: string, node: Node) => void, whole: boolean): void {
  const parent = parentOf(exportsNode);
  if (parent?.type === 'AssignmentExpression' && parent.left === exportsNode && whole) {
    add('=', parent.right);
    return;
  }
  if (parent?.type !== 'MemberExpression' || parent.object !== exportsNode) return;
  const assignment = parentOf(parent);
  const name = keyName(parent.property, parent.computed);
  if (assignment?.type === 'AssignmentExpression' && assignment.left === parent && name !== undefined)
    add(name, assignment.right);
}

function declared(node: Node, add: (name: string, node: Node) => void): void {
  if ((node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') && node.id !== null) add(node.id.name, node);
  else if (node.type === 'VariableDeclaration')
    for (const { id, init } of node.declarations) if (id.type === 'Identifier' && init !== null) add(id.name, init);
}

const nameOf = (node: Node): string =>
  node.type === 'Identifier' ? node.name : node.type === 'Literal' ? String(node.value) : '';
