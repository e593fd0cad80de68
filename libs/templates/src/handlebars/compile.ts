import type * as Ast from './ast.ts';
import { compileBlock } from './block.ts';
import { compileCall, compileExpression, helperOf, isCall } from './expression.ts';
import { placeOfNode } from './path.ts';
import { TemplateFailure } from '../problem.ts';
import { charsPerStep, spend } from '../rendering.ts';
import type { Expression, Step } from './rendering.ts';
import type { Compilation } from './scope.ts';
import { asText } from '../value.ts';
import { weigh } from '../weigh.ts';

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
      const literal = compilation.document.literal(statement.value);
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
  const writes = isCall(statement) ? helperOf(statement)?.writes : undefined;
  if (writes !== undefined) return writeDocument(value, writes);
  return (rendering) => {
    const { out } = rendering;
    const before = out.length();
    const written = value(rendering);
    weigh(written, rendering);
    out.value(written);
    spend(rendering, (out.length() - before) / charsPerStep);
  };
};

const writeRaw =
  (value: Expression): Step =>
  (rendering) => {
    const written = value(rendering);
    weigh(written, rendering);
    const text = asText(written);
    spend(rendering, text.length / charsPerStep);
    rendering.out.raw(text);
  };

const writeDocument =
  (text: Expression, kind: 'json' | 'xml'): Step =>
  (rendering) =>
    rendering.out[kind](asText(text(rendering)));
