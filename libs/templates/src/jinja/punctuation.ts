import type { Expression } from './ast.ts';
import { stringMark } from './token.ts';

/**
 * `{{ "," if not loop.last }}` writes a comma of the document, not a value: all that the expression can give are
 * the template's own texts of brackets, braces, commas and colons.
 */
export const isPunctuation = (node: Expression): boolean => {
  const texts = textsOf(node);
  return (
    texts !== undefined &&
    texts.some((text) => text.trim() !== '') &&
    texts.every((text) => /^[\s,:{}[\]]*$/.test(text))
  );
};

const textsOf = (node: Expression): readonly string[] | undefined => {
  switch (node.type) {
    case 'StringLiteral':
      return [node.value.slice(stringMark.length)];
    case 'SelectExpression':
      return textsOf(node.lhs);
    case 'Ternary': {
      const [whenTrue, whenFalse] = [textsOf(node.trueExpr), textsOf(node.falseExpr)];
      return whenTrue && whenFalse && [...whenTrue, ...whenFalse];
    }
    default:
      return undefined;
  }
};
