import { charsPerStep, spend } from '../rendering.ts';
import { weigh } from '../weigh.ts';
import type * as Ast from './ast.ts';
import { assignment } from './assignment.ts';
import { type Compilation, failAt, placeOfNode } from './compilation.ts';
import { applyFilter } from './filter-call.ts';
import { isFragment, recorder, replay } from './fragment.ts';
import { compileFor } from './loop.ts';
import { compileCallBlock, compileMacro } from './macro.ts';
import { isPunctuation } from './punctuation.ts';
import { textMark } from './token.ts';
import { dataOf, type Expression, isTrue, type JinjaValue, type Rendering, type Step } from './value.ts';

export type CompileBody = (body: readonly Ast.Statement[], compilation: Compilation) => Step;

/** @throws TemplateFailure at what the template may not say */
export const compileBody: CompileBody = (body, compilation) => {
  const steps = body.flatMap((statement) => compileStatement(statement, compilation) ?? []);
  const [only] = steps;
  if (only && steps.length === 1) return only;
  return (rendering) => {
    for (const step of steps) {
      const signal = step(rendering);
      if (signal !== undefined) return signal;
    }
    return undefined;
  };
};

const compileStatement = (statement: Ast.Statement, compilation: Compilation): Step | undefined => {
  switch (statement.type) {
    case 'If':
      return compileIf(statement, compilation);
    case 'For':
      return compileFor(statement, compilation, compileBody);
    case 'Set':
      return compileSet(statement, compilation);
    case 'Macro':
      return compileMacro(statement, compilation, compileBody);
    case 'CallStatement':
      return compileCallBlock(statement, compilation, compileBody);
    case 'FilterStatement':
      return compileFilterBlock(statement, compilation);
    case 'Break':
      return () => 'break';
    case 'Continue':
      return () => 'continue';
    case 'StringLiteral':
      if (statement.value.startsWith(textMark))
        return compileText(statement.value.slice(textMark.length), compilation);
      return compileOutput(statement, compilation);
    default:
      return compileOutput(statement, compilation);
  }
};

const compileText = (text: string, { document }: Compilation): Step => {
  const literal = document.literal(text);
  return (rendering) => {
    rendering.out.literal(literal);
    return undefined;
  };
};

const compileOutput = (node: Ast.Expression, compilation: Compilation): Step => {
  const value = compilation.compile(node, compilation);
  const place = placeOfNode(node, compilation);
  const write = isPunctuation(node) ? writePunctuation : writeValue;
  return (rendering) => {
    if (place) rendering.at = place;
    spend(rendering, 1);
    write(value(rendering), rendering);
    return undefined;
  };
};

const writeValue = (value: JinjaValue, rendering: Rendering): void => {
  const { out } = rendering;
  if (isFragment(value)) return replay(value, out, rendering);
  const data = dataOf(value, rendering);
  weigh(data, rendering);
  const before = out.length();
  out.value(data);
  spend(rendering, (out.length() - before) / charsPerStep);
};

const writePunctuation = (value: JinjaValue, { out }: Rendering): void => {
  if (typeof value === 'string') out.raw(value);
};

/** A chain of elif is as long as it is, not as deep. */
const compileIf = (statement: Ast.If, compilation: Compilation): Step => {
  const branches: (readonly [test: Expression, body: Step])[] = [];
  let branch = statement;
  for (;;) {
    const body = compileBody(branch.body, compilation);
    branches.push([compilation.compile(branch.test, compilation), body]);
    const [next] = branch.alternate;
    if (branch.alternate.length !== 1 || next?.type !== 'If') break;
    branch = next;
  }
  const otherwise = compileBody(branch.alternate, compilation);
  return (rendering) => {
    for (const [test, body] of branches) {
      spend(rendering, 1);
      if (isTrue(test(rendering), rendering)) return body(rendering);
    }
    return otherwise(rendering);
  };
};

/** What `step` writes, as a value. */
const captured = (step: Step, rendering: Rendering): JinjaValue => {
  const { out, fragment } = recorder(rendering);
  const outer = rendering.out;
  rendering.out = out;
  step(rendering);
  rendering.out = outer;
  return fragment();
};

const compileSet = (statement: Ast.Set, compilation: Compilation): Step => {
  const { assignee, value, body } = statement;
  if (value) {
    const assign = assignment(assignee, compilation);
    const given = compilation.compile(value, compilation);
    return (rendering) => {
      spend(rendering, 1);
      assign(given(rendering), rendering);
      return undefined;
    };
  }
  const filtered = assignee.type === 'FilterExpression' ? assignee : undefined;
  const assign = assignment(filtered ? filtered.operand : assignee, compilation);
  const inner = compileBody(body, compilation);
  const capture: Expression = (rendering) => captured(inner, rendering);
  const given = filtered ? applyFilter(filtered.filter, capture, compilation) : capture;
  return (rendering) => {
    spend(rendering, 1);
    assign(given(rendering), rendering);
    return undefined;
  };
};

const compileFilterBlock = ({ filter, body }: Ast.FilterBlock, compilation: Compilation): Step => {
  if (filter.type !== 'Identifier' && filter.type !== 'CallExpression')
    return failAt('A filter is a name, with arguments or without.', filter, compilation);
  const inner = compileBody(body, compilation);
  const value = applyFilter(filter, (rendering) => captured(inner, rendering), compilation);
  return (rendering) => {
    spend(rendering, 1);
    writeValue(value(rendering), rendering);
    return undefined;
  };
};
