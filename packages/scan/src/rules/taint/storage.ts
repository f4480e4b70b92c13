import type { Detector } from '../../detector.ts';
import { bindingOf, parentOf } from '../../flow/links.ts';
import { keyName, memberPath, type Node, propertyOf, unwrap } from '../../parse/ast.ts';
import { analysisOf, isOwn, methodOf, platformApi } from './analysis.ts';

const personal =
  /^(?:mobile|phone|phone_?num(?:ber)?|tel(?:ephone)?|mobile_?phone|cell_?phone|user_?(?:phone|mobile)|id_?card(?:_?(?:no|num|number))?|identity_?(?:no|card)?|bank_?card(?:_?no)?|session_?key|real_?name|card_?no)$/i;
const password = /^(?:\w*password|passwd|pwd|user_?pwd|login_?pwd)$/i;

/** Sensitive values written to the storage of the device in clear. */
export const plainStorage: Detector = {
  id: 'plain-storage',
  rules: ['MP-STO-001', 'MP-STO-002'],
  run(context) {
    const analysis = analysisOf(context);
    for (const unit of analysis.codebase.units) {
      if (unit.file.place !== 'mini-program' || !/setStorage/.test(unit.file.text)) continue;
      for (const call of unit.calls) {
        if (call.type !== 'CallExpression' || !/^setStorage(?:Sync)?$/.test(methodOf(call) ?? '') || !isOwn(call)) continue;
        if (!analysis.names(call).some((name) => platformApi(name)?.startsWith('setStorage'))) continue;
        const [first, second] = call.arguments;
        const options = first === undefined ? undefined : unwrap(first);
        const key = options?.type === 'ObjectExpression' ? propertyOf(options, 'key')?.value : options;
        const value = options?.type === 'ObjectExpression' ? propertyOf(options, 'data')?.value : second;
        if (value === undefined || isEmpty(value) || propertyOf(options, 'encrypt') !== undefined) continue;
        const names = [
          key === undefined ? undefined : analysis.engine.resolver.constant(key),
          lastName(value),
          ...fieldNames(value),
        ];
        const hit = names.find((name) => name !== undefined && (password.test(name) || personal.test(name)));
        if (hit === undefined) continue;
        const isPassword = password.test(hit);
        context.report({
          rule: isPassword ? 'MP-STO-002' : 'MP-STO-001',
          file: unit.file.path,
          start: call.start,
          end: call.end,
          message: { zh: `${hit} 以明文存入本地缓存`, en: `${hit} is kept in local storage in clear` },
        });
      }
    }
  },
};

function isEmpty(node: Node): boolean {
  const value = unwrap(node);
  return value.type === 'Literal' || (value.type === 'Identifier' && value.name === 'undefined');
}

const lastName = (node: Node): string | undefined => memberPath(node)?.at(-1);

/** Members of an object that is written here, or of the one that a constant was set to. */
const fieldNames = (node: Node): readonly (string | undefined)[] => {
  const value = madeAbove(unwrap(node));
  if (value.type !== 'ObjectExpression') return [];
  return value.properties.map((property) =>
    property.type === 'Property' && !isEmpty(property.value) ? keyName(property.key, property.computed) : undefined,
  );
};

function madeAbove(node: Node): Node {
  const declaration = node.type === 'Identifier' ? bindingOf(node)?.declaration : undefined;
  const declarator = declaration === undefined ? undefined : parentOf(declaration);
  return declarator?.type === 'VariableDeclarator' && declarator.id === declaration && declarator.init
    ? unwrap(declarator.init)
    : node;
}
