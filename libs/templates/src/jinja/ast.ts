import type { Token } from './token.ts';

/** The syntax tree as the package's parser makes it, which exports no union to switch over. */
type Node<Type extends string, Fields> = Readonly<{ type: Type }> & Readonly<Fields>;

export type Identifier = Node<'Identifier', { value: string }>;
export type Member = Node<
  'MemberExpression',
  { object: Expression; property: Expression; computed: boolean }
>;
export type Call = Node<'CallExpression', { callee: Expression; args: readonly Expression[] }>;
export type Filter = Node<'FilterExpression', { operand: Expression; filter: Identifier | Call }>;
export type Select = Node<'SelectExpression', { lhs: Expression; test: Expression }>;
export type Keyword = Node<'KeywordArgumentExpression', { key: Identifier; value: Expression }>;
export type Slice = Node<'SliceExpression', { start?: Expression; stop?: Expression; step?: Expression }>;
export type Tuple = Node<'TupleLiteral', { value: readonly Expression[] }>;
export type Binary = Node<'BinaryExpression', { operator: Token; left: Expression; right: Expression }>;
export type Unary = Node<'UnaryExpression', { operator: Token; argument: Expression }>;
export type Test = Node<'TestExpression', { operand: Expression; negate: boolean; test: Identifier }>;
export type Ternary = Node<'Ternary', { condition: Expression; trueExpr: Expression; falseExpr: Expression }>;
export type ObjectLiteral = Node<'ObjectLiteral', { value: ReadonlyMap<Expression, Expression> }>;

export type Expression =
  | Identifier
  | Member
  | Call
  | Filter
  | Select
  | Keyword
  | Slice
  | Tuple
  | Binary
  | Unary
  | Test
  | ObjectLiteral
  | Node<'ArrayLiteral', { value: readonly Expression[] }>
  | Node<'IntegerLiteral' | 'FloatLiteral', { value: number }>
  | Node<'StringLiteral', { value: string }>
  | Ternary
  | Node<'SpreadExpression' | 'KeywordSpreadExpression', { argument: Expression }>;

type Body = readonly Statement[];

export type If = Node<'If', { test: Expression; body: Body; alternate: Body }>;
export type For = Node<
  'For',
  { loopvar: Identifier | Tuple; iterable: Expression; body: Body; defaultBlock: Body }
>;
export type Set = Node<'Set', { assignee: Expression; value: Expression | null; body: Body }>;
export type Macro = Node<'Macro', { name: Identifier; args: readonly (Identifier | Keyword)[]; body: Body }>;
export type CallBlock = Node<
  'CallStatement',
  { call: Call; callerArgs: readonly (Identifier | Keyword)[] | null; body: Body }
>;
export type FilterBlock = Node<'FilterStatement', { filter: Identifier | Call; body: Body }>;

export type Statement =
  If | For | Set | Macro | CallBlock | FilterBlock | Node<'Break' | 'Continue', object> | Expression;

export type Program = Readonly<{ body: Body }>;
