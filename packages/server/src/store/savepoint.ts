import { type CompiledQuery, createQueryId, IdentifierNode, type QueryCompiler, RawNode } from 'kysely';

/** The statement that makes, returns to or forgets a savepoint, its name quoted for the engine. */
export function savepointStatement(
  command: 'savepoint' | 'rollback to' | 'release',
  name: string,
  compile: QueryCompiler['compileQuery'],
): CompiledQuery {
  const word = command === 'savepoint' ? command : `${command} savepoint`;
  return compile(RawNode.createWithChildren([RawNode.createWithSql(`${word} `), IdentifierNode.create(name)]), createQueryId());
}
