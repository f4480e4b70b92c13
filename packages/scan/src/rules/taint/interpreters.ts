import type { Call } from '../../flow/client.ts';

/** Whether an argument of a call is run as code. */
export function isInterpreter(names: readonly string[], call: Call, index: number): boolean {
  return names.some((name) => {
    if (name === 'eval' || name === 'execScript') return index === 0;
    if (name === 'Function') return true;
    if (name === 'setTimeout' || name === 'setInterval') return false;
    if (/^mod:vm\.(?:runIn\w+Context|compileFunction)$/.test(name) || /^mod:vm\.Script$/.test(name)) return index === 0;
    if (/^mod:vm2\.(?:VM|NodeVM)\.new\(\)\.run$/.test(name)) return index === 0;
    if (/(?:^|[.:])(?:eval5|jsjs|canjs|eval-?js|sval|interpreter|safe-eval|static-eval)(?:\.|$)/i.test(name))
      return (
        index === 0 &&
        (call.type === 'NewExpression' || /(?:run|eval\w*|import|default|Function|Interpreter|parse|exec)$/.test(name))
      );
    return /(?:^|\.)(?:new Interpreter|evaluateScript|evalScript)$/.test(name) && index === 0;
  });
}
