import type { CallExpression, FunctionNode, NewExpression, Node } from '../parse/ast.ts';
import type { Path, State } from './state.ts';
import type { Target } from './target.ts';

export type Call = CallExpression | NewExpression;

/** How data of one kind behaves. */
export interface LabelPolicy {
  /** Whether reading this field of the data still yields data of the kind. */
  readonly load?: (name: string, state: State) => boolean;
  /** Numbers made of it are still of the kind: prices are, injected text is not. */
  readonly keepsNumbers?: boolean;
  /** Only whole values count: strings built with it are of no interest. */
  readonly wholeOnly?: boolean;
}

/** What an analysis wants to hear while data travels. Every call is cheap to ignore. */
export interface FlowClient {
  policy(label: string): LabelPolicy;
  /** Data enters a call as an argument, or inside one (`path`). */
  onArgument?(call: Call, index: number, path: Path, state: State, targets: readonly Target[]): void;
  /** Data is what a call is made on: `data.method()`. */
  onReceiver?(call: Call, method: string, state: State): void;
  onReturn?(fn: FunctionNode, path: Path, state: State): void;
  /** `left = data`, and the name of a variable that begins with it. */
  onStore?(left: Node, path: Path, state: State): void;
  /** Data is kept in a field of a page, a component, a class. */
  onField?(owner: Node, path: Path, state: State): void;
  /** Data is the value of an attribute in JSX. */
  onAttribute?(attribute: Node, path: Path, state: State): void;
}
