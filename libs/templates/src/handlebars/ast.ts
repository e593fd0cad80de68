/** Handlebars' syntax tree as its parser makes it; the package's own types have no union to switch over. */
export type Location = Readonly<{ start: Readonly<{ line: number; column: number }> }>;

type Node<Type extends string, Fields> = Readonly<{ type: Type; loc: Location }> & Readonly<Fields>;

export type PathExpression = Node<
  'PathExpression',
  { data: boolean; depth: number; parts: readonly string[]; original: string }
>;
export type Literal =
  | Node<'StringLiteral', { value: string }>
  | Node<'NumberLiteral', { value: number }>
  | Node<'BooleanLiteral', { value: boolean }>
  | Node<'UndefinedLiteral', object>
  | Node<'NullLiteral', object>;

type Call = {
  path: PathExpression | SubExpression | Literal;
  params: readonly Expression[];
  hash?: { pairs: readonly { key: string; value: Expression; loc: Location }[] };
};
export type SubExpression = Node<'SubExpression', Call>;
export type Expression = PathExpression | SubExpression | Literal;

export type MustacheStatement = Node<'MustacheStatement', Call & { escaped: boolean }>;
export type BlockStatement = Node<'BlockStatement', Call & { program?: Program; inverse?: Program }>;
export type Statement =
  | MustacheStatement
  | BlockStatement
  | Node<'ContentStatement', { value: string }>
  | Node<'CommentStatement', object>
  | Node<'PartialStatement', object>
  | Node<'PartialBlockStatement', object>
  | Node<'Decorator', object>
  | Node<'DecoratorBlock', object>;

export type Program = Readonly<{ body: readonly Statement[]; blockParams?: readonly string[] }>;
