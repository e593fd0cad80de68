import type * as Ast from './ast.ts';
import { compileBlock } from './block.ts';
import { compileCall, compileExpression, isCall } from './expression.ts';
import { literalOf } from './output/json-output.ts';
import { placeOfNode } from './path.ts';
import { TemplateFailure } from './problem.ts';
import { charsPerStep, type Expression, spend, type Step } from './rendering.ts';
import type { Compilation } from './scope.ts';
import { asText } from './value.ts';

/** @throws TemplateFailure at what the template may not say. */
export const compileProgram = (program: Ast.Program | undefined, compilation: Compilation): Step => {
  const steps = (program?.body ?? []).flatMap((statement) => compileStatement(statement, compilation));
  const [only] = steps;
  if (only && steps.length === 1) return only;
  return (rendering) => {
    for (const step of steps) step(rendering);
  };
};

const compileStatement = (statement: Ast.Statement, compilation: Compilation): readonly Step[] => {
  switch (statement.type) {
    case 'CommentStatement':
      return [];
    case 'ContentStatement': {
      const literal = literalOf(statement.value);
      return literal.text === '' ? [] : [({ out }) => out.literal(literal)];
    }
    case 'MustacheStatement':
      return [placed(statement, compileMustache(statement, compilation))];
    case 'BlockStatement':
      return [placed(statement, compileBlock(statement, compilation, compileProgram))];
    case 'PartialStatement':
    case 'PartialBlockStatement':
      throw new TemplateFailure(
        'Templates have no partials; repeat the text instead.',
        placeOfNode(statement.loc),
      );
    case 'Decorator':
    case 'DecoratorBlock':
      throw new TemplateFailure('Templates have no decorators.', placeOfNode(statement.loc));
  }
};

const placed = (statement: Ast.Statement, step: Step): Step => {
  const place = placeOfNode(statement.loc);
  return (rendering) => {
    rendering.at = place;
    spend(rendering, 1);
    step(rendering);
  };
};

const compileMustache = (statement: Ast.MustacheStatement, compilation: Compilation): Step => {
  const value = isCall(statement)
    ? compileCall(statement, compilation)
    : compileExpression(statement.path, compilation);
  if (!statement.escaped) return writeRaw(value);
  if (isJsonCall(statement)) return writeJson(value);
  return (rendering) => {
    const { out } = rendering;
    const before = out.length();
    out.value(value(rendering));
    spend(rendering, (out.length() - before) / charsPerStep);
  };
};

const writeRaw =
  (value: Expression): Step =>
  (rendering) => {
    const text = asText(value(rendering));
    spend(rendering, text.length / charsPerStep);
    rendering.out.raw(text);
  };

const isJsonCall = (statement: Ast.MustacheStatement) =>
  isCall(statement) && statement.path.type === 'PathExpression' && statement.path.original === 'json';

const writeJson =
  (text: Expression): Step =>
  (rendering) =>
    rendering.out.json(asText(text(rendering)));
