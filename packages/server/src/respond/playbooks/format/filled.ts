import { type ActionName, specOf } from '../actions/catalogue.ts';
import { type Filled, StepError } from '../ports.ts';
import { literalFits } from './parameters.ts';

/** Checks what expressions made of the parameters of an action. @throws StepError, and trying again would not help */
export function assertFilled(action: ActionName, filled: Filled): void {
  const { parameters, oneOf } = specOf(action);
  for (const [name, { type, required }] of Object.entries(parameters)) {
    const value = filled[name];
    if (value === undefined) {
      if (required === true) throw new StepError(`parameter_missing ${name}`, false);
      continue;
    }
    const fits = typeof value === 'object' ? type === 'bilingual' && 'zh' in value : literalFits(type, value);
    if (!fits) throw new StepError(`parameter_invalid ${name}`, false);
  }
  if (oneOf !== undefined && oneOf.filter((name) => filled[name] !== undefined).length !== 1)
    throw new StepError(`parameter_missing ${oneOf.join('|')}`, false);
}
