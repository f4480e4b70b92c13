import type { FunctionNode } from '../../parse/ast.ts';
import type { Check, ClassRef, Place, Value } from './value.ts';

export type Operation = 'read' | 'update' | 'delete' | 'create' | 'count';

/** One condition of a query: the value that a column must have. */
export interface Condition {
  readonly column: string;
  readonly value: Value;
  readonly place: Place;
  /** Only `=` and `IN` narrow a query to the caller's own rows. */
  readonly narrowing: boolean;
}

/** A function in execution, from the entry point down to where something happens. */
export interface Frame {
  readonly node: FunctionNode | undefined;
  readonly name: string;
  readonly file: string;
  /** The call in the frame above; absent for the entry point. */
  readonly call: Place | undefined;
  readonly args: readonly Value[];
  readonly self: Value | undefined;
  /** Class whose method it is. */
  readonly owner: ClassRef | undefined;
  /** Set when the code of this function touched a verified identity or the request. */
  identity: boolean;
  request: boolean;
  readonly depth: number;
}

/** Where control stands inside an entry point that dispatches by a request value. */
export interface Branch {
  readonly label: string;
  readonly place: Place;
}

/** One query or command on the data store, as seen on one way through one entry point. */
export interface Access {
  readonly id: number;
  readonly entry: Entry;
  operation: Operation;
  /** Name of the table, collection or model; empty when it is not constant. */
  table: string;
  /** The value that names the table, when it is not constant. */
  readonly tableValue: Value | undefined;
  readonly conditions: readonly Condition[];
  /** A whole object decides the condition. */
  readonly conditionValue: Value | undefined;
  /** Something in the condition was not understood: it may narrow. */
  opaque: boolean;
  data: Value | undefined;
  /** What is written, where it stands apart. */
  readonly dataPlace: Place | undefined;
  /** Columns that are read; undefined for all. */
  readonly fields: readonly string[] | undefined;
  /** Columns that are left out. */
  readonly excluded: readonly string[] | undefined;
  readonly place: Place;
  /** The condition, else the whole access. */
  readonly wherePlace: Place;
  readonly frames: readonly Frame[];
  /** Conditions that hold when control reaches the access. */
  readonly guards: readonly Check[];
  readonly branch: Branch | undefined;
  readonly order: number;
  readonly inTransaction: boolean;
  readonly inLoop: boolean;
}

/** A call with an effect outside: pay, refund, send a message, fetch. */
export interface Effect {
  readonly entry: Entry;
  readonly name: string;
  readonly args: readonly Value[];
  readonly place: Place;
  readonly argPlaces: readonly Place[];
  readonly frames: readonly Frame[];
  readonly guards: readonly Check[];
  readonly branch: Branch | undefined;
  readonly order: number;
  readonly result: Value;
}

/** A value that leaves to the caller. */
export interface Reply {
  readonly value: Value;
  readonly place: Place;
  readonly frames: readonly Frame[];
  readonly branch: Branch | undefined;
  readonly order: number;
}

/** An `if` that was passed. */
export interface Decision {
  readonly checks: readonly Check[];
  readonly place: Place;
  /** Control leaves when it fails. */
  readonly enforced: boolean;
  readonly frames: readonly Frame[];
  readonly order: number;
  readonly branch: Branch | undefined;
}

/** Request parameter that overwrites a verified identity in the same object. */
export interface Override {
  readonly name: string;
  readonly place: Place;
  readonly identity: Place;
  readonly frames: readonly Frame[];
}

export type EntryKind = 'cloud' | 'http' | 'timer' | 'callback';

/** Code that the outside can start. */
export interface Entry {
  readonly kind: EntryKind;
  readonly framework: string;
  /** For people: `POST /order/:id`, `cloud function pay`, `order/delete`. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly file: string;
  readonly place: Place;
  /** Part of a back office: admin module, admin path, operators' tokens. */
  admin: boolean;
  /** Its route or registration, where there is one. */
  readonly route: Place | undefined;
}

/** What happened on the way through one entry point. */
export interface Trace {
  readonly entry: Entry;
  readonly accesses: Access[];
  readonly effects: Effect[];
  readonly replies: Reply[];
  readonly decisions: Decision[];
  readonly overrides: Override[];
  readonly branches: Branch[];
  /** Source text of the middleware whose code is not known. */
  readonly middleware: string[];
  /** Names of the project's own functions that ran. */
  readonly called: Set<string>;
  /** Guards that middleware imposed before the handler started. */
  guards: readonly Check[];
  /** An authentication middleware of a library stands before the handler. */
  authenticated: boolean;
  /** The run ended before the code did. */
  incomplete: boolean;
}
